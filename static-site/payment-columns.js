// The columns of payments and of top-ups.

import { nameOfAccount } from "./billing-run-columns.js";
import { Day, negated } from "./documents.js";
import { Instant, Money, Pill, html } from "./elements.js";
import { invoicesAddress, walletAddress } from "./invoice-links.js";
import { words } from "./words.js";

const text = words.books;

export const paymentColumns = [
  { label: text.day, of: ({ day }) => html`<span class="no-break"><${Day} day=${day} /></span>` },
  { label: text.payments.account, of: ({ account }) => html`<a href=${invoicesAddress(account.id)}><bdi>${nameOfAccount(account)}</bdi></a>` },
  { label: text.method, of: ({ kind, method }) => html`<span class="pill-line"><span>${text.methods[method] ?? method}</span>${kind === "refund" && html`<${Pill} tone="warn">${text.payments.refunded}<//>`}</span>` },
  { label: text.reference, of: ({ reference }) => reference && html`<span class="note-text"><bdi>${reference}</bdi></span>` },
  { label: text.recorded, of: ({ received_at: at, by, source }) => html`<${Recorded} at=${at} by=${by} source=${source} />` },
  { label: text.amount, side: "end", of: ({ kind, amount }) => html`<${Money} money=${kind === "refund" ? negated(amount) : amount} />` },
];

export const topUpColumns = [
  { label: text.day, of: ({ day }) => html`<span class="no-break"><${Day} day=${day} /></span>` },
  { label: text.topUps.account, of: ({ account }) => html`<a href=${walletAddress(account.id)}><bdi>${nameOfAccount(account)}</bdi></a>` },
  { label: text.topUps.grant, of: ({ grant }) => html`<${Pill} tone=${grant === "granted" ? "accent" : "neutral"}>${text.topUps.grants[grant] ?? grant}<//>` },
  { label: text.reference, of: (topUp) => html`<${Reference} topUp=${topUp} />` },
  { label: text.topUps.expires, of: ({ expires_on: day }) => (day ? html`<${Day} day=${day} />` : html`<span class="muted">${text.topUps.never}</span>`) },
  { label: text.topUps.receipt, of: ({ account, receipt }) => receipt && html`<a class="document-name" href=${invoicesAddress(account.id, receipt.id)}><bdi>${receipt.number}</bdi></a>` },
  { label: text.recorded, of: ({ topped_up_at: at, by, source }) => html`<${Recorded} at=${at} by=${by} source=${source} />` },
  { label: text.amount, side: "end", of: ({ amount }) => html`<${Money} money=${amount} />` },
];

function Reference({ topUp: { method, reference, note } }) {
  const first = [method && (text.methods[method] ?? method), reference].filter(Boolean).join(", ");
  if (!first && !note) return null;
  return html`<span class="two-lines note-text">${first && html`<bdi>${first}</bdi>`}${note && html`<small><bdi>${note}</bdi></small>`}</span>`;
}

function Recorded({ at, by, source }) {
  return html`<span class="two-lines"><span class="no-break"><${Instant} at=${at} /></span><small><bdi>${text.by(by, text.sources[source] ?? source)}</bdi></small></span>`;
}
