// The lines of a month's charges: usage by service, then purchases, adjustments and credits, then their total.

import { Price, Quantity, perName } from "./charge-texts.js";
import { Locale, Money, html, useContext } from "./elements.js";
import { formatMoney } from "./money.js";
import { swatchOf } from "./services-card.js";
import { cell, useStacking } from "./tables.js";
import { words } from "./words.js";

const text = words.charges;

/** `partial` where something has no price; with a `service`, only its lines are there and the total is of all. */
export function ChargesTable({ lines, total, partial, service, onOpen }) {
  const place = useStacking();
  const columns = columnsFor(onOpen);
  return html`<div class="table-place charges-table" tabindex="-1" role="group" aria-labelledby="charges-title" ref=${place}>
    <table role="table" aria-labelledby="charges-title">
      <thead role="rowgroup"><tr role="row">
        ${columns.map(({ label, side = "" }) => html`<th key=${label} scope="col" role="columnheader" class=${side}>${label}</th>`)}
      </tr></thead>
      ${groupsOf(lines).map((group) => html`<${Group} key=${group.id} group=${group} columns=${columns} />`)}
      ${total && !service && html`<tfoot role="rowgroup"><tr role="row">
        <th scope="row" role="rowheader" colspan="3" aria-colspan="3">${partial ? text.totalOfPriced : text.total}</th>
        <td role="cell" class="end"><${Money} money=${total} /></td>
      </tr></tfoot>`}
    </table>
  </div>`;
}

function Group({ group: { id, name, usage, lines }, columns }) {
  return html`<tbody role="rowgroup">
    <tr role="row" class="group-row"><th scope="rowgroup" role="rowheader" colspan="4" aria-colspan="4">
      <span class="service-name">${usage && html`<span class=${`swatch swatch-${swatchOf(id)}`}></span>`}<bdi>${name}</bdi></span>
    </th></tr>
    ${lines.map((line) => html`<tr key=${line.id} role="row">${columns.map((column, at) => cell(column, line, at === 0))}</tr>`)}
  </tbody>`;
}

/** Return the groups in order: the services of the usage as they come, then the other categories. */
function groupsOf(lines) {
  const usage = new Map();
  for (const line of lines.filter(({ category }) => category === "usage")) {
    const group = usage.get(line.service) ?? { id: line.service, name: line.service_name, usage: true, lines: [] };
    group.lines.push(line);
    usage.set(line.service, group);
  }
  const others = Object.entries(text.groups).map(([id, name]) => ({ id, name, lines: lines.filter(({ category }) => category === id) }));
  return [...usage.values(), ...others.filter(({ lines: some }) => some.length > 0)];
}

function columnsFor(onOpen) {
  return [
    { label: text.line, of: ({ name }) => html`<bdi>${name}</bdi>` },
    { label: text.quantity, side: "end", of: ({ quantity, unit }) => quantity && html`<${Quantity} quantity=${quantity} unit=${unit} />` },
    { label: text.price, side: "end", of: (line) => unitPrice(line) },
    { label: text.amount, side: "end", of: (line) => html`<${AmountButton} line=${line} onOpen=${onOpen} />` },
  ];
}

function unitPrice({ category, unit_price: price, price_currency: currency, per }) {
  if (price) return html`<span><${Price} price=${price} currency=${currency} /> <span class="unit">${perName(per)}</span></span>`;
  return category === "usage" && html`<span class="muted">${text.severalPrices}</span>`;
}

function AmountButton({ line, onOpen }) {
  const { language } = useContext(Locale);
  const label = text.open(formatMoney(line.amount, language), line.name);
  return html`<button type="button" class="amount-button" aria-haspopup="dialog" aria-label=${label} onClick=${() => onOpen(line)}><${Money} money=${line.amount} /></button>`;
}
