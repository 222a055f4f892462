// Usage that waits for a price or an exchange rate, one line for each thing that is missing.

import { formatMonth } from "./dates.js";
import { Locale, asSentence, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { Listing } from "./listing.js";
import { many } from "./many.js";
import { words } from "./words.js";

const text = words.prices.missing;
const NAMED = 3;

/** Return one group for each thing that is missing, with the accounts and the first period that wait for it. */
export function groupsOf(missing) {
  const groups = new Map();
  for (const each of missing) {
    const key = JSON.stringify([each.kind, each.currency, ...(each.kind === "rate" ? [] : [each.meter, each.what])]);
    const group = groups.get(key) ?? { ...each, key, accounts: [], usages: 0 };
    const name = each.account_name || each.account;
    groups.set(key, {
      ...group,
      accounts: group.accounts.includes(name) ? group.accounts : [...group.accounts, name],
      usages: group.usages + each.usages,
      period: each.period < group.period ? each.period : group.period,
    });
  }
  return [...groups.values()];
}

/** `load` is that of `readAll`; nothing is shown where nothing is missing. */
export function MissingPrices({ load, onAddPrice, onAddRate }) {
  const rows = load.phase === "ready" ? groupsOf(load.data.rows) : [];
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
  { label: text.what, of: (group) => html`<bdi>${nameOf(group)}</bdi><p class="cell-hint">${text.kinds[group.kind] ?? group.kind}, <bdi>${group.currency}</bdi></p>` },
  { label: text.why, of: (group) => html`<${Why} group=${group} />` },
  { label: text.accounts, of: (group) => html`<${Waiting} group=${group} />` },
  { label: text.begin, side: "end", stacked: "bare", of: (group) => html`<${Begin} group=${group} onAddPrice=${onAddPrice} onAddRate=${onAddRate} />` },
];

function nameOf({ kind, what, currency }) {
  return kind === "rate" ? text.rateInto(currency) : what;
}

function Why({ group: { kind, currency, period, message } }) {
  const { language } = useContext(Locale);
  return html`<span class="note-text wide"><bdi>${text.whys[kind]?.(currency, formatMonth(period, language)) ?? asSentence(message)}</bdi></span>`;
}

function Waiting({ group: { accounts, usages } }) {
  const names = words.operations.review.names(accounts.slice(0, NAMED), Math.max(0, accounts.length - NAMED));
  return html`<span class="two-lines"><span class="no-break">${text.waiting(accounts.length)}, ${many(usages, "usage", "usages")}</span><small><bdi>${names}</bdi></small></span>`;
}

function Begin({ group, onAddPrice, onAddRate }) {
  const rate = group.kind === "rate";
  const name = nameOf(group);
  return html`<div class="row-buttons">
    <button type="button" class="button button-small" aria-label=${rate ? text.addRateOf(group.currency) : text.addPriceOf(name)}
      onClick=${() => (rate ? onAddRate(group) : onAddPrice(group))}>${rate ? text.addRate : text.addPrice}</button>
  </div>`;
}
