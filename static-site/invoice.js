// One document: who owes whom how much for what, and what became of it.

import { AccountHeading } from "./account-heading.js";
import { billing } from "./api.js";
import { CorrectInvoice } from "./correct-invoice.js";
import { formatDate, formatMonth } from "./dates.js";
import { nameOf } from "./documents.js";
import { Locale, html, useContext, useEffect, useTitle } from "./elements.js";
import { Icon } from "./icons.js";
import { InvoiceHead } from "./invoice-head.js";
import { InvoiceLines } from "./invoice-lines.js";
import { invoicesAddress } from "./invoice-links.js";
import { InvoicePayments } from "./invoice-payments.js";
import { InvoiceRecord } from "./invoice-record.js";
import { InvoiceSummary } from "./invoice-summary.js";
import { InvoiceTaxes } from "./invoice-taxes.js";
import { useLoad } from "./load.js";
import { useLookingAgain } from "./look-again.js";
import { Failed, Skeleton, Stale } from "./states.js";
import { words } from "./words.js";

const text = words.invoice;

/** `back` is set where the customer comes back from having paid; the `operator` can correct what was issued. */
export function InvoiceView({ account, id, back, operator, heading }) {
  const { language } = useContext(Locale);
  const load = useLoad(() => billing.invoice(account.id, id), `${account.id} ${id}`);
  const document = load.phase === "ready" ? load.data : null;
  const title = document ? nameOf(document, language) : words.documents.kinds.invoice;
  useTitle(title, account.name);
  useEffect(() => window.scrollTo(0, 0), []);
  const paid = back?.includes("paid") ?? false;
  useLookingAgain(paid, load.reload);
  return html`
    <p class="back-link"><a href=${invoicesAddress(account.id)}><${Icon} name="back" class="icon-turns" />${words.invoices.back}</a></p>
    <${AccountHeading} title=${html`<bdi>${title}</bdi>`} account=${account} heading=${heading} note=${document?.currency} />
    <p class="hidden" role="status">${document ? title : ""}</p>
    ${load.phase === "loading" && html`<${Skeleton} label=${text.loading} cards=${2} />`}
    ${load.phase === "failed" && html`<${Failed} title=${text.failed} error=${load.error} retry=${load.reload} />`}
    ${load.stale && html`<${Stale} error=${load.stale} retry=${() => load.reload({ quiet: true })} />`}
    ${document && html`<div class="sections document">
      ${paid && html`<p class="form-notice" role="status"><bdi>${text.paidNotice}</bdi></p>`}
      ${document.state === "draft" && html`<${DraftNotice} document=${document} />`}
      <${InvoiceHead} document=${document} account=${account.id} />
      ${operator && html`<${CorrectInvoice} document=${document} account=${{ ...account, currency: document.currency }} reload=${load.reload} />`}
      <div class="cards">
        <${InvoiceSummary} document=${document} />
        ${hasPayments(document) && html`<${InvoicePayments} document=${document} account=${account.id} />`}
      </div>
      <${InvoiceLines} document=${document} account=${account.id} />
      ${document.taxes.length > 0 && html`<${InvoiceTaxes} document=${document} />`}
      <${InvoiceRecord} document=${document} />
    </div>`}`;
}

/** A draft that nothing was drawn for asks for nothing yet. */
function hasPayments({ state, settled }) {
  return state !== "draft" || settled.length > 0;
}

function DraftNotice({ document: { period, end } }) {
  const { language } = useContext(Locale);
  const last = end ? formatDate(`${end}T00:00:00Z`, language, "UTC") : formatMonth(period, language);
  return html`<section class="notices draft-document"><p><${Icon} name="clock" /><span><bdi>${text.draftNotice(last)}</bdi></span></p></section>`;
}
