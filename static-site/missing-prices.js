// Usage that waits for a price or an exchange rate, one line for each thing that is missing.

import { asSentence, html } from "./elements.js";
import { Icon } from "./icons.js";
import { Listing } from "./listing.js";
import { many } from "./many.js";
import { words } from "./words.js";

const text = words.prices.missing;
const NAMED = 3;
const MOST_PAGES = 25;

/** Return {missing, more}: all pages of what is missing, up to a limit. */
export async function readAllMissing(read) {
  let missing = [];
  let next;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await read(next);
    missing = [...missing, ...answer.missing];
    next = answer.next;
    if (!next) break;
  }
  return { missing, more: Boolean(next) };
}

/** Return one group for each thing that is missing, with the accounts and periods that wait for it. */
export function groupsOf(missing) {
  const groups = new Map();
  for (const each of missing) {
    const key = JSON.stringify([each.kind, each.what, each.currency]);
    const group = groups.get(key) ?? { ...each, key, accounts: [], usages: 0 };
    const name = each.account_name || each.account;
    groups.set(key, { ...group, accounts: group.accounts.includes(name) ? group.accounts : [...group.accounts, name], usages: group.usages + each.usages });
  }
  return [...groups.values()];
}

/** `load` is that of `readAllMissing`; nothing is shown where nothing is missing. */
export function MissingPrices({ load, onAddPrice, onAddRate }) {
  const rows = load.phase === "ready" ? groupsOf(load.data.missing) : [];
  if (load.phase === "loading" || (load.phase === "ready" && rows.length === 0 && !load.stale)) return null;
  const list = { ...load, rows, next: null };
  return html`<div class="missing-prices">
    <${Listing} id="missing-prices" icon="warning" list=${list} text=${text} columns=${columnsWith(onAddPrice, onAddRate)} keyOf=${({ key }) => key}>
      ${load.data?.more && html`<p class="note">${text.more}</p>`}
    <//>
  </div>`;
}

/** What the operator's first page says of it. */
export function MissingNotice() {
  return html`<div class="stale missing-notice"><${Icon} name="warning" /><p><bdi>${words.prices.warning}</bdi></p><a href="#/operations/prices">${words.prices.warningLink}</a></div>`;
}

const columnsWith = (onAddPrice, onAddRate) => [
  { label: text.what, of: ({ what, kind, currency }) => html`<bdi>${what}</bdi><p class="cell-hint">${text.kinds[kind] ?? kind}, <bdi>${currency}</bdi></p>` },
  { label: text.why, of: ({ message }) => html`<span class="note-text wide"><bdi>${asSentence(message)}</bdi></span>` },
  { label: text.accounts, of: (group) => html`<${Waiting} group=${group} />` },
  { label: text.begin, side: "end", stacked: "bare", of: (group) => html`<${Begin} group=${group} onAddPrice=${onAddPrice} onAddRate=${onAddRate} />` },
];

function Waiting({ group: { accounts, usages } }) {
  const names = words.operations.review.names(accounts.slice(0, NAMED), Math.max(0, accounts.length - NAMED));
  return html`<span class="two-lines"><span class="no-break">${text.waiting(accounts.length)}, ${many(usages, "usage", "usages")}</span><small><bdi>${names}</bdi></small></span>`;
}

function Begin({ group, onAddPrice, onAddRate }) {
  const rate = group.kind === "rate";
  return html`<div class="row-buttons">
    <button type="button" class="button button-small" aria-label=${rate ? text.addRateOf(group.what) : text.addPriceOf(group.what)}
      onClick=${() => (rate ? onAddRate(group) : onAddPrice(group))}>${rate ? text.addRate : text.addPrice}</button>
  </div>`;
}
