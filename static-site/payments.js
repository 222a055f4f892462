// Payments and refunds of a month, and what the operator does with money: records it, pays it back, uses credit.

import { books } from "./api.js";
import { BankStatement } from "./bank-statement.js";
import { html, useEffect, useRef, useState } from "./elements.js";
import { Listing } from "./listing.js";
import { CreditDialog, RefundDialog } from "./refund-dialogs.js";
import { MonthPicker } from "./month-picker.js";
import { Outcome } from "./outcome.js";
import { usePages } from "./pages.js";
import { PaymentDialog } from "./payment-dialog.js";
import { paymentColumns } from "./payment-columns.js";
import { words } from "./words.js";

const text = words.books.payments;
const DIALOGS = { payment: PaymentDialog, refund: RefundDialog, credit: CreditDialog };

export function Payments(props) {
  const [importing, setImporting] = useState(false);
  const left = useRef(false);
  const back = () => {
    left.current = true;
    setImporting(false);
    props.refresh();
  };
  useEffect(() => {
    if (!importing && left.current) document.getElementById("payments-title")?.focus();
  }, [importing]);
  if (importing) return html`<${BankStatement} accounts=${props.accounts} announce=${props.announce} onBack=${back} />`;
  return html`<${List} ...${props} onImport=${() => setImporting(true)} />`;
}

function List({ turn, accounts, announce, refresh, onImport }) {
  const thisMonth = new Date().toISOString().slice(0, 7);
  const [month, setMonth] = useState(thisMonth);
  const [open, setOpen] = useState(null);
  const [outcome, setOutcome] = useState(null);
  const list = usePages((next) => books.payments(month, next), "payments", { key: `payments ${month}`, turn });
  const done = (came) => {
    setOpen(null);
    setOutcome(came);
    announce(came.said);
    refresh();
  };
  const Dialog = DIALOGS[open];
  const button = (what, label, tone = "") => html`<button type="button" class=${`button ${tone}`} onClick=${() => setOpen(what)}>${label}</button>`;
  return html`<${Listing} id="payments" icon="coins" list=${list} text=${text} columns=${paymentColumns} keyOf=${({ id }) => id}
      tools=${html`<${MonthPicker} month=${month} newest=${thisMonth} onPick=${setMonth} />`}>
      <div class="money-buttons">
        ${button("payment", text.record, "button-main")}${button("refund", text.refund)}${button("credit", text.useCredit)}
        <button type="button" class="button" onClick=${onImport}>${text.importFile}</button>
      </div>
      <${Outcome} outcome=${outcome} onHide=${() => setOutcome(null)} />
    <//>
    ${Dialog && html`<${Dialog} accounts=${accounts} onDone=${done} onClose=${() => setOpen(null)} />`}`;
}
