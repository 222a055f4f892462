// The lines of a document under their services; those of a draft lead to how they came about.

import { Price, Quantity } from "./charge-texts.js";
import { chargesAddress } from "./charge-links.js";
import { Days, taxName } from "./documents.js";
import { Locale, Money, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { invoicesAddress } from "./invoice-links.js";
import { formatMoney } from "./money.js";
import { swatchOf } from "./services-card.js";
import { Empty } from "./states.js";
import { cell, useStacking } from "./tables.js";
import { words } from "./words.js";

const text = words.invoice;

export function InvoiceLines({ document, account }) {
  const { lines } = document;
  return html`<section class="card" aria-labelledby="lines-title">
    <h2 id="lines-title"><${Icon} name="tray" />${text.lines}</h2>
    <p class="hidden">${text.linesShown(lines.length)}</p>
    ${lines.length > 0 ? html`<${Lines} document=${document} account=${account} />` : html`<${Empty} icon="tray" title=${text.noLines} />`}
  </section>`;
}

function Lines({ document, account }) {
  const place = useStacking();
  const { services, lines } = document;
  const { language } = useContext(Locale);
  const columns = columnsFor(document, account, language);
  const groups = services.map((heading) => ({ ...heading, lines: lines.filter(({ service }) => service === heading.service) })).filter((group) => group.lines.length > 0);
  return html`<div class="table-place charges-table document-lines" tabindex="-1" role="group" aria-labelledby="lines-title" ref=${place}>
    <table role="table" aria-labelledby="lines-title">
      <thead role="rowgroup"><tr role="row">
        ${columns.map(({ label, side = "" }) => html`<th key=${label} scope="col" role="columnheader" class=${side}>${label}</th>`)}
      </tr></thead>
      ${groups.map((group) => html`<${Group} key=${group.service} group=${group} columns=${columns} />`)}
      <tfoot role="rowgroup"><tr role="row">
        <th scope="row" role="rowheader" colspan=${columns.length - 1} aria-colspan=${columns.length - 1}>${text.net}</th>
        <td role="cell" class="end"><${Money} money=${document.net} /></td>
      </tr></tfoot>
    </table>
  </div>`;
}

function Group({ group: { service, name, amount, lines }, columns }) {
  return html`<tbody role="rowgroup">
    <tr role="row" class="group-row">
      <th scope="rowgroup" role="rowheader" colspan=${columns.length - 1} aria-colspan=${columns.length - 1}>
        <span class="service-name"><span class=${`swatch swatch-${swatchOf(service)}`}></span><bdi>${name}</bdi></span>
      </th>
      <td role="cell" class="end"><${Money} money=${amount} /></td>
    </tr>
    ${lines.map((line) => html`<tr key=${line.id} role="row">${columns.map((column, at) => cell(column, line, at === 0))}</tr>`)}
  </tbody>`;
}

function columnsFor(document, account, language) {
  const taxes = new Map(document.taxes.map((tax) => [tax.key, taxName(tax, language)]));
  return [
    { label: text.line, of: (line) => html`<${LineName} line=${line} document=${document} account=${account} />` },
    { label: text.quantity, side: "end", of: ({ quantity, unit }) => quantity && html`<${Quantity} quantity=${quantity} unit=${unit} />` },
    { label: text.price, side: "end", of: ({ unit_price: price }) => price && html`<${Price} price=${price} currency=${document.currency} />` },
    { label: text.tax, of: ({ tax }) => html`<bdi>${taxes.get(tax) ?? tax}</bdi>` },
    { label: text.amount, side: "end", of: (line) => html`<${Amount} line=${line} draft=${document.state === "draft"} account=${account} />` },
  ];
}

/** Days are told where they are not those of the whole document. */
function LineName({ line: { name, start, end, correction }, document, account }) {
  const others = start && (start !== document.start || end !== document.end);
  return html`<span class="two-lines"><bdi>${name}</bdi>
    ${others && html`<small><${Days} start=${start} end=${end} /></small>`}
    ${correction && html`<${Correction} correction=${correction} account=${account} />`}</span>`;
}

function Correction({ correction: { invoice, before, after }, account }) {
  const { language } = useContext(Locale);
  const shown = (money) => formatMoney(money, language);
  return html`<small class="correction"><bdi><a href=${invoicesAddress(account, invoice.id)}>${text.correction(invoice.number)}</a>: ${text.beforeAfter(shown(before), shown(after))}</bdi></small>`;
}

/** The workings of a line are there while its month is not invoiced. */
function Amount({ line: { id, name, period, service, amount, correction }, draft, account }) {
  const { language } = useContext(Locale);
  if (!draft || correction || !period) return html`<${Money} money=${amount} />`;
  const label = text.workings(formatMoney(amount, language), name);
  return html`<a class="amount-link" href=${chargesAddress(account, period, service, id)} aria-label=${label}><${Money} money=${amount} /></a>`;
}
