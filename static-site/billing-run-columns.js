// The columns of the monthly run.

import { Instant, Pill, asSentence, html } from "./elements.js";
import { invoicesAddress } from "./invoice-links.js";
import { words } from "./words.js";

const text = words.books.run;
// What is put right in the billing details of the account.
const DETAILS = new Set(["no_issuer", "no_address"]);
const TONES = { issued: "good", waiting: "warn", failed: "bad" };

export function columnsWith(onForce) {
  return [
    { label: text.account, of: ({ account }) => html`<a href=${invoicesAddress(account.id)}><bdi>${nameOfAccount(account)}</bdi></a>` },
    { label: text.state, of: ({ state }) => html`<${Pill} tone=${TONES[state] ?? "neutral"}>${text.states[state] ?? state}<//>` },
    { label: text.reasons, of: ({ reasons }) => reasons.length > 0 && html`<${Reasons} reasons=${reasons} />` },
    { label: text.document, of: ({ account, document, number }) => document && html`<a class="document-name" href=${invoicesAddress(account.id, document)}><bdi>${number}</bdi></a>` },
    { label: text.at, of: ({ at, by }) => at && html`<span class="two-lines"><span class="no-break"><${Instant} at=${at} /></span><small><bdi>${by ?? text.monthlyRun}</bdi></small></span>` },
    { label: text.change, side: "end", stacked: "bare", of: (row) => html`<${Change} row=${row} onForce=${onForce} />` },
  ];
}

/** Return what people call an account. */
export function nameOfAccount({ id, name }) {
  return name || id;
}

/** What nobody can override, such as an address that is not known, has to be put right. */
function mayForce({ state, reasons }) {
  return ["waiting", "failed"].includes(state) && reasons.length > 0 && reasons.every(({ may_override: may }) => may);
}

export function Reasons({ reasons }) {
  return html`<ul class="reasons">${reasons.map(({ code, message }) => html`<li key=${`${code} ${message}`}><bdi>${asSentence(message)}</bdi></li>`)}</ul>`;
}

function Change({ row, onForce }) {
  const name = nameOfAccount(row.account);
  if (mayForce(row)) return html`<div class="row-buttons"><button type="button" class="button button-small" aria-label=${text.anywayOf(name)} onClick=${() => onForce(row)}>${text.anyway}</button></div>`;
  if (!row.reasons.some(({ code }) => DETAILS.has(code))) return null;
  return html`<div class="row-buttons"><a class="button button-small" href=${detailsAddress(row.account.id)} aria-label=${words.details.openOf(name)}>${words.details.open}</a></div>`;
}

/** Return where the billing details of an account are. */
function detailsAddress(account) {
  return `#/operations/accounts/${encodeURIComponent(account)}`;
}
