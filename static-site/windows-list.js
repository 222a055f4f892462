// The windows of usage by state, newest first, and a way to have some of them metered again.

import { operations } from "./api.js";
import { ConnectionName, Windows } from "./connections.js";
import { Count, Pill, asSentence, html, useState } from "./elements.js";
import { Listing } from "./listing.js";
import { usePages } from "./pages.js";
import { ReplayDialog } from "./replay-dialog.js";
import { words } from "./words.js";

const text = words.operations.windows;
const TONES = { complete: "good", failed: "bad", collecting: "accent", waiting: "neutral" };
const COUNTS = ["records", "copies", "rejects", "holds", "accounts", "pages"];

/** `newest` is the answer that the page was opened with; it has the first page of all windows. */
export function WindowsList({ newest, turn, announce, refresh }) {
  const [state, setState] = useState("");
  const [asking, setAsking] = useState(false);
  const read = (next) => (state || next ? operations.windows(state, next) : newest);
  const list = usePages(read, "windows", { key: `windows ${state}`, turn });
  const replayed = (sentence) => {
    setAsking(false);
    announce(sentence);
    refresh();
  };
  const told = state ? { ...text, empty: text.emptyState, emptyNext: text.emptyStateNext } : text;
  const tools = html`<${Filter} state=${state} onChange=${setState} />
    <button type="button" class="button" onClick=${() => setAsking(true)}>${words.operations.replay.open}</button>`;
  return html`<${Listing} id="windows" icon="clock" list=${list} text=${told} columns=${columns} keyOf=${keyOf} tools=${tools} />
    ${asking && html`<${ReplayDialog} onDone=${replayed} onClose=${() => setAsking(false)} />`}`;
}

function Filter({ state, onChange }) {
  return html`<span class="inline-field">
    <label for="windows-state">${text.filter}</label>
    <select id="windows-state" value=${state} onChange=${(event) => onChange(event.target.value)}>
      <option value="">${text.all}</option>
      ${Object.entries(text.states).map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}
    </select>
  </span>`;
}

const keyOf = ({ connection, start, end }) => `${connection} ${start} ${end}`;

const columns = [
  { label: words.operations.window, of: (window) => html`<${Windows} connection=${window.connection} start=${window.start} end=${window.end} />` },
  { label: words.operations.connection, of: (window) => html`<${ConnectionName} id=${window.connection} />` },
  { label: words.operations.state, of: (window) => html`<${State} window=${window} />` },
  ...COUNTS.map((count) => ({ label: text[count] ?? words.operations.records, side: "end", of: (window) => countOf(window, count) })),
];

/** A window that is not complete has no 0 of anything: it is not known yet. */
function countOf(window, count) {
  if (!window[count] && window.state !== "complete") return null;
  return html`<${Count} count=${window[count]} />`;
}

function State({ window: { state, parts, error } }) {
  return html`<div class="state">
    <${Pill} tone=${TONES[state]}>${text.states[state] ?? state}<//>
    ${parts && html`<span class="parts"><progress max=${parts.of} value=${parts.done} aria-hidden="true"></progress>${text.parts(parts.done, parts.of)}</span>`}
    ${error && html`<p class="cell-note"><bdi>${asSentence(error)}</bdi></p>`}
  </div>`;
}
