// The documents of an account, the draft of the running month first; or one of them.

import { AccountHeading } from "./account-heading.js";
import { billing } from "./api.js";
import { Locale, html, useDirection, useEffect, useMemo, useState, useTitle } from "./elements.js";
import { InvoiceView } from "./invoice.js";
import { columnsFor } from "./invoices-columns.js";
import { Listing } from "./listing.js";
import { localeOf } from "./locale.js";
import { usePages } from "./pages.js";
import { words } from "./words.js";

const text = words.invoices;
const EVERYTHING = { state: "", kind: "", search: "" };
// A number is sought when the typing pauses.
const PAUSE_MS = 350;

/** `route` has the document that is shown, if one is; what was sought stays while it is. */
export function InvoicesView({ account, route, operator, heading }) {
  const locale = useMemo(() => localeOf(account), [account]);
  const [sought, setSought] = useState(EVERYTHING);
  useDirection(locale.direction);
  return html`<${Locale.Provider} value=${locale}>
    ${route.document
      ? html`<${InvoiceView} key=${route.document} account=${account} id=${route.document} back=${route.back} operator=${operator} heading=${heading} />`
      : html`<${Documents} account=${account} sought=${sought} onSought=${setSought} heading=${heading} />`}
  <//>`;
}

function Documents({ account, sought, onSought, heading }) {
  useTitle(text.title, account.name);
  const read = (next) => billing.invoices(account.id, sought, next);
  const list = usePages(read, "documents", { key: `${account.id} ${sought.state} ${sought.kind} ${sought.search}` });
  const counts = useCounts(list.first?.counts, account.id);
  const filtered = Object.values(sought).some(Boolean);
  const change = (part) => onSought({ ...sought, ...part });
  const told = { ...text, title: text.table, ...(filtered && { empty: text.emptyFiltered, emptyNext: text.emptyFilteredNext }) };
  return html`
    <${AccountHeading} title=${text.title} account=${account} heading=${heading} note=${account.currency} />
    <${Listing} id="invoices" icon="receipt" list=${list} text=${told} columns=${columnsFor(account.id)} keyOf=${({ id }) => id}
      tools=${html`<${Search} value=${sought.search} onSearch=${(search) => change({ search })} />`}>
      <${Filters} sought=${sought} counts=${counts} onChange=${change} />
      ${filtered && list.phase === "ready" && list.rows.length === 0 && html`<button type="button" class="button reset-button" onClick=${() => onSought(EVERYTHING)}>${text.reset}</button>`}
    <//>`;
}

/** Return the counts that were told last for this account, so that they stay while the list is read again. */
function useCounts(counts, account) {
  const [known, setKnown] = useState({ account, counts: {} });
  useEffect(() => {
    if (counts) setKnown({ account, counts });
  }, [counts, account]);
  return known.account === account ? known.counts : {};
}

function Filters({ sought, counts, onChange }) {
  const states = Object.keys(text.states).filter((state) => counts[state] > 0 || state === sought.state);
  const label = (state) => (counts[state] === undefined ? text.states[state] : text.counted(text.states[state], counts[state]));
  return html`<div class="filters">
    <div class="chips" role="group" aria-label=${text.state}>
      ${["", ...states].map((state) => html`<button key=${state} type="button" class="chip" aria-pressed=${String(sought.state === state)} onClick=${() => onChange({ state })}>${state ? label(state) : text.all}</button>`)}
    </div>
    <span class="inline-field">
      <label for="invoices-kind">${text.kind}</label>
      <select id="invoices-kind" value=${sought.kind} onChange=${(event) => onChange({ kind: event.target.value })}>
        <option value="">${text.anyKind}</option>
        ${Object.entries(text.kinds).map(([kind, name]) => html`<option key=${kind} value=${kind}>${name}</option>`)}
      </select>
    </span>
  </div>`;
}

function Search({ value, onSearch }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const pause = setTimeout(() => onSearch(typed.trim()), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [typed]);
  return html`<input type="search" class="search" aria-label=${text.search} placeholder=${text.searchHint} autocomplete="off" spellcheck="false"
    value=${typed} onInput=${(event) => setTyped(event.target.value)} />`;
}
