// The open invoices of an account, with a field each for what a payment pays of it.

import { wrongAmount } from "./amount-form.js";
import { billing } from "./api.js";
import { formatDate } from "./dates.js";
import { isPayable } from "./documents.js";
import { Locale, html, useContext } from "./elements.js";
import { FieldError, descriptionOf } from "./fields.js";
import { useLoad } from "./load.js";
import { formatMoney, readAmount } from "./money.js";
import { readAll } from "./read-all.js";
import { Failed } from "./states.js";
import { words } from "./words.js";

const text = words.books.payments;
const OPEN_STATES = ["issued", "partially_paid"];

/** Return the invoices of an account of which something is open, what is due first before the others. */
export async function openDocuments(account) {
  const read = (state) => readAll((next) => billing.invoices(account, { state, kind: "invoice" }, next), "documents");
  const pages = await Promise.all(OPEN_STATES.map(read));
  const rows = pages.flatMap((page) => page.rows).filter(isPayable);
  return rows.sort((one, other) => (one.due_on < other.due_on ? -1 : 1));
}

/** `parts` is what was typed by document: {number, amount}. */
export function OpenDocuments({ account, parts, error, onChange }) {
  const load = useLoad(() => openDocuments(account.id), account.id);
  return html`<fieldset class=${error ? "field field-wrong" : "field"} aria-describedby=${descriptionOf("allocations", true, error)["aria-describedby"]}>
    <legend>${text.allocations.chosen}</legend>
    <p class="field-hint" id="allocations-hint">${text.paysHint}</p>
    ${load.phase === "loading" && html`<p class="note" role="status">${text.loadingOpen}</p>`}
    ${load.phase === "failed" && html`<${Failed} title=${words.invoices.failed} error=${load.error} retry=${load.reload} inside=${true} />`}
    ${load.phase === "ready" && load.data.length === 0 && html`<p class="note" role="status">${text.noOpen}</p>`}
    ${load.phase === "ready" && load.data.map((document) => html`<${Part} key=${document.id} document=${document} typed=${parts[document.id]?.amount ?? ""} error=${error}
      onChange=${(amount) => onChange({ ...parts, [document.id]: { number: document.number, amount } })} />`)}
    <${FieldError} id="allocations" error=${error} />
  </fieldset>`;
}

function Part({ document: { id, number, due_on: due, payable }, typed, error, onChange }) {
  const { language } = useContext(Locale);
  return html`<div class="part-field">
    <label for=${`part-${id}`}><bdi>${text.openOf(number, formatDate(`${due}T00:00:00Z`, language, "UTC"))}</bdi><small><bdi>${text.open(formatMoney(payable, language))}</bdi></small></label>
    <span class="affixed"><span class="affix" aria-hidden="true">${payable.currency}</span><input id=${`part-${id}`} class="number" inputmode="decimal" autocomplete="off" dir="ltr" ...${descriptionOf("allocations", false, error)}
      value=${typed} onInput=${(event) => onChange(event.target.value)} /></span>
  </div>`;
}

/** Return {allocations} as the API takes them, or {wrong}. */
export function readAllocations(parts, currency, language) {
  const typed = Object.entries(parts).filter(([, { amount }]) => amount.trim() !== "");
  if (typed.length === 0) return { wrong: text.chooseParts };
  const allocations = typed.map(([document, part]) => ({ document, amount: { amount: readAmount(part.amount, language), currency } }));
  const at = typed.findIndex(([, part], place) => wrongAmount(part.amount, allocations[place].amount.amount, currency, null));
  return at < 0 ? { allocations } : { wrong: text.partWrong(typed[at][1].number) };
}
