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
  const name = text.units[unit] ?? unit ?? "";
  const title = isShortened(quantity) ? text.exactly(typedAmount(quantity, language), name) : undefined;
  return html`<span class="quantity"><data class="number" value=${quantity} title=${title} lang=${language}><bdi>${formatQuantity(quantity, language)}</bdi></data>${name && html` <span class="unit">${name}</span>`}</span>`;
}

/** Return "gib_month" as "per GiB-month". */
export function perName(per) {
  return per ? (text.per[per] ?? per) : "";
}
