// The dialogs in which credit is paid back, and in which it pays open invoices.

import { AccountField } from "./account-field.js";
import { books } from "./api.js";
import { FormDialog, useSending } from "./dialogs.js";
import { Locale, html, useContext, useState } from "./elements.js";
import { formatMoney } from "./money.js";
import { CreditHint, MoneyFields, chosenAccount, readMoney, told } from "./money-form.js";
import { MoneyMoved, today } from "./payment-dialog.js";
import { words } from "./words.js";

const text = words.books.payments;

export function RefundDialog({ accounts, onDone, onClose }) {
  const { language } = useContext(Locale);
  const [typed, setTyped] = useState({ account: "", day: today(), amount: "", method: "bank", reference: "" });
  const account = chosenAccount(typed.account, accounts);
  const sending = useSending((recorded) => onDone(refundOutcome(recorded, account, language)));
  const change = (part) => setTyped((before) => ({ ...before, ...part }));
  const submit = () => {
    const { amount, ...read } = readMoney(typed, accounts, language);
    const wrong = { ...read.fields, ...told({ day: typed.day === "" && words.books.dayMissing }) };
    if (Object.keys(wrong).length > 0) sending.refuse(wrong);
    else sending.send(() => books.recordRefund({ account: account.id, day: typed.day, amount, method: typed.method, reference: typed.reference.trim() }));
  };
  return html`<${FormDialog} title=${text.refundTitle} intro=${text.refundIntro} sending=${sending} confirm=${text.refundConfirm} onSubmit=${submit} onClose=${onClose}>
    <${MoneyFields} typed=${typed} fields=${sending.fields} accounts=${accounts} change=${change}><${CreditHint} account=${account} bought=${true} /><//>
    <${MoneyMoved} typed=${typed} fields=${sending.fields} dayLabel=${text.refundDay} referenceHint=${text.refundReference} change=${change} />
  <//>`;
}

function refundOutcome({ payment, credit, known }, account, language) {
  const more = [text.credit(formatMoney(credit, language))];
  return { said: known ? text.known : text.refundRecorded(formatMoney(payment.amount, language), account.name || account.id), more };
}

export function CreditDialog({ accounts, onDone, onClose }) {
  const { language } = useContext(Locale);
  const [typed, setTyped] = useState("");
  const account = chosenAccount(typed, accounts);
  const sending = useSending((used) => onDone(creditOutcome(used, account, language)));
  const submit = () => {
    if (!account) sending.refuse({ account: typed.trim() === "" ? words.books.accountMissing : words.books.accountUnknown });
    else sending.send(() => books.useCredit(account.id));
  };
  return html`<${FormDialog} title=${text.creditTitle} intro=${text.creditIntro} sending=${sending} confirm=${text.creditConfirm} onSubmit=${submit} onClose=${onClose}>
    <${AccountField} id="account" label=${words.books.account} hint=${words.books.accountHint} accounts=${accounts} value=${typed} error=${sending.fields.account} onChange=${setTyped} />
    <${CreditHint} account=${account} />
  <//>`;
}

function creditOutcome({ allocated, credit }, account, language) {
  const name = account.name || account.id;
  const said = allocated.length > 0 ? text.creditUsed(name) : text.creditNothing(name);
  return { said, account: account.id, allocated, more: [text.credit(formatMoney(credit, language))] };
}
