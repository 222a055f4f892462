// The answer to an estimate: each row and the total by hour, day and month, and what is paid once.

import { ExchangeRates, Missing } from "./charge-notes.js";
import { Money, html } from "./elements.js";
import { Icon } from "./icons.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.estimate;

/** `old` where the plan was changed after it. */
export function EstimateAnswer({ answer, old }) {
  const { items, services = [], totals, missing = [], exchange_rates: rates = [], currency } = answer;
  const rows = [...items, ...services].map((row) => (hasNoPrice(row, missing) ? { ...row, unpriced: true } : row));
  const total = { ...totals, name: missing.length > 0 ? text.totalOfPriced : text.total };
  return html`<section class="card estimate-answer" aria-labelledby="answer-title">
    <h2 id="answer-title"><${Icon} name="scales" />${text.result}</h2>
    ${old && html`<p class="stale"><${Icon} name="clock" /><bdi>${text.old}</bdi></p>`}
    <${Missing} missing=${missing} text=${text.missing} />
    <${ExchangeRates} rates=${rates} currency=${currency} indicative=${rates.length > 0} />
    <${Table} labelledBy="answer-title" caption=${text.result} columns=${COLUMNS} rows=${rows} total=${total} />
  </section>`;
}

/** What has no line has no price, where some have none: its zero is none. */
function hasNoPrice({ lines, once }, missing) {
  return missing.length > 0 && lines?.length === 0 && !/[1-9]/.test(once?.amount ?? "");
}

const COLUMNS = [
  { label: text.item, of: (row) => html`<${Planned} row=${row} />` },
  ...["hour", "day", "month", "once"].map((part) => ({
    label: text[part],
    side: "end",
    of: (row) => (row.unpriced || !row[part] ? html`<span class="muted">${text.noPrice}</span>` : html`<${Money} money=${row[part]} />`),
  })),
];

function Planned({ row: { name, lines = [] } }) {
  if (lines.length < 2) return html`<bdi>${name}</bdi>`;
  return html`<span><bdi>${name}</bdi>
    <details class="planned-parts"><summary>${text.parts}</summary>
      <ul>${lines.map((line, place) => html`<li key=${place}><bdi>${line.name}</bdi> ${line.month ? html`<${Money} money=${line.month} />` : html`<span>${text.noPrice}</span>`}</li>`)}</ul>
    </details></span>`;
}
