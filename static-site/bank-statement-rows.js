// The lines of a bank statement: whose payment each may be, which of them are recorded.

import { books } from "./api.js";
import { canBeRecorded, statementColumns } from "./bank-statement-columns.js";
import { FormDialog, useSending } from "./dialogs.js";
import { asSentence, html, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { MatchDialog } from "./match-dialog.js";
import { Empty } from "./states.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.books.statement;
// As many rows as the API takes at once.
const AT_ONCE = 100;

export function StatementRows({ preview, accounts, onDone }) {
  const [rows, setRows] = useState(preview.rows);
  const [ticked, setTicked] = useState(() => new Set(preview.rows.filter(isSure).map(({ line }) => line)));
  const [matching, setMatching] = useState(null);
  const [asking, setAsking] = useState(false);
  const [wrong, setWrong] = useState(null);
  const tick = (line, on) => {
    setWrong(null);
    setTicked((before) => new Set(on ? [...before, line] : [...before].filter((each) => each !== line)));
  };
  const matched = (match) => {
    setRows(rows.map((row) => (row.line === matching.line ? { ...row, match } : row)));
    tick(matching.line, true);
    setMatching(null);
  };
  const chosen = rows.filter((row) => ticked.has(row.line) && canBeRecorded(row));
  const ask = () => (chosen.length === 0 ? setWrong(text.nothingTicked) : setAsking(true));
  const sure = rows.filter(isSure);
  return html`<section class="card listing" aria-labelledby="lines-title">
      <div class="card-head"><h2 id="lines-title"><${Icon} name="receipt" />${text.tableTitle}</h2>
        ${rows.length > 0 && html`<span class="tools"><button type="button" class="button" onClick=${() => setTicked(new Set(sure.map(({ line }) => line)))}>${text.pickSure}</button>
          <button type="button" class="button" onClick=${() => setTicked(new Set())}>${text.pickNone}</button></span>`}</div>
      ${rows.length === 0
        ? html`<${Empty} icon="tray" title=${text.empty}>${text.emptyNext}<//>`
        : html`<${Table} labelledBy="lines-title" caption=${text.tableTitle} columns=${statementColumns({ ticked, onTick: tick, onMatch: setMatching })} rows=${rows} keyOf=${({ line }) => line} />`}
      ${rows.length > 0 && html`<div class="form-buttons statement-buttons">
        <p class="note" role="status"><bdi>${text.ticked(chosen.length)}</bdi></p>
        ${wrong && html`<p class="field-error" role="alert"><bdi>${asSentence(wrong)}</bdi></p>`}
        <button type="button" class="button button-main" onClick=${ask}>${text.confirm(chosen.length)}</button>
      </div>`}
    </section>
    ${matching && html`<${MatchDialog} row=${matching} accounts=${accounts} onMatch=${matched} onClose=${() => setMatching(null)} />`}
    ${asking && html`<${RecordDialog} rows=${chosen} onDone=${onDone} onClose=${() => setAsking(false)} />`}`;
}

function isSure(row) {
  return canBeRecorded(row) && row.match.sure;
}

function RecordDialog({ rows, onDone, onClose }) {
  const [sent, setSent] = useState(0);
  const sending = useSending(({ recorded, already }) => onDone(text.done(recorded, already)));
  return html`<${FormDialog} title=${text.confirmTitle} intro=${text.confirmIntro(rows.length)} sending=${sending} confirm=${text.confirm(rows.length)}
    onSubmit=${() => sending.send(() => record(rows, setSent))} onClose=${onClose}>
    ${sending.busy && rows.length > AT_ONCE && html`<p class="note" role="status">${text.progress(sent, rows.length)}</p>`}
  <//>`;
}

/** Record the rows a part after the other; what was recorded before a failure is known when all are sent again. */
async function record(rows, onSent) {
  const done = { recorded: 0, already: 0 };
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const { recorded, already } = await books.recordStatement(rows.slice(from, from + AT_ONCE).map(rowToSend));
    done.recorded += recorded;
    done.already += already;
    onSent(Math.min(from + AT_ONCE, rows.length));
  }
  return done;
}

function rowToSend({ id, day, amount, reference, match }) {
  return { id, day, amount, reference, account: match.account.id, document: match.document };
}
