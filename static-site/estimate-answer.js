// The answer to an estimate: each row and the total by month, day and hour, and what is paid once.

import { ExchangeRates, Missing } from "./charge-notes.js";
import { FineMoney } from "./charge-texts.js";
import { Money, html } from "./elements.js";
import { Icon } from "./icons.js";
import { isZero } from "./money.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.estimate;

/** `old` where the plan was changed after it. */
export function EstimateAnswer({ answer, old }) {
  const { items, services, totals, missing, exchange_rates: rates, currency } = answer;
  const rows = [...items, ...services].map((row) => ({ ...row, unpriced: hasNoPrice(row, missing) }));
  const total = { ...totals, name: missing.length > 0 ? text.totalOfPriced : text.total };
  return html`<section class="card estimate-answer" aria-labelledby="answer-title">
    <h2 id="answer-title"><${Icon} name="scales" />${text.result}</h2>
    ${old && html`<p class="stale"><${Icon} name="clock" /><bdi>${text.old}</bdi></p>`}
    <${Missing} missing=${missing} text=${text.missing} />
    <${ExchangeRates} rates=${rates} currency=${currency} indicative=${rates.length > 0} />
    <${Table} labelledBy="answer-title" caption=${text.result} columns=${columnsOf(totals)} rows=${rows} total=${total} />
  </section>`;
}

/** What has no line has no price, where some have none: its zero is none. */
function hasNoPrice({ lines }, missing) {
  return missing.length > 0 && lines.length === 0;
}

/** Where nothing is paid once, there is no column for it. */
function columnsOf({ once }) {
  const columns = [
    { label: text.item, of: (row) => html`<${Planned} row=${row} />` },
    { label: text.month, side: "end", of: (row) => amountOf(row, html`<strong><${Money} money=${row.month} /></strong>`) },
    ...["day", "hour"].map((part) => ({ label: text[part], side: "end", of: (row) => amountOf(row, html`<${FineMoney} money=${row[part]} />`) })),
  ];
  return isZero(once.amount) ? columns : [...columns, { label: text.once, side: "end", of: (row) => amountOf(row, html`<${Money} money=${row.once} />`) }];
}

function amountOf({ unpriced }, amount) {
  return unpriced ? html`<span class="muted">${text.noPrice}</span>` : amount;
}

function Planned({ row: { name, lines = [] } }) {
  if (lines.length < 2) return html`<bdi>${name}</bdi>`;
  return html`<span><bdi>${name}</bdi>
    <details class="planned-parts"><summary>${text.parts}</summary>
      <ul>${lines.map((line, place) => html`<li key=${place}><bdi>${line.name}</bdi> <span><${Money} money=${line.amount} /> ${line.once ? text.partOnce : text.partMonth}</span></li>`)}</ul>
    </details></span>`;
}
