// Where the charges are shown: the addresses of the view, and amounts that lead there.

import { formatMonth } from "./dates.js";
import { Locale, Money, html, useContext } from "./elements.js";
import { formatMoney } from "./money.js";
import { words } from "./words.js";

const text = words.charges;

/** Return the address of an account's charges: of a period, of one service, with the workings of a line open. */
export function chargesAddress(account, period, service, line) {
  const parts = [account, period, service, line].map((part) => encodeURIComponent(part ?? ""));
  return `#/charges/${parts.join("/").replace(/\/+$/, "")}`;
}

/** Return what such an address asks for; a part that is not there is undefined. */
export function chargesRoute(hash) {
  const [, view, ...parts] = hash.split("/");
  const [account, period, service, line] = parts.map((part) => decoded(part) || undefined);
  return { view, account, period: /^\d{4}-(0[1-9]|1[0-2])$/.test(period) ? period : undefined, service, line };
}

/** An amount of a period, or of one of its services, that leads to its charges. */
export function ChargesLink({ account, period, service, name, money }) {
  const { language } = useContext(Locale);
  const [amount, month] = [formatMoney(money, language), formatMonth(period, language)];
  const label = service ? text.linkTo(amount, name, month) : text.link(amount, month);
  return html`<a class="amount-link" href=${chargesAddress(account, period, service)} aria-label=${label}><${Money} money=${money} /></a>`;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
