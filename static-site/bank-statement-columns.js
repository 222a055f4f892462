// The columns of the lines of a bank statement.

import { nameOfAccount } from "./billing-run-columns.js";
import { Day } from "./documents.js";
import { Money, Pill, asSentence, html } from "./elements.js";
import { words } from "./words.js";

const text = words.books.statement;

export function statementColumns({ ticked, onTick, onMatch }) {
  return [
    { label: text.line, of: (row) => html`<${Tick} row=${row} ticked=${ticked} onTick=${onTick} />` },
    { label: words.books.day, of: ({ day }) => day && html`<span class="no-break"><${Day} day=${day} /></span>` },
    { label: text.payer, of: ({ payer, reference }) => html`<span class="two-lines note-text wide"><bdi>${payer}</bdi><small><bdi>${reference}</bdi></small></span>` },
    { label: words.books.amount, side: "end", of: ({ amount }) => amount && html`<${Money} money=${amount} />` },
    { label: text.match, of: (row) => html`<${Match} row=${row} />` },
    { label: words.books.run.state, of: (row) => html`<${State} row=${row} />` },
    { label: words.operations.rollUps.change, side: "end", stacked: "bare", of: (row) => isOpen(row) && html`<div class="row-buttons"><button type="button" class="button button-small" aria-label=${text.correctOf(row.line)} onClick=${() => onMatch(row)}>${text.correct}</button></div>` },
  ];
}

/** Return whether a line can be recorded: somebody's payment that is not known yet. */
export function canBeRecorded({ match, day, amount, already, problem }) {
  return Boolean(match && day && amount) && !already && !problem;
}

/** Return whether it can still be said whose payment a line is. */
function isOpen({ day, amount, already, problem }) {
  return Boolean(day && amount) && !already && !problem;
}

function Tick({ row, ticked, onTick }) {
  const { line } = row;
  if (!canBeRecorded(row)) return html`<span class="tick"><span class="tick-place"></span>${line}</span>`;
  return html`<label class="tick"><input type="checkbox" aria-label=${text.pickOf(line)} checked=${ticked.has(line)} onChange=${(event) => onTick(line, event.target.checked)} /><span>${line}</span></label>`;
}

function Match({ row: { match } }) {
  if (!match) return html`<span class="muted">${text.unmatched}</span>`;
  return html`<span class="two-lines"><bdi>${nameOfAccount(match.account)}</bdi><small><bdi>${match.number ?? text.dueFirst}</bdi></small></span>`;
}

function State({ row: { match, already, problem } }) {
  if (problem) return html`<span class="two-lines"><${Pill} tone="bad">${text.problem}<//><small><bdi>${asSentence(problem)}</bdi></small></span>`;
  if (already) return html`<${Pill} tone="good">${text.recorded}<//>`;
  if (!match) return html`<${Pill} tone="warn">${text.unmatched}<//>`;
  if (match.byHand) return html`<${Pill} tone="accent">${text.byHand}<//>`;
  return html`<span class="two-lines"><${Pill} tone=${match.sure ? "good" : "warn"}>${match.sure ? text.sure : text.unsure}<//><small>${text.hows[match.how] ?? match.how}</small></span>`;
}
