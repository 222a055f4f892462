// The dialog in which a payment is recorded: what is due first is paid by it, or documents that are chosen.

import { books } from "./api.js";
import { FormDialog, useSending } from "./dialogs.js";
import { Locale, html, useContext, useState } from "./elements.js";
import { ChoiceField, DayField, TextField } from "./fields.js";
import { formatMoney } from "./money.js";
import { MoneyFields, chosenAccount, readMoney, told } from "./money-form.js";
import { OpenDocuments, readAllocations } from "./open-documents.js";
import { words } from "./words.js";

const text = words.books.payments;

/** `begin` may have an account and an invoice that is to be paid. */
export function PaymentDialog({ accounts, begin = {}, onDone, onClose }) {
  const { language } = useContext(Locale);
  const [typed, setTyped] = useState({ account: "", day: today(), amount: "", method: "bank", reference: "", pays: "oldest", parts: {}, ...begin });
  const account = chosenAccount(typed.account, accounts);
  const sending = useSending((recorded) => onDone(outcomeOf(recorded, account, language)));
  const change = (part) => setTyped((before) => ({ ...before, ...part }));
  const submit = () => {
    const read = readPayment(typed, accounts, language);
    if (read.fields) sending.refuse(read.fields);
    else sending.send(() => books.recordPayment(read.payment));
  };
  const { fields } = sending;
  return html`<${FormDialog} title=${text.recordTitle} intro=${text.recordIntro} sending=${sending} confirm=${text.confirm} onSubmit=${submit} onClose=${onClose}>
    <${MoneyFields} typed=${typed} fields=${fields} accounts=${accounts} change=${(part) => change(part.account === undefined ? part : { ...part, parts: {} })} />
    <${MoneyMoved} typed=${typed} fields=${fields} dayLabel=${text.recordDay} referenceHint=${text.referenceHint} change=${change} />
    <${ChoiceField} id="pays" label=${text.pays} value=${typed.pays} options=${Object.entries(text.allocations)} onChange=${(pays) => change({ pays })} />
    ${typed.pays === "chosen" && account && html`<${OpenDocuments} key=${account.id} account=${account} parts=${typed.parts} error=${fields.allocations} onChange=${(parts) => change({ parts })} />`}
  <//>`;
}

/** When money moved, how, and as what. */
export function MoneyMoved({ typed, fields, dayLabel, referenceHint, change }) {
  return html`<div class="field-row">
      <${DayField} id="day" label=${dayLabel} value=${typed.day} error=${fields.day} onChange=${(day) => change({ day })} />
      <${ChoiceField} id="method" label=${words.books.method} value=${typed.method} options=${Object.entries(words.books.methods)} error=${fields.method} onChange=${(method) => change({ method })} />
    </div>
    <${TextField} id="reference" label=${words.books.reference} hint=${referenceHint} maxlength="200" value=${typed.reference} error=${fields.reference} onChange=${(reference) => change({ reference })} />`;
}

/** Return today in UTC, the day a form begins with. */
export function today() {
  return new Date().toISOString().slice(0, 10);
}

function readPayment(typed, accounts, language) {
  const { account, amount, fields } = readMoney(typed, accounts, language);
  const parts = typed.pays === "chosen" && account ? readAllocations(typed.parts, account.currency, language) : {};
  const wrong = { ...fields, ...told({ day: typed.day === "" && words.books.dayMissing, allocations: parts.wrong }) };
  if (Object.keys(wrong).length > 0) return { fields: wrong };
  const payment = { account: account.id, day: typed.day, amount, method: typed.method, reference: typed.reference.trim() };
  return { payment: { ...payment, ...(parts.allocations && { allocations: parts.allocations }) } };
}

function outcomeOf({ payment, allocated, credit, known }, account, language) {
  const shown = (money) => formatMoney(money, language);
  const more = [allocated.length === 0 && !known && text.nothingPaid, text.credit(shown(credit))];
  if (known) return { said: text.known, more };
  return { said: text.recorded(shown(payment.amount), account.name || account.id), account: account.id, allocated, more };
}
