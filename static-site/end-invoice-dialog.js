// The dialogs in which an invoice ends: written off, or taken back as if it had never been.

import { books } from "./api.js";
import { creditedOutcome } from "./credit-note-dialog.js";
import { FormDialog, useSending } from "./dialogs.js";
import { Locale, html, useContext, useState } from "./elements.js";
import { formatMoney } from "./money.js";
import { ReasonField, wrongReason } from "./reason-field.js";
import { words } from "./words.js";

const text = words.books.correct;

/** `what` is "writeOff" or "void". */
export function EndInvoiceDialog({ document, account, what, onDone, onClose }) {
  const { language } = useContext(Locale);
  const [reason, setReason] = useState("");
  const { number } = document;
  const sending = useSending((corrected) => {
    const said = what === "void" ? text.voided(number, corrected.credit_note?.number ?? "") : text.writtenOff(number);
    onDone(creditedOutcome(corrected, account, language, said));
  });
  const submit = () => {
    const wrong = wrongReason(reason);
    if (wrong) sending.refuse({ reason: wrong });
    else sending.send(() => books[what]({ account: account.id, document: document.id, reason: reason.trim() }));
  };
  const intro = what === "void" ? text.voidIntro : text.writeOffIntro(formatMoney(document.payable, language));
  return html`<${FormDialog} title=${text[`${what}Title`](number)} intro=${intro} sending=${sending} confirm=${text[`${what}Confirm`]} tone="danger" onSubmit=${submit} onClose=${onClose}>
    <${ReasonField} hint=${what === "void" ? text.reasonHint : text.recordReason} value=${reason} error=${sending.fields.reason} onChange=${setReason} />
  <//>`;
}
