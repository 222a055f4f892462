// What a document adds up to: its services, its taxes, its total.

import { taxName } from "./documents.js";
import { Locale, Money, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { swatchOf } from "./services-card.js";
import { words } from "./words.js";

const text = words.invoice;

export function InvoiceSummary({ document }) {
  const { language } = useContext(Locale);
  const { services, net, taxes, total } = document;
  const sums = [
    ["sum", text.net, net],
    ...taxes.map((tax) => [tax.key, taxName(tax, language), tax.amount]),
    ["total", text.total, total],
  ];
  return html`<section class="card" aria-labelledby="summary-title">
    <h2 id="summary-title"><${Icon} name="scales" />${text.summary}</h2>
    <table class="sums">
      <caption class="hidden">${text.summary}</caption>
      <thead><tr><th scope="col">${text.service}</th><th scope="col" class="end">${text.amount}</th></tr></thead>
      <tbody>
        ${services.map(({ service, name, amount }) => html`<tr key=${service}>
          <th scope="row"><span class="service-name"><span class=${`swatch swatch-${swatchOf(service)}`}></span><bdi>${name}</bdi></span></th>
          <td class="end"><${Money} money=${amount} /></td>
        </tr>`)}
      </tbody>
      <tfoot>${sums.map(([key, label, money]) => html`<tr key=${key} class=${["sum", "total"].includes(key) ? "sum-main" : "sum-part"}>
        <th scope="row"><bdi>${label}</bdi></th><td class="end"><${Money} money=${money} /></td>
      </tr>`)}</tfoot>
    </table>
  </section>`;
}
