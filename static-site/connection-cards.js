// How far collecting from each CloudStack connection has got, and what came of it.

import { ClockTime } from "./connections.js";
import { Count, Pill, asSentence, html } from "./elements.js";
import { Empty } from "./states.js";
import { words } from "./words.js";

const text = words.operations.connections;
const MINUTES_A_DAY = 1440;
const LATE_HOURS = 48;
const TONES = { failed: "bad", rejects: "warn", holds: "warn" };
const TO_DECIDE = new Set(["rejects", "holds"]);

export function ConnectionCards({ connections }) {
  return html`<section aria-labelledby="connections-title">
    <h2 id="connections-title" class="section-title">${text.title}</h2>
    ${connections.length === 0 && html`<div class="card"><${Empty} icon="tray" title=${text.empty}>${text.emptyNext}<//></div>`}
    <div class="cards connections">${connections.map((connection) => html`<${Connection} key=${connection.id} connection=${connection} />`)}</div>
  </section>`;
}

function Connection({ connection }) {
  const { id, name, version, time_zone: zone, aggregation_minutes: minutes, windows, last_error: error } = connection;
  const about = [version ? text.version(version) : text.noVersion, zone, minutes === MINUTES_A_DAY ? text.daily : minutes && text.minutes(minutes)];
  return html`<article class="card connection">
    <div class="card-head">
      <h3><bdi>${name || id}</bdi></h3>
      <span class="pills">${error && html`<${Pill} tone="bad">${text.failing}<//>`}<${Behind} hours=${connection.behind_hours} /></span>
    </div>
    <p class="dotted note">${about.filter(Boolean).map((part) => html`<span key=${part}><bdi>${part}</bdi></span>`)}</p>
    <dl class="facts">
      <${Fact} label=${text.collectedUpTo}>${connection.complete_up_to ? html`<${ClockTime} connection=${id} at=${connection.complete_up_to} />` : text.never}<//>
      <${Fact} label=${text.newestSeen}>${connection.newest_seen ? html`<${ClockTime} connection=${id} at=${connection.newest_seen} />` : text.never}<//>
    </dl>
    <${Counts} title=${text.windows} labels=${text.windowStates} counts=${windows} connection=${connection} />
    <${Counts} title=${text.usage} labels=${text.counts} counts=${connection} connection=${connection} />
    ${error && html`<${LastError} connection=${id} error=${error} />`}
  </article>`;
}

/** How far behind CloudStack the collection is, in words. */
function Behind({ hours }) {
  if (hours === null || hours === undefined) return html`<${Pill}>${text.nothingYet}<//>`;
  if (hours <= 0) return html`<${Pill} tone="good">${text.upToDate}<//>`;
  const behind = hours < 24 ? text.hoursBehind(hours) : text.daysBehind(Math.floor(hours / 24));
  return html`<${Pill} tone=${hours < LATE_HOURS ? "warn" : "bad"}>${behind}<//>`;
}

function Fact({ label, children }) {
  return html`<div><dt>${label}</dt><dd>${children}</dd></div>`;
}

function Counts({ title, labels, counts, connection }) {
  return html`<h4 class="counts-title">${title}</h4>
    <dl class="figures counts">
      ${Object.entries(labels).map(([part, label]) => html`<div key=${part} class="figure">
        <dt>${label}</dt>
        <dd><span class=${`figure-amount ${counts[part] > 0 && TONES[part] ? `tone-${TONES[part]}` : ""}`}><${Count} count=${counts[part]} /></span>
          ${TO_DECIDE.has(part) && counts[part] > 0 && html`<a class="figure-link" href="#/operations/review" aria-label=${text.decideOf(label.toLowerCase(), connection.name || connection.id)}>${text.decide}</a>`}</dd>
      </div>`)}
    </dl>`;
}

function LastError({ connection, error: { at, message, window } }) {
  const isInstant = /^\d{4}-\d\d-\d\dT/.test(window ?? "");
  return html`<div class="connection-error">
    <p class="dotted"><strong>${text.lastError}</strong><span><${ClockTime} connection=${connection} at=${at} /></span>
      ${window && html`<span>${text.inWindow} ${isInstant ? html`<${ClockTime} connection=${connection} at=${window} />` : html`<bdi>${window}</bdi>`}</span>`}</p>
    <p><bdi>${asSentence(message)}</bdi></p>
  </div>`;
}
