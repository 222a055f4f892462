// The columns of the dunning list.

import { nameOfAccount } from "./billing-run-columns.js";
import { formatDate } from "./dates.js";
import { Day } from "./documents.js";
import { Instant, Locale, Money, Pill, asSentence, html, useContext } from "./elements.js";
import { invoicesAddress, walletAddress } from "./invoice-links.js";
import { isZero } from "./money.js";
import { words } from "./words.js";

const text = words.books.dunning;
const TONES = { due: "warn", dry_run: "accent", holding: "warn", held: "warn", suspending: "bad", suspended: "bad", resuming: "accent" };
// What can be done by hand in which state; in those that are left out, nothing has happened yet.
const ACTIONS = { holding: ["suspend", "resume"], held: ["suspend", "resume"], suspending: ["resume"], suspended: ["resume"], resuming: [] };
const SHOWN = 2;

export function dunningColumns(onAct) {
  return [
    { label: text.account, of: ({ account, mode }) => html`<span class="two-lines"><a href=${mode === "prepaid" ? walletAddress(account.id) : invoicesAddress(account.id)}><bdi>${nameOfAccount(account)}</bdi></a><small>${text.modes[mode] ?? mode}</small></span>` },
    { label: text.owed, side: "end", of: ({ owed }) => html`<${Quiet} money=${owed} />` },
    { label: text.overdue, side: "end", of: ({ overdue }) => html`<${Quiet} money=${overdue} loud=${true} />` },
    { label: text.oldest, of: (row) => row.oldest_due_on && html`<${Oldest} row=${row} />` },
    { label: text.done, of: ({ account, reminders }) => html`<${Done} account=${account} steps=${reminders} />` },
    { label: text.next, of: ({ next }) => (next ? html`<span class="two-lines"><span>${text.steps[next.what] ?? next.what}</span><small><${Day} day=${next.on} /></small></span>` : html`<span class="muted">${text.nothingNext}</span>`) },
    { label: text.enforcement, of: ({ enforcement }) => html`<${Enforcement} enforcement=${enforcement} />` },
    { label: text.change, side: "end", stacked: "bare", of: (row) => html`<${Buttons} row=${row} onAct=${onAct} />` },
  ];
}

/** An amount that stands back where it is nothing. */
function Quiet({ money, loud = false }) {
  const nothing = isZero(money.amount);
  return html`<span class=${nothing ? "muted" : loud ? "tone-bad" : ""}><${Money} money=${money} /></span>`;
}

function Oldest({ row: { oldest_due_on: day, days_overdue: days } }) {
  return html`<span class="two-lines"><span class="no-break"><${Day} day=${day} /></span>${days > 0 && html`<small class="tone-bad"><bdi>${text.days(days)}</bdi></small>`}</span>`;
}

function Done({ account, steps }) {
  if (steps.length === 0) return html`<span class="muted">${text.nothingDone}</span>`;
  const hidden = steps.length - SHOWN;
  return html`<ul class="reasons">
    ${steps.slice(0, SHOWN).map((step) => html`<${Step} key=${`${step.document} ${step.what} ${step.at}`} account=${account} step=${step} />`)}
    ${hidden > 0 && html`<li class="muted"><small>${text.earlier(hidden)}</small></li>`}
  </ul>`;
}

function Step({ account, step: { document, number, what, at, by, dry_run: dry, note } }) {
  const { language, timeZone } = useContext(Locale);
  const about = [formatDate(at, language, timeZone), by && text.doneBy(by), dry && text.dryRun].filter(Boolean).join(", ");
  return html`<li><span class="two-lines"><span>${text.steps[what] ?? what}${document && html` <a href=${invoicesAddress(account.id, document)}><bdi>${number}</bdi></a>`}</span>
    <small><bdi>${about}</bdi></small>
    ${note && html`<small class="tone-bad"><bdi>${asSentence(note)}</bdi></small>`}</span></li>`;
}

function Enforcement({ enforcement: { state, since } }) {
  if (state === "none") return html`<span class="muted">${text.states.none}</span>`;
  return html`<span class="two-lines"><${Pill} tone=${TONES[state] ?? "neutral"}>${text.states[state] ?? state}<//>
    ${since && html`<small>${text.since} <${Instant} at=${since} /></small>`}</span>`;
}

function Buttons({ row, onAct }) {
  const name = nameOfAccount(row.account);
  const actions = ACTIONS[row.enforcement.state] ?? ["hold", "suspend"];
  return html`<div class="row-buttons">${actions.map((action) => html`<button key=${action} type="button" class="button button-small" aria-label=${text.actionOf[action](name)} onClick=${() => onAct(row, action)}>${text.actions[action]}</button>`)}</div>`;
}
