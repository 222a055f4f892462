// What a price says, in words. The API counts; here amounts and quantities are only written out.

import { decimalsOf, formatSigned } from "./money.js";
import { words } from "./words.js";

const text = words.prices.tariff;
// Prices have at most 18 decimals, and not every browser writes more than 20.
const MOST_DIGITS = 20;

/** Return an amount of the price list with all of its digits, and at least those its currency is written with. */
export function formatPrice(amount, currency, language) {
  const style = { style: "currency", currency };
  const least = new Intl.NumberFormat(language, style).resolvedOptions().minimumFractionDigits;
  const digits = Math.max(least, digitsOf(amount));
  return new Intl.NumberFormat(language, { ...style, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(amount);
}

/** Return a number of the API with all of its digits. */
export function formatNumber(number, language) {
  const digits = digitsOf(number);
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(number);
}

/** Return how much more or less an amount is, with its sign: "+€3.00". */
export function formatDifference({ amount, currency }, language) {
  const digits = decimalsOf(amount);
  const style = { style: "currency", currency, signDisplay: "exceptZero", minimumFractionDigits: digits, maximumFractionDigits: digits };
  return formatSigned(amount, new Intl.NumberFormat(language, style));
}

function digitsOf(number) {
  return Math.min(decimalsOf(number), MOST_DIGITS);
}

/** Return whether an amount as text is 0. */
export function isZero(amount) {
  return !/[1-9]/.test(amount);
}

export function perOf({ per, service }) {
  return (service ? text.servicePers[per] : text.pers[per]) ?? per;
}

/** Return what the quantities of a price are counted in: "GiB-months". */
export function unitsOf({ per, service }) {
  return service ? text.serviceUnit : (text.units[per] ?? per);
}

/** Return what a price costs: "first 100 GiB free, then €0.05". */
export function sentenceOf(price, currency, language) {
  const said = (amount) => (isZero(String(amount)) ? text.free : formatPrice(String(amount), currency, language));
  const quantity = (number) => quantityOf(number, price, language);
  const tiers = price.tiers ?? [];
  if (price.model === "package") return text.block(quantity(price.package_size), said(price.price));
  if (price.model === "graduated") return tiers.map((tier, place) => graduated(tier, place, said, quantity)).join(", ");
  if (price.model === "volume") return text.volume(tiers.map((tier) => step(tier, said, quantity)).join(", "));
  return said(price.price);
}

function graduated({ up_to: end, price }, place, said, quantity) {
  if (!end) return place === 0 ? said(price) : text.then(said(price));
  return place === 0 ? text.first(quantity(end), said(price)) : text.upTo(quantity(end), said(price));
}

function step({ up_to: end, price }, said, quantity) {
  return end ? text.upTo(quantity(end), said(price)) : text.above(said(price));
}

/** Return what a price has beside: the included quantity, the least and the most of a month. */
export function extrasOf(price, currency, language) {
  const { included, minimum, maximum } = price;
  const amount = (of) => formatPrice(String(of), currency, language);
  return [
    included && text.included(quantityOf(included, price, language)),
    minimum && text.minimum(amount(minimum)),
    maximum && text.maximum(amount(maximum)),
  ].filter(Boolean);
}

function quantityOf(number, price, language) {
  return formatUnits(String(number), unitsOf(price), language);
}

/** Return "1 hour", "100 GiB-months". */
export function formatUnits(number, units, language) {
  return `${formatNumber(number, language)} ${number === "1" ? (text.oneOf[units] ?? units) : units}`;
}
