// What the pages say of invoices, credit notes and receipts: their name, when they are due, how they stand.

import { dayAfter, dayOf, daysBetween, formatDate, formatMonth, formatSpan } from "./dates.js";
import { Locale, Money, Pill, html, useContext } from "./elements.js";
import { formatPercent, isZero } from "./money.js";
import { words } from "./words.js";

const text = words.documents;
const TONES = { unpaid: "warn", partially_paid: "warn", overdue: "bad", paid: "good", credited: "good", uncollectible: "bad" };
const OPEN = new Set(["issued", "partially_paid"]);

/** Return whether something of a document is to be paid: an invoice that was issued, not paid, not void. */
export function isPayable({ kind, state, payable }) {
  return kind === "invoice" && OPEN.has(state) && !isZero(payable.amount);
}

/** Return how a document stands in one word: "draft", "unpaid", "partially_paid", "paid", "credited", "overdue", "void" or "uncollectible". */
export function standingOf({ kind, state, overdue }) {
  // A credit note asks for nothing, whatever the API calls it.
  if (kind === "credit_note" && state !== "draft") return "credited";
  if (overdue && OPEN.has(state)) return "overdue";
  return state === "issued" ? "unpaid" : state;
}

export function StatusPill({ document }) {
  const standing = standingOf(document);
  return html`<${Pill} tone=${TONES[standing] ?? "neutral"}>${text.states[standing] ?? standing}<//>`;
}

/** Return "Invoice ST-2026-0041", or "Draft invoice for November 2026". */
export function nameOf({ kind, number, period }, language) {
  if (number) return (text.named[kind] ?? text.named.invoice)(number);
  return period ? text.draftOf(formatMonth(period, language)) : text.draft;
}

/** A day of a document. */
export function Day({ day }) {
  const { language } = useContext(Locale);
  return html`<time datetime=${day} lang=${language}><bdi>${formatDate(`${day}T00:00:00Z`, language, "UTC")}</bdi></time>`;
}

/** The days from `start` to `end`, both included. */
export function Days({ start, end }) {
  const { language } = useContext(Locale);
  return html`<bdi class="span" lang=${language}>${formatSpan(`${start}T00:00:00Z`, `${dayAfter(end)}T00:00:00Z`, language, "UTC")}</bdi>`;
}

/** The day a document is due; while something of it is unpaid, with how long that is from now. */
export function DueDay({ document }) {
  if (!document.due_on) return null;
  const told = isPayable(document) && html`<${DueIn} document=${document} />`;
  return html`<span class="two-lines"><${Day} day=${document.due_on} />${told}</span>`;
}

/** "due in 6 days", "due today" or "3 days overdue". */
export function DueIn({ document: { due_on: due } }) {
  const { timeZone } = useContext(Locale);
  const days = daysBetween(dayOf(new Date().toISOString(), timeZone), due);
  if (days < 0) return html`<small class="tone-bad"><bdi>${text.overdueBy(-days)}</bdi></small>`;
  return html`<small class=${days <= 3 ? "tone-warn" : ""}><bdi>${days === 0 ? text.dueToday : text.dueIn(days)}</bdi></small>`;
}

/** What is open of a document; it stands back where nothing is, and is not there where nothing is asked for. */
export function Payable({ document: { kind, payable } }) {
  if (kind !== "invoice") return null;
  return isZero(payable.amount) ? html`<span class="muted"><${Money} money=${payable} /></span>` : html`<${Money} money=${payable} />`;
}

/** The total of a document; what is credited is taken off. */
export function Total({ document: { kind, total } }) {
  return html`<${Money} money=${kind === "credit_note" ? negated(total) : total} />`;
}

/** Return the name of a tax with its rate, "VAT 19%", unless the name says the rate itself. */
export function taxName({ name, percent }, language) {
  return name.includes(percent) || isZero(percent) ? name : `${name} ${formatPercent(percent, language)}`;
}

/** Return an amount with its sign turned: what was paid is taken off. */
export function negated({ amount, currency }) {
  if (isZero(amount)) return { amount, currency };
  return { amount: amount.startsWith("-") ? amount.slice(1) : `-${amount}`, currency };
}
