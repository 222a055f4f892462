// The dialog in which an invoice, or a part of it, is taken back by a credit note.

import { wrongAmount } from "./amount-form.js";
import { books } from "./api.js";
import { FormDialog, useSending } from "./dialogs.js";
import { Days } from "./documents.js";
import { Locale, html, useContext, useState } from "./elements.js";
import { ChoiceField, FieldError, NumberField, descriptionOf } from "./fields.js";
import { invoicesAddress } from "./invoice-links.js";
import { formatMoney, isZero, readAmount } from "./money.js";
import { told } from "./money-form.js";
import { ReasonField, wrongReason } from "./reason-field.js";
import { words } from "./words.js";

const text = words.books.correct;

export function CreditNoteDialog({ document, account, onDone, onClose }) {
  const { language } = useContext(Locale);
  const [typed, setTyped] = useState({ what: "all", amount: "", lines: {}, reason: "" });
  const sending = useSending((corrected) => onDone(creditedOutcome(corrected, account, language)));
  const change = (part) => setTyped((before) => ({ ...before, ...part }));
  const { fields } = sending;
  const submit = () => {
    const read = readCredit(typed, document.currency, language);
    if (read.fields) sending.refuse(read.fields);
    else sending.send(() => books.credit({ account: account.id, document: document.id, reason: typed.reason.trim(), ...read.credit }));
  };
  return html`<${FormDialog} title=${text.creditTitle(document.number)} intro=${text.creditIntro} sending=${sending} confirm=${text.creditConfirm} tone="danger" onSubmit=${submit} onClose=${onClose}>
    <${ChoiceField} id="what" label=${text.what} value=${typed.what} options=${Object.entries(text.whats)} onChange=${(what) => change({ what })} />
    ${typed.what === "amount" && html`<${NumberField} id="amount" label=${words.books.amount} hint=${text.amountHint(document.currency)} affix=${document.currency} value=${typed.amount} error=${fields.amount} onChange=${(amount) => change({ amount })} />`}
    ${typed.what === "lines" && html`<${Lines} document=${document} typed=${typed.lines} error=${fields.lines} onChange=${(lines) => change({ lines })} />`}
    <${ReasonField} hint=${text.reasonHint} value=${typed.reason} error=${fields.reason} onChange=${(reason) => change({ reason })} />
  <//>`;
}

/** Return what came of a credit note, for whoever asked for it. */
export function creditedOutcome({ credit_note: note, credit, known }, account, language, said) {
  const more = [!isZero(credit.amount) && text.credit_(formatMoney(credit, language))];
  const told = said ?? (known ? text.creditKnown(note.number) : text.credited(note.number));
  return { said: told, more, link: note && { href: invoicesAddress(account.id, note.id), label: text.showNote } };
}

/** Return {credit} as the API takes it, or {fields} with what is wrong. */
function readCredit({ what, amount: typed, lines, reason }, currency, language) {
  const money = (text) => ({ amount: readAmount(text, language), currency });
  const given = Object.entries(lines).filter(([, text]) => text.trim() !== "").map(([id, text]) => ({ id, amount: money(text) }));
  const fields = told({
    reason: wrongReason(reason),
    amount: what === "amount" && wrongAmount(typed, readAmount(typed, language), currency, null),
    lines: what === "lines" && wrongLines(given),
  });
  if (Object.keys(fields).length > 0) return { fields };
  return { credit: { all: {}, amount: { amount: money(typed) }, lines: { lines: given } }[what] };
}

function wrongLines(given) {
  if (given.length === 0) return text.chooseLines;
  return given.some(({ amount: { amount } }) => amount === null || isZero(amount)) && text.lineWrong;
}

function Lines({ document, typed, error, onChange }) {
  const { language } = useContext(Locale);
  return html`<fieldset class=${error ? "field field-wrong" : "field"} aria-describedby=${descriptionOf("lines", true, error)["aria-describedby"]}>
    <legend>${text.lines}</legend>
    <p class="field-hint" id="lines-hint">${text.linesHint}</p>
    <div class="credit-lines">${document.lines.map(({ id, name, amount, start, end }, place) => html`<div key=${id} class="part-field">
      <label for=${`line-${place}`}><bdi>${name}</bdi><small><bdi>${formatMoney(amount, language)}</bdi>, <${Days} start=${start} end=${end} /></small></label>
      <span class="affixed"><span class="affix" aria-hidden="true">${document.currency}</span><input id=${`line-${place}`} class="number" inputmode="decimal" autocomplete="off" dir="ltr" ...${descriptionOf("lines", false, error)}
        value=${typed[id] ?? ""} onInput=${(event) => onChange({ ...typed, [id]: event.target.value })} /></span>
    </div>`)}</div>
    <${FieldError} id="lines" error=${error} />
  </fieldset>`;
}
