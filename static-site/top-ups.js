// Top-ups of a month, and the dialog in which a wallet is topped up.

import { books } from "./api.js";
import { FormDialog, useSending } from "./dialogs.js";
import { Locale, html, useContext, useState } from "./elements.js";
import { ChoiceField, TextField } from "./fields.js";
import { Listing } from "./listing.js";
import { formatMoney } from "./money.js";
import { MoneyFields, chosenAccount, readMoney } from "./money-form.js";
import { MonthPicker } from "./month-picker.js";
import { Outcome } from "./outcome.js";
import { usePages } from "./pages.js";
import { topUpColumns } from "./payment-columns.js";
import { words } from "./words.js";

const text = words.books.topUps;
const NOTHING = { account: "", amount: "", grant: "purchased", method: "bank", reference: "", expires_on: "", note: "" };

export function TopUps({ turn, accounts, announce, refresh }) {
  const thisMonth = new Date().toISOString().slice(0, 7);
  const [month, setMonth] = useState(thisMonth);
  const [open, setOpen] = useState(false);
  const [outcome, setOutcome] = useState(null);
  const list = usePages((next) => books.topUps(month, next), "top_ups", { key: `top-ups ${month}`, turn });
  const done = (said) => {
    setOpen(false);
    setOutcome({ said });
    announce(said);
    refresh();
  };
  const tools = html`<span class="tools"><${MonthPicker} month=${month} newest=${thisMonth} onPick=${setMonth} />
    <button type="button" class="button button-main" onClick=${() => setOpen(true)}>${text.add}</button></span>`;
  return html`<${Listing} id="top-ups" icon="coins" list=${list} text=${text} columns=${topUpColumns} keyOf=${({ id }) => id} tools=${tools}>
      <${Outcome} outcome=${outcome} onHide=${() => setOutcome(null)} />
    <//>
    ${open && html`<${TopUpDialog} accounts=${accounts} onDone=${done} onClose=${() => setOpen(false)} />`}`;
}

function TopUpDialog({ accounts, onDone, onClose }) {
  const { language } = useContext(Locale);
  const [typed, setTyped] = useState(NOTHING);
  const account = chosenAccount(typed.account, accounts);
  const sending = useSending((done) => onDone(sayDone(done, account, language)));
  const change = (part) => setTyped((before) => ({ ...before, ...part }));
  const submit = () => {
    const { amount, fields } = readMoney(typed, accounts, language);
    if (Object.keys(fields).length > 0) sending.refuse(fields);
    else sending.send(() => books.recordTopUp({ account: account.id, amount, grant: typed.grant, ...restOf(typed) }));
  };
  const form = { typed, fields: sending.fields, change };
  return html`<${FormDialog} title=${text.addTitle} intro=${text.addIntro} sending=${sending} confirm=${text.confirm} onSubmit=${submit} onClose=${onClose}>
    <${MoneyFields} ...${form} accounts=${accounts} />
    <${ChoiceField} id="grant" label=${text.grant} hint=${text.grantHints[typed.grant]} value=${typed.grant} options=${Object.entries(text.grants)} error=${sending.fields.grant} onChange=${(grant) => change({ grant })} />
    ${typed.grant === "purchased" ? html`<${PurchasedFields} ...${form} />` : html`<${TextField} id="expires_on" label=${text.expiresOn} hint=${text.expiresHint} type="date" value=${typed.expires_on} error=${sending.fields.expires_on} onChange=${(day) => change({ expires_on: day })} />`}
    <${TextField} id="note" label=${text.note} hint=${text.noteHint} maxlength="500" value=${typed.note} error=${sending.fields.note} onChange=${(note) => change({ note })} />
  <//>`;
}

function PurchasedFields({ typed, fields, change }) {
  return html`<${ChoiceField} id="method" label=${words.books.method} value=${typed.method} options=${Object.entries(words.books.methods)} error=${fields.method} onChange=${(method) => change({ method })} />
    <${TextField} id="reference" label=${words.books.reference} hint=${text.referenceHint} maxlength="200" value=${typed.reference} error=${fields.reference} onChange=${(reference) => change({ reference })} />`;
}

function restOf({ grant, method, reference, expires_on: expires, note }) {
  const own = grant === "purchased" ? { method, reference: reference.trim() } : { expires_on: expires || null };
  return { ...own, note: note.trim() };
}

function sayDone({ top_up: topUp, balance, known }, account, language) {
  const shown = (money) => formatMoney(money, language);
  return known ? text.known(shown(balance)) : text.done(shown(topUp.amount), account.name || account.id, shown(balance));
}
