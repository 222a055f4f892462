// The parts of the workings: the steps, the days, the resources.

import { Price, Quantity } from "./charge-texts.js";
import { formatDay } from "./dates.js";
import { Locale, Money, Percent, html, useContext, useRef } from "./elements.js";
import { More } from "./listing.js";
import { DaysChart } from "./summary-card.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.workings;

export function Steps({ steps }) {
  const rows = steps.map((step, place) => ({ ...step, place: place + 1 }));
  return html`<section class="workings-part" aria-labelledby="steps-title">
    <h3 id="steps-title">${text.steps}</h3>
    <${Table} labelledBy="steps-title" caption=${text.steps} columns=${STEPS} rows=${rows} />
  </section>`;
}

const STEPS = [
  { label: text.step, of: ({ place, text: sentence }) => html`<bdi>${text.place(place, sentence)}</bdi>` },
  { label: text.quantity, side: "end", of: ({ quantity, unit }) => quantity && html`<${Quantity} quantity=${quantity} unit=${unit} />` },
  { label: text.price, side: "end", of: (step) => step.price && html`<${StepPrice} step=${step} />` },
  { label: text.amountOf, side: "end", of: ({ amount, currency }) => html`<${Price} price=${amount} currency=${currency} />` },
];

/** A price in the step's currency; of an adjustment the percentage. */
function StepPrice({ step: { kind, price, currency } }) {
  if (kind === "adjustment") return html`<${Percent} percent=${price} />`;
  return html`<${Price} price=${price} currency=${currency} />`;
}

export function Days({ days, line, period }) {
  const { language } = useContext(Locale);
  const label = text.days.chart(line.name);
  const counted = days.some(({ quantity }) => quantity !== null);
  return html`<section class="workings-part" aria-labelledby="line-days-title">
    <h3 id="line-days-title">${text.days.title}</h3>
    <${DaysChart} period=${period} days=${days} label=${label} />
    <details class="days">
      <summary>${text.days.table}</summary>
      <div class="days-scroll" tabindex="0" role="group" aria-label=${label}>
        <table>
          <caption class="hidden">${label}</caption>
          <thead><tr><th scope="col">${text.days.day}</th>${counted && html`<th scope="col" class="end">${text.quantity}</th>`}<th scope="col" class="end">${text.amountOf}</th></tr></thead>
          <tbody>
            ${days.map(({ day, quantity, amount }) => html`<tr key=${day}>
              <th scope="row"><time datetime=${day} lang=${language}><bdi>${formatDay(day, language)}</bdi></time></th>
              ${counted && html`<td class="end">${quantity && html`<${Quantity} quantity=${quantity} unit=${line.unit} />`}</td>`}
              <td class="end"><${Money} money=${amount} /></td>
            </tr>`)}
          </tbody>
          <tfoot><tr><th scope="row" colspan=${counted ? 2 : 1}>${words.summary.total}</th><td class="end"><${Money} money=${line.amount} /></td></tr></tfoot>
        </table>
      </div>
    </details>
  </section>`;
}

export function Resources({ list, line }) {
  const place = useRef(null);
  const columns = [
    { label: text.resources.resource, of: (row) => html`<${Resource} row=${row} />` },
    { label: text.quantity, side: "end", of: ({ quantity }) => html`<${Quantity} quantity=${quantity} unit=${line.unit} />` },
    { label: text.amountOf, side: "end", of: ({ amount }) => html`<${Money} money=${amount} />` },
  ];
  return html`<section class="workings-part listing" aria-labelledby="resources-title">
    <h3 id="resources-title">${text.resources.title}</h3>
    <p class="hidden" role="status">${text.resources.shown(list.rows.length)}</p>
    <div ref=${place}><${Table} labelledBy="resources-title" caption=${text.resources.title} columns=${columns} rows=${list.rows} /></div>
    <${More} list=${list} table=${place} />
  </section>`;
}

/** In place of the resources, where usage or prices are no longer those of the amount. */
export function UnknownResources() {
  return html`<section class="workings-part" aria-labelledby="resources-title">
    <h3 id="resources-title">${text.resources.title}</h3>
    <p class="note"><bdi>${text.resources.unknown}</bdi></p>
  </section>`;
}

function Resource({ row: { resource, name } }) {
  if (!resource && !name) return html`<span class="muted">${text.resources.rest}</span>`;
  if (!name || name === resource) return html`<bdi class="resource-id">${resource}</bdi>`;
  return html`<span class="two-lines"><bdi>${name}</bdi><small><bdi class="resource-id">${resource}</bdi></small></span>`;
}
