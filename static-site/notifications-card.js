// Card 3: the latest invoices, or when the first one comes.

import { formatDate, formatMonth } from "./dates.js";
import { DueDay, Payable, StatusPill, nameOf } from "./documents.js";
import { Locale, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { invoicesAddress } from "./invoice-links.js";
import { Empty } from "./states.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.notifications;
const DRAFT = { kind: "invoice", state: "draft" };

export function NotificationsCard({ overview }) {
  const { invoices, period, account, summary } = overview;
  return html`<section class="card notifications" aria-labelledby="notifications-title">
    <div class="card-head">
      <h2 id="notifications-title">${text.title}</h2>
      <a class="card-link" href=${invoicesAddress(account.id)}>${text.all}<${Icon} name="forward" class="icon-turns" /></a>
    </div>
    ${invoices.length > 0 ? html`<${Latest} invoices=${invoices} account=${account.id} />` : html`<${Empty} icon="receipt" title=${text.empty}><${FirstInvoice} period=${period} /><//>`}
    ${summary && html`<${Draft} account=${account.id} month=${summary.month_to_date.period} />`}
  </section>`;
}

function FirstInvoice({ period }) {
  const { language, timeZone } = useContext(Locale);
  if (!period) return text.emptyNew;
  return text.emptyNext(formatMonth(period.id, language), formatDate(period.end, language, timeZone));
}

function Latest({ invoices, account }) {
  return html`<${Table} labelledBy="notifications-title" caption=${text.title} columns=${columnsFor(account)} rows=${invoices} keyOf=${({ id }) => id} />
    <p class="note"><bdi>${text.taxNote}</bdi></p>`;
}

/** The running month has no number and nothing is due of it; what it comes to so far is a document too. */
function Draft({ account, month }) {
  const { language } = useContext(Locale);
  return html`<p class="draft-link"><a href=${invoicesAddress(account, "draft")}><bdi>${text.draft(formatMonth(month, language))}</bdi></a> <${StatusPill} document=${DRAFT} /></p>`;
}

function columnsFor(account) {
  return [
    { label: text.number, of: (invoice) => html`<${Number} invoice=${invoice} account=${account} />` },
    { label: text.due, of: (invoice) => html`<${DueDay} document=${invoice} />` },
    { label: text.payable, side: "end", of: (invoice) => html`<${Payable} document=${invoice} />` },
    { label: text.status, of: (invoice) => html`<${StatusPill} document=${invoice} />` },
  ];
}

function Number({ invoice: { id, kind, number }, account }) {
  const { language } = useContext(Locale);
  return html`<span class="two-lines"><a href=${invoicesAddress(account, id)} aria-label=${nameOf({ kind, number }, language)}><bdi>${number}</bdi></a>
    ${kind !== "invoice" && html`<small>${words.documents.kinds[kind] ?? kind}</small>`}</span>`;
}
