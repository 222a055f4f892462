// Imports a bank statement: choose the file, look at what it says, record what is ticked.

import { StatementFile } from "./bank-statement-file.js";
import { StatementRows } from "./bank-statement-rows.js";
import { useHeading } from "./dialogs.js";
import { html, useEffect, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

const text = words.books.statement;

export function BankStatement({ accounts, announce, onBack }) {
  const [preview, setPreview] = useState(null);
  const [result, setResult] = useState(null);
  const [heading, goToHeading] = useHeading();
  useEffect(goToHeading, []);
  const show = (read) => {
    setResult(null);
    setPreview(read);
    goToHeading();
    announce(text.shown(read.rows.length));
  };
  const done = (said) => {
    setPreview(null);
    setResult(said);
    goToHeading();
    announce(said);
  };
  return html`<section class="card listing" aria-labelledby="statement-title">
      <p><button type="button" class="button-plain back-button" onClick=${onBack}><${Icon} name="back" class="icon-turns" />${text.back}</button></p>
      <div class="card-head"><h2 id="statement-title" tabindex="-1" ref=${heading}><${Icon} name="tray" />${text.title}</h2>
        ${preview && html`<button type="button" class="button" onClick=${() => setPreview(null)}>${text.another}</button>`}</div>
      <p class="note"><bdi>${text.intro}</bdi></p>
      ${result && html`<p class="form-notice"><bdi>${result}</bdi></p>`}
      ${!preview && html`<${StatementFile} accounts=${accounts} onRead=${show} />`}
      ${preview && html`<${Found} preview=${preview} />`}
    </section>
    ${preview && html`<${StatementRows} preview=${preview} accounts=${accounts} onDone=${done} />`}`;
}

/** Which columns were found in the file, and how many lines of each sort. */
function Found({ preview: { columns, counts } }) {
  const names = Object.entries(text.columnNames);
  return html`<dl class="figures counts statement-counts" aria-label=${text.countsLabel}>
      ${Object.entries(text.counts).map(([part, label]) => html`<div key=${part} class="figure"><dt>${label}</dt><dd><span class="figure-amount">${counts[part]}</span></dd></div>`)}
    </dl>
    <h3 class="card-part">${text.columns}</h3>
    <p class="dotted note">${names.map(([part, label]) => html`<span key=${part}><bdi>${label}: ${columns[part] ? html`<strong>${columns[part]}</strong>` : text.noColumn}</bdi></span>`)}</p>`;
}
