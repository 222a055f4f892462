// The dialog in which an invoice is issued although something is open, on the record.

import { books } from "./api.js";
import { Reasons, nameOfAccount } from "./billing-run-columns.js";
import { formatMonth } from "./dates.js";
import { FormDialog, useSending } from "./dialogs.js";
import { Locale, html, useContext, useState } from "./elements.js";
import { ReasonField, wrongReason } from "./reason-field.js";
import { words } from "./words.js";

const text = words.books.run;

export function IssueAnywayDialog({ period, row, onDone, onClose }) {
  const { language } = useContext(Locale);
  const [reason, setReason] = useState("");
  const name = nameOfAccount(row.account);
  const sending = useSending(({ number }) => onDone(number ? text.anywayIssued(name, number) : text.anywayNothing(name)));
  const submit = () => {
    const wrong = wrongReason(reason);
    if (wrong) sending.refuse({ reason: wrong });
    else sending.send(() => books.issueAnyway(period, row.account.id, reason.trim()));
  };
  return html`<${FormDialog} title=${text.anywayTitle} intro=${text.anywayIntro(name, formatMonth(period, language))} sending=${sending} confirm=${text.anywayConfirm} tone="danger" onSubmit=${submit} onClose=${onClose}>
    <h3 class="card-part">${text.open}</h3>
    <${Reasons} reasons=${row.reasons} />
    <${ReasonField} value=${reason} error=${sending.fields.reason} onChange=${setReason} />
  <//>`;
}
