// Checks a typed amount of money with the API's own rules and words.

import { decimalsOf } from "./money.js";
import { words } from "./words.js";

const text = words.fields;
const MOST_AMOUNT_DIGITS = 12;

/** Return what is wrong with an amount above zero that was `typed` and read as `amount`, or null; `decimals` null are not known. */
export function wrongAmount(typed, amount, currency, decimals) {
  if (typed.trim() === "") return text.amountMissing;
  if (amount === null) return text.amountNumber;
  if (isNotPositive(amount)) return text.amountPositive;
  // 999999999999 is the most, so 12 digits before the point and nothing after the largest.
  const [whole, part = ""] = amount.replace(/^0+/, "").split(".");
  const largest = whole === "9".repeat(MOST_AMOUNT_DIGITS) && /[1-9]/.test(part);
  if (whole.length > MOST_AMOUNT_DIGITS || largest) return text.amountMost;
  if (decimals !== null && decimalsOf(amount) > decimals) return text.amountDecimals(currency, decimals);
  return null;
}

/** Return whether a number as text is zero or less. */
export function isNotPositive(number) {
  return number.startsWith("-") || !/[1-9]/.test(number);
}
