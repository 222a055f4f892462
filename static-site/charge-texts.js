// Prices and quantities of charges as text, with every digit that matters.

import { Locale, html, useContext } from "./elements.js";
import { decimalsOf, formatMoney, typedAmount } from "./money.js";
import { formatQuantity, isShortened } from "./quantities.js";
import { words } from "./words.js";

const text = words.charges;

/** Return a price with every digit, and no fewer than the currency has: "0.1" euros are "€0.10". */
export function formatPrice(price, currency, language) {
  const least = new Intl.NumberFormat(language, { style: "currency", currency }).resolvedOptions().minimumFractionDigits;
  const digits = decimalsOf(price);
  const amount = digits >= least ? price : `${price}${digits === 0 ? "." : ""}${"0".repeat(least - digits)}`;
  return formatMoney({ amount, currency }, language);
}

/** Return a number with every digit that was sent. */
export function formatExactly(number, language) {
  return new Intl.NumberFormat(language, { minimumFractionDigits: decimalsOf(number), maximumFractionDigits: decimalsOf(number) }).format(number);
}

export function Price({ price, currency }) {
  const { language } = useContext(Locale);
  return html`<bdi class="money exact" lang=${language}>${formatPrice(price, currency, language)}</bdi>`;
}

/** A quantity with its unit; all of its digits are in the title where some are left out. */
export function Quantity({ quantity, unit }) {
  const { language } = useContext(Locale);
  const name = unitName(unit, quantity);
  const title = isShortened(quantity) ? text.exactly(typedAmount(quantity, language), name) : undefined;
  return html`<span class="quantity"><data class="number" value=${quantity} title=${title} lang=${language}><bdi>${formatQuantity(quantity, language)}</bdi></data>${name && html` <span class="unit">${name}</span>`}</span>`;
}

/** An amount with more digits than its currency has; those beyond stand back, so that it can be read. */
export function FineMoney({ money }) {
  const { language } = useContext(Locale);
  const [amount, finer, rest] = fineParts(money, language);
  return html`<bdi class="money" lang=${language}>${amount}<span class="finer">${finer}</span>${rest}</bdi>`;
}

/** Return ["0.01", "506849", " €"] of an amount: what the currency can show, the further digits, and what follows. */
export function fineParts({ amount, currency }, language) {
  const style = { style: "currency", currency };
  const digits = decimalsOf(amount);
  const most = new Intl.NumberFormat(language, style).resolvedOptions().maximumFractionDigits;
  const parts = new Intl.NumberFormat(language, { ...style, minimumFractionDigits: digits, maximumFractionDigits: digits }).formatToParts(amount);
  const written = parts.map(({ value }) => value).join("");
  const fraction = parts.findIndex(({ type }) => type === "fraction");
  if (digits <= most) return [written, "", ""];
  const before = parts.slice(0, fraction).map(({ value }) => value).join("").length;
  const begins = most === 0 ? before - parts[fraction - 1].value.length : before + most;
  const ends = before + parts[fraction].value.length;
  return [written.slice(0, begins), written.slice(begins, ends), written.slice(ends)];
}

/** Return "hour" as "hours", or "hour" where there is one of them. */
function unitName(unit, quantity) {
  const [one, several] = text.units[unit] ?? [unit ?? "", unit ?? ""];
  return /^1(\.0*)?$/.test(quantity) ? one : several;
}

/** Return "gib_month" as "per GiB-month". */
export function perName(per) {
  return per ? (text.per[per] ?? per) : "";
}
