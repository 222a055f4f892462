// The operator's view: how far collecting has got, what could not be billed, which accounts there are.

import { AccountsTable, RejectsTable } from "./operations-lists.js";
import { operations } from "./api.js";
import { formatWindow } from "./dates.js";
import { Instant, Locale, Pill, asSentence, html, useState, useTitle } from "./elements.js";
import { Icon } from "./icons.js";
import { useLoad } from "./load.js";
import { localeOf } from "./locale.js";
import { formatCount } from "./money.js";
import { Empty, Failed, Skeleton } from "./states.js";
import { words } from "./words.js";

const text = words.operations;
// The operator's page belongs to no account: plain English, day before month, 24 hours.
const LANGUAGE = "en-GB";
const LOCALE = { ...localeOf(null), language: LANGUAGE };
const TONES = { complete: "good", failed: "bad", waiting: "neutral" };

export function Operations({ announce, heading }) {
  const { phase, data, error, reload } = useLoad(operations.windows, "windows");
  const [turn, setTurn] = useState(0);
  useTitle(text.title);
  const refresh = () => {
    reload({ quiet: phase === "ready" });
    setTurn(turn + 1);
  };
  return html`<${Locale.Provider} value=${LOCALE}>
    <div class="page-head">
      <div>
        <h1 tabindex="-1" ref=${heading}>${text.title}</h1>
        <p class="page-account"><span>${text.intro}</span></p>
      </div>
      <div class="page-buttons">
        <button type="button" class="button" onClick=${refresh}>${text.refresh}</button>
        <${CollectNow} announce=${announce} />
      </div>
    </div>
    ${phase === "loading" && html`<${Skeleton} label=${text.loading} cards=${2} />`}
    ${phase === "failed" && html`<${Failed} title=${text.failed} error=${error} retry=${reload} />`}
    ${phase === "ready" && html`<${Connections} connections=${data.connections} />`}
    <${RejectsTable} key=${`rejects-${turn}`} />
    ${phase === "ready" && html`<${Windows} windows=${data.windows} connections=${data.connections} />`}
    <${AccountsTable} key=${`accounts-${turn}`} />
  <//>`;
}

function CollectNow({ announce }) {
  const [busy, setBusy] = useState(false);
  const collect = async () => {
    setBusy(true);
    try {
      await operations.collectNow();
      announce(text.collecting);
    } catch (error) {
      announce(asSentence(error.message));
    }
    setBusy(false);
  };
  return html`<button type="button" class="button button-main" disabled=${busy} onClick=${collect}>${text.collect}</button>`;
}

function Connections({ connections }) {
  return html`<section aria-labelledby="connections-title">
    <h2 id="connections-title" class="section-title">${text.connections}</h2>
    ${connections.length === 0 && html`<div class="card"><${Empty} icon="tray" title=${text.noConnections}>${text.noConnectionsNext}<//></div>`}
    <div class="cards">${connections.map((connection) => html`<${Connection} key=${connection.id} connection=${connection} />`)}</div>
  </section>`;
}

function Connection({ connection }) {
  const { name, id, windows, last_error: error } = connection;
  return html`<article class="card connection">
    <div class="card-head">
      <h3><bdi>${name || id}</bdi></h3>
      <${Pill} tone=${error ? "bad" : "good"}>${error ? text.failing : text.working}<//>
    </div>
    <dl class="facts">
      <${Fact} label=${text.collectedUpTo}><${At} at=${connection.complete_up_to} /><//>
      <${Fact} label=${text.newestSeen}><${At} at=${connection.newest_seen} /><//>
      <${Fact} label=${text.windows}>
        ${Object.entries(text.windowCounts).map(([state, label]) => html`<span key=${state} class="fact-part">${formatCount(windows[state] ?? 0, LANGUAGE)} ${label}</span>`)}
      <//>
      <${Fact} label=${text.records}>${formatCount(connection.records, LANGUAGE)}<//>
      <${Fact} label=${text.rejectCount}>${formatCount(connection.rejects, LANGUAGE)}<//>
    </dl>
    ${error && html`<div class="connection-error">
      <p><strong>${text.lastError}</strong> · <${At} at=${error.at} />${error.window && html` · ${text.inWindow} <bdi>${error.window}</bdi>`}</p>
      <p><bdi>${asSentence(error.message)}</bdi></p>
    </div>`}
  </article>`;
}

function Fact({ label, children }) {
  return html`<div><dt>${label}</dt><dd>${children}</dd></div>`;
}

function At({ at }) {
  return at ? html`<${Instant} at=${at} zone="UTC" />` : text.never;
}

function Windows({ windows, connections }) {
  const names = new Map(connections.map(({ id, name }) => [id, name || id]));
  const row = (window) => html`<tr key=${`${window.connection}-${window.start}-${window.end}`}>
    <th scope="row"><span class="no-break">${formatWindow(window.start, window.end, LANGUAGE)}</span></th>
    <td><bdi>${names.get(window.connection) ?? window.connection}</bdi></td>
    <td><${Pill} tone=${TONES[window.state]}>${text.states[window.state] ?? window.state}<//>${window.error && html`<p class="cell-note"><bdi>${asSentence(window.error)}</bdi></p>`}</td>
    ${["records", "rejects", "accounts", "pages"].map((count) => html`<td key=${count} class="end number">${formatCount(window[count] ?? 0, LANGUAGE)}</td>`)}
  </tr>`;
  return html`<section class="card wide-table" aria-labelledby="windows-title">
    <h2 id="windows-title"><${Icon} name="clock" />${text.recentWindows}</h2>
    ${windows.length === 0 ? html`<${Empty} icon="clock" title=${text.noWindows}>${text.noWindowsNext}<//>` : html`<div class="scroll scroll-tall" tabindex="0" role="group" aria-labelledby="windows-title">
      <table>
        <caption class="hidden">${text.recentWindows}</caption>
        <thead><tr>
          <th scope="col">${text.window}</th><th scope="col">${text.connection}</th><th scope="col">${text.state}</th>
          <th scope="col" class="end">${text.records}</th><th scope="col" class="end">${text.rejectCount}</th>
          <th scope="col" class="end">${text.accountCount}</th><th scope="col" class="end">${text.pages}</th>
        </tr></thead>
        <tbody>${windows.map(row)}</tbody>
      </table>
    </div>`}
  </section>`;
}
