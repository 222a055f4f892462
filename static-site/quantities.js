// Quantities and counts as text. Quantities come exact, as text; the page shows them and never adds them.

import { decimalsOf } from "./money.js";

const SHOWN_DECIMALS = 6;
const LEAST = "0.000001";

/** Return a quantity as the language writes it, with up to six decimals; what is there is never shown as 0. */
export function formatQuantity(quantity, language) {
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: 0, maximumFractionDigits: SHOWN_DECIMALS });
  const shown = format.format(quantity);
  return shown === format.format("0") && /[1-9]/.test(quantity) ? `< ${format.format(LEAST)}` : shown;
}

/** Return whether `formatQuantity` leaves out digits. */
export function isShortened(quantity) {
  return decimalsOf(quantity.includes(".") ? quantity.replace(/0+$/, "") : quantity) > SHOWN_DECIMALS;
}
