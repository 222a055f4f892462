// What was paid of a document, when it was issued and since, what was credited, and how the rest can be paid.

import { Day, StatusPill, isPayable, nameOf, negated } from "./documents.js";
import { Instant, Locale, Money, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { invoicesAddress } from "./invoice-links.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.invoice;

export function InvoicePayments({ document, account }) {
  const { state, settled, payments, credit_notes: notes, issued_on: day } = document;
  const addresses = new Map(notes.map(({ id, number }) => [number, invoicesAddress(account, id)]));
  const rows = [...settled.map((each) => ({ ...each, day, state })), ...payments.map((each) => ({ ...each, href: addresses.get(each.reference) }))];
  const told = new Set(payments.map(({ reference }) => reference));
  const others = notes.filter(({ number }) => !told.has(number));
  return html`<section class="card" aria-labelledby="payments-title">
    <h2 id="payments-title"><${Icon} name="coins" />${text.payments}</h2>
    <${Table} labelledBy="payments-title" caption=${text.payments} columns=${columns} rows=${[{ total: document.total, day }, ...rows]} total=${{ rest: document.payable }} />
    ${others.length > 0 && html`<${CreditNotes} notes=${others} account=${account} />`}
    ${isPayable(document) && html`<${BankTransfer} bank=${document.bank} reference=${document.number} />`}
  </section>`;
}

const columns = [
  { label: text.what, of: (row) => html`<${What} row=${row} />` },
  { label: text.paidAt, of: ({ at, day }) => (at ? html`<span class="no-break"><${Instant} at=${at} /></span>` : day && html`<span class="no-break"><${Day} day=${day} /></span>`) },
  { label: text.amount, side: "end", of: ({ total, rest, amount }) => html`<${Money} money=${total ?? rest ?? negated(amount)} />` },
];

/** The first row is what the document asks for, the last what is open of it. */
function What({ row: { total, rest, amount, source, state, fact, reference, href } }) {
  if (total) return text.total;
  if (rest) return text.payable;
  if (source) {
    // What an invoice below zero asks for is given: it becomes credit.
    const named = amount.amount.startsWith("-") ? "credited" : source;
    return html`<bdi>${(state === "draft" ? text.toSettle : text.settled)[named] ?? source}</bdi>`;
  }
  return html`<span class="two-lines"><bdi>${words.documents.facts[fact] ?? fact}</bdi>
    ${reference && html`<small>${href ? html`<a href=${href}><bdi>${reference}</bdi></a>` : html`<bdi>${reference}</bdi>`}</small>`}</span>`;
}

function CreditNotes({ notes, account }) {
  const { language } = useContext(Locale);
  return html`<h3 class="card-part">${text.creditNotes}</h3>
    <ul class="document-list">${notes.map((note) => html`<li key=${note.id}>
      <a href=${invoicesAddress(account, note.id)}><bdi>${nameOf(note, language)}</bdi></a> <${StatusPill} document=${note} /> <span class="end"><${Money} money=${negated(note.total)} /></span>
    </li>`)}</ul>`;
}

function BankTransfer({ bank, reference }) {
  const shown = Object.entries(text.bankFields).filter(([field]) => bank[field]);
  if (shown.length === 0) return null;
  return html`<h3 class="card-part">${text.bank}</h3>
    <dl class="facts">
      ${shown.map(([field, label]) => html`<div key=${field}><dt>${label}</dt><dd><bdi>${bank[field]}</bdi></dd></div>`)}
      <div><dt>${text.quote}</dt><dd><bdi>${reference}</bdi></dd></div>
    </dl>`;
}
