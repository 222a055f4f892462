// Card 3: the latest invoices, or when the first one comes.

import { formatDate, formatMonth } from "./dates.js";
import { Locale, Money, Pill, html, useContext } from "./elements.js";
import { Empty } from "./states.js";
import { words } from "./words.js";

const text = words.invoices;
const TONES = { paid: "good", overdue: "bad", uncollectible: "bad", unpaid: "warn", issued: "warn", partially_paid: "warn" };

export function NotificationsCard({ overview }) {
  const { invoices, period } = overview;
  return html`<section class="card notifications" aria-labelledby="notifications-title">
    <h2 id="notifications-title">${text.title}</h2>
    ${invoices.length > 0 ? html`<${Invoices} invoices=${invoices} />` : html`<${Empty} icon="receipt" title=${text.empty}><${FirstInvoice} period=${period} /><//>`}
  </section>`;
}

function FirstInvoice({ period }) {
  const { language, timeZone } = useContext(Locale);
  if (!period) return text.emptyNew;
  return text.emptyNext(formatMonth(period.id, language), formatDate(period.end, language, timeZone));
}

function Invoices({ invoices }) {
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="notifications-title">
    <table>
      <caption class="hidden">${text.title}</caption>
      <thead>
        <tr>
          <th scope="col">${text.number}</th>
          <th scope="col">${text.due}</th>
          <th scope="col" class="end">${text.payable}</th>
          <th scope="col">${text.status}</th>
        </tr>
      </thead>
      <tbody>${invoices.map((invoice) => html`<${Invoice} key=${invoice.number ?? "draft"} invoice=${invoice} />`)}</tbody>
    </table>
  </div>`;
}

function Invoice({ invoice: { number, due, payable, status } }) {
  const { language } = useContext(Locale);
  const state = String(status).toLowerCase();
  const shown = due && formatDate(`${due.slice(0, 10)}T00:00:00Z`, language, "UTC");
  return html`<tr>
    <th scope="row"><bdi>${number ?? text.draft}</bdi></th>
    <td>${shown && html`<time datetime=${due} lang=${language}><bdi>${shown}</bdi></time>`}</td>
    <td class="end"><${Money} money=${payable} /></td>
    <td><${Pill} tone=${TONES[state] ?? "neutral"}>${text.statuses[state] ?? status}<//></td>
  </tr>`;
}
