// Reads and checks what was typed in the budget dialog, with the API's own rules and words.

import { isNotPositive, wrongAmount } from "./amount-form.js";
import { decimalsOf, readAmount } from "./money.js";
import { words } from "./words.js";

const text = words.fields;
const MOST_THRESHOLDS = 10;
const MOST_RECIPIENTS = 10;
// Only what is certainly no address; the API has the last word.
const ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/;

/** Return {budget} as the API takes it, or {fields} with what is wrong at each field. */
export function readBudget(typed, { currency, decimals, language }) {
  const amount = readAmount(typed.amount, language);
  const thresholds = typed.thresholds.map((threshold) => readAmount(threshold, language));
  const recipients = typed.recipients.split(/[\s,;]+/).filter(Boolean);
  const wrong = {
    amount: wrongAmount(typed.amount, amount, currency, decimals),
    thresholds: wrongThresholds(thresholds),
    recipients: wrongRecipients(recipients),
  };
  const fields = Object.fromEntries(Object.entries(wrong).filter(([, why]) => why));
  if (Object.keys(fields).length > 0) return { fields };
  return { budget: { amount: { amount, currency }, thresholds, recipients } };
}

function wrongThresholds(thresholds) {
  if (thresholds.length < 1 || thresholds.length > MOST_THRESHOLDS) return text.thresholdsCount;
  if (thresholds.includes(null)) return text.thresholdsNumber;
  if (thresholds.some((percent) => isNotPositive(percent) || Number(percent) > 1000)) return text.thresholdsRange;
  if (thresholds.some((percent) => neededDecimals(percent) > 2)) return text.thresholdsDecimals;
  return someAlike(thresholds.map(Number)) ? text.thresholdsAlike : null;
}

function wrongRecipients(recipients) {
  if (recipients.length < 1 || recipients.length > MOST_RECIPIENTS) return text.recipientsCount;
  const invalid = recipients.find((address) => !ADDRESS.test(address));
  if (invalid !== undefined) return text.recipientsInvalid(invalid);
  return someAlike(recipients.map((address) => address.toLowerCase())) ? text.recipientsAlike : null;
}

/** Return how many decimals `number` needs: "12.340" needs 2. */
function neededDecimals(number) {
  return number.includes(".") ? decimalsOf(number.replace(/0+$/, "")) : 0;
}

function someAlike(values) {
  return new Set(values).size !== values.length;
}
