// What proves a document: the sum of its content, and that somebody had it issued.

import { Instant, asSentence, html } from "./elements.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

const text = words.invoice;

export function InvoiceRecord({ document: { hash, forced, notes, taxes } }) {
  // Those of taxes stand beside their tax.
  const others = notes.filter((note) => taxes.every((tax) => tax.note !== note));
  if (!hash && !forced && others.length === 0) return null;
  return html`<section class="card" aria-labelledby="record-title">
    <h2 id="record-title"><${Icon} name="check" />${text.record}</h2>
    ${others.map((note) => html`<p key=${note} class="document-note"><bdi>${note}</bdi></p>`)}
    ${forced && html`<p class="document-note"><bdi>${text.forced(forced.by)} ${asSentence(forced.reason)}</bdi> <${Instant} at=${forced.at} /></p>
      ${forced.waiting?.length > 0 && html`<ul class="document-waiting">${forced.waiting.map((each) => html`<li key=${each}><bdi>${asSentence(each)}</bdi></li>`)}</ul>`}`}
    ${hash && html`<p class="note"><bdi>${text.hashNote}</bdi></p>
      <p class="hash"><span class="muted">${text.hash}</span> <code dir="ltr">${hash}</code></p>`}
  </section>`;
}
