// What the operator does with an invoice: records a payment, credits it, writes it off, voids it.

import { CreditNoteDialog } from "./credit-note-dialog.js";
import { isPayable } from "./documents.js";
import { EndInvoiceDialog } from "./end-invoice-dialog.js";
import { Locale, html, useContext, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { isZero, typedAmount } from "./money.js";
import { Outcome } from "./outcome.js";
import { PaymentDialog } from "./payment-dialog.js";
import { words } from "./words.js";

const text = words.books.correct;

/** `account` has an id, a name and a currency; `reload` reads the document again. */
export function CorrectInvoice({ document, account, reload }) {
  const [open, setOpen] = useState(null);
  const [outcome, setOutcome] = useState(null);
  const { language } = useContext(Locale);
  const actions = actionsOf(document);
  if (actions.length === 0 && !outcome) return null;
  const done = (came) => {
    setOpen(null);
    setOutcome(came);
    reload({ quiet: true });
  };
  const close = () => setOpen(null);
  const shared = { document, account, onDone: done, onClose: close };
  const begin = paymentOf(document, account, language);
  return html`<section class="card correct-invoice" aria-labelledby="correct-title">
    <h2 id="correct-title"><${Icon} name="scales" />${text.title}</h2>
    <p class="note"><bdi>${text.intro}</bdi></p>
    <div class="money-buttons">${actions.map((action) => html`<button key=${action} type="button" class="button" onClick=${() => setOpen(action)}>${text[action]}</button>`)}</div>
    <p class="hidden" role="status">${outcome?.said}</p>
    <${Outcome} outcome=${outcome} onHide=${() => setOutcome(null)} />
    ${open === "payment" && html`<${PaymentDialog} accounts=${[account]} begin=${begin} onDone=${done} onClose=${close} />`}
    ${open === "credit" && html`<${CreditNoteDialog} ...${shared} />`}
    ${["writeOff", "void"].includes(open) && html`<${EndInvoiceDialog} ...${shared} what=${open} />`}
  </section>`;
}

/** Return the payment that the form begins with: all that is open of the invoice. */
function paymentOf(document, account, language) {
  const { id, number, payable } = document;
  const begin = { account: account.id, reference: number ?? "" };
  if (!isPayable(document)) return begin;
  const amount = typedAmount(payable.amount, language);
  return { ...begin, amount, pays: "chosen", parts: { [id]: { number, amount } } };
}

/** Return what can be done: a void invoice is done with, and only one of which nothing was paid can be taken back. */
function actionsOf(document) {
  const { kind, state, total, paid, credited } = document;
  if (kind !== "invoice" || ["draft", "void"].includes(state)) return [];
  const payable = isPayable(document);
  const untouched = isZero(paid.amount) && isZero(credited.amount) && state === "issued";
  return [
    (payable || state === "uncollectible") && "payment",
    credited.amount !== total.amount && "credit",
    payable && "writeOff",
    untouched && "void",
  ].filter(Boolean);
}
