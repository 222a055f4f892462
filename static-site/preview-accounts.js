// The accounts of a comparison, each with what it paid and what it would have paid.

import { Difference } from "./difference.js";
import { Money, html, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { Table } from "./tables.js";
import { isZero } from "./tariff-words.js";
import { words } from "./words.js";

const text = words.prices.preview;
const AT_ONCE = 100;
const FITS = {
  all: () => true,
  changed: ({ difference }) => !isZero(difference.amount),
  missing: ({ missing }) => missing.length > 0,
};

export function PreviewAccounts({ accounts }) {
  const [filter, setFilter] = useState("all");
  const [most, setMost] = useState(AT_ONCE);
  const rows = accounts.filter(FITS[filter]);
  return html`<section class="card listing" aria-labelledby="preview-accounts-title">
    <div class="card-head">
      <h2 id="preview-accounts-title"><${Icon} name="receipt" />${text.accounts}</h2>
      <span class="inline-field">
        <label for="preview-filter">${text.filter}</label>
        <select id="preview-filter" value=${filter} onChange=${(event) => setFilter(event.target.value)}>
          ${Object.entries(text.filters).map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}
        </select>
      </span>
    </div>
    <p class="hidden" role="status">${text.shown(rows.length)}</p>
    ${rows.length === 0
      ? html`<p class="note">${text.emptyFilter}</p>`
      : html`<${Table} labelledBy="preview-accounts-title" caption=${text.accounts} columns=${columns} rows=${rows.slice(0, most)} keyOf=${({ id }) => id} />`}
    ${rows.length > most && html`<p class="listing-more"><button type="button" class="button" onClick=${() => setMost(most + AT_ONCE)}>${text.showMore}</button></p>`}
  </section>`;
}

const columns = [
  { label: text.account, of: ({ name, id }) => html`<bdi>${name || id}</bdi>` },
  { label: text.old, side: "end", of: ({ old }) => html`<${Money} money=${old} />` },
  { label: text.new, side: "end", of: (account) => html`<${Money} money=${account.new} />` },
  { label: text.difference, side: "end", of: ({ difference }) => html`<${Difference} money=${difference} />` },
  { label: text.missing, of: ({ missing }) => missing.length > 0 && html`<ul class="price-conditions tone-warn">${missing.map((what) => html`<li key=${what}><bdi>${what}</bdi></li>`)}</ul>` },
];
