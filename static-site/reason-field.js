// Why something is done that goes on the record.

import { html } from "./elements.js";
import { LongTextField } from "./fields.js";
import { words } from "./words.js";

const text = words.books;

export function ReasonField({ value, hint, error, onChange }) {
  return html`<${LongTextField} id="reason" label=${text.reason} hint=${hint ?? words.books.correct.recordReason} error=${error} value=${value} most=${text.mostReason} onChange=${onChange} />`;
}

/** Return what is wrong with a reason, or undefined. */
export function wrongReason(typed) {
  if (typed.trim() === "") return text.reasonMissing;
  return typed.trim().length > text.mostReason ? text.reasonTooLong : undefined;
}
