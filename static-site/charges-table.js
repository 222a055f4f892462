// The lines of a month's charges: usage by service, then purchases, adjustments and credits, then their total.

import { Price, Quantity, perName } from "./charge-texts.js";
import { formatDate } from "./dates.js";
import { Locale, Money, html, useContext } from "./elements.js";
import { formatMoney } from "./money.js";
import { swatchOf } from "./services-card.js";
import { cell, useStacking } from "./tables.js";
import { words } from "./words.js";

const text = words.charges;

const LAST = ["services", "commitment", "credits"];

/** `services` are the headings with their amounts; `partial` where something has no price; a single `service` has no total below. */
export function ChargesTable({ lines, services, total, partial, service, onOpen }) {
  const place = useStacking();
  const columns = columnsFor(lines, onOpen);
  return html`<div class="table-place charges-table" tabindex="-1" role="group" aria-labelledby="charges-title" ref=${place}>
    <table role="table" aria-labelledby="charges-title">
      <thead role="rowgroup"><tr role="row">
        ${columns.map(({ label, side = "" }) => html`<th key=${label} scope="col" role="columnheader" class=${side}>${label}</th>`)}
      </tr></thead>
      ${groupsOf(lines, services).map((group) => html`<${Group} key=${group.service} group=${group} columns=${columns} />`)}
      ${total && !service && html`<tfoot role="rowgroup"><tr role="row">
        <th scope="row" role="rowheader" colspan="3" aria-colspan="3">${partial ? text.totalOfPriced : text.total}</th>
        <td role="cell" class="end"><${Money} money=${total} /></td>
      </tr></tfoot>`}
    </table>
  </div>`;
}

function Group({ group: { service, name, amount, lines }, columns }) {
  return html`<tbody role="rowgroup">
    <tr role="row" class="group-row">
      <th scope="rowgroup" role="rowheader" colspan="3" aria-colspan="3">
        <span class="service-name"><span class=${`swatch swatch-${swatchOf(service)}`}></span><bdi>${name}</bdi></span>
      </th>
      <td role="cell" class="end"><${Money} money=${amount} /></td>
    </tr>
    ${lines.map((line) => html`<tr key=${line.id} role="row">${columns.map((column, at) => cell(column, line, at === 0))}</tr>`)}
  </tbody>`;
}

/** Return the headings with their lines: services of the usage, dearest first, then what is not measured. */
function groupsOf(lines, services) {
  const headings = [...services.filter(({ service }) => !LAST.includes(service)), ...LAST.flatMap((last) => services.filter(({ service }) => service === last))];
  const groups = headings.map((heading) => ({ ...heading, lines: lines.filter(({ service }) => service === heading.service) }));
  return groups.filter(({ lines: some }) => some.length > 0);
}

/** Tell whether two lines are the same thing at the prices of two rate cards, one after the other. */
function isAnotherVersion(one, other) {
  return one.id !== other.id && one.name === other.name && one.meter === other.meter && one.effective_from !== other.effective_from;
}

function LineName({ line: { name, effective_from: since }, twice }) {
  const { language, timeZone } = useContext(Locale);
  return html`<bdi>${name}</bdi>${twice && since && html` <small class="line-since"><bdi>${text.since(formatDate(since, language, timeZone))}</bdi></small>`}`;
}

function columnsFor(lines, onOpen) {
  return [
    { label: text.line, of: (line) => html`<${LineName} line=${line} twice=${lines.some((other) => isAnotherVersion(other, line))} />` },
    { label: text.quantity, side: "end", of: ({ quantity, unit }) => quantity && html`<${Quantity} quantity=${quantity} unit=${unit} />` },
    { label: text.price, side: "end", of: (line) => unitPrice(line) },
    { label: text.amount, side: "end", of: (line) => html`<${AmountButton} line=${line} onOpen=${onOpen} />` },
  ];
}

function unitPrice({ model, unit_price: price, price_currency: currency, per }) {
  if (price) return html`<span><${Price} price=${price} currency=${currency} /> <span class="unit">${perName(per)}</span></span>`;
  return model && html`<span class="muted">${text.models[model] ?? model}</span>`;
}

function AmountButton({ line, onOpen }) {
  const { language } = useContext(Locale);
  const label = text.open(formatMoney(line.amount, language), line.name);
  return html`<button type="button" class="amount-button" aria-haspopup="dialog" aria-label=${label} onClick=${() => onOpen(line)}><${Money} money=${line.amount} /></button>`;
}
