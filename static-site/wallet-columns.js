// The columns of the top-ups that have something left, and of what moved the balance.

import { formatMonth } from "./dates.js";
import { Difference } from "./difference.js";
import { Day } from "./documents.js";
import { Instant, Locale, Money, Pill, html, useContext } from "./elements.js";
import { words } from "./words.js";

const text = words.wallet;
const MONTH = /^\d{4}-\d{2}$/;

export const lotColumns = [
  { label: text.toppedUp, of: ({ topped_up_at: at }) => html`<span class="no-break"><${Instant} at=${at} /></span>` },
  { label: text.grant, of: ({ grant }) => html`<${Pill} tone=${grant === "granted" ? "accent" : "neutral"}>${text.grants[grant] ?? grant}<//>` },
  { label: text.expires, of: ({ expires_on: day }) => (day ? html`<${Day} day=${day} />` : html`<span class="muted">${text.never}</span>`) },
  { label: text.left, side: "end", of: ({ left }) => html`<${Money} money=${left} />` },
];

export const movementColumns = [
  { label: text.movements.at, of: ({ at }) => html`<span class="no-break"><${Instant} at=${at} /></span>` },
  { label: text.movements.what, of: (movement) => html`<${Movement} movement=${movement} />` },
  { label: text.movements.amount, side: "end", of: ({ amount }) => html`<${Difference} money=${amount} />` },
  { label: text.movements.balance, side: "end", of: ({ balance }) => html`<${Money} money=${balance} />` },
];

/** What happened, and what people know it by; with the address of a document, that leads there. */
export function Movement({ movement: { fact, reference }, href }) {
  const { language } = useContext(Locale);
  const told = MONTH.test(reference) ? formatMonth(reference, language) : reference;
  return html`<span class="two-lines"><span>${words.documents.facts[fact] ?? fact}</span>
    ${told && html`<small>${href ? html`<a href=${href}><bdi>${told}</bdi></a>` : html`<bdi>${told}</bdi>`}</small>`}</span>`;
}
