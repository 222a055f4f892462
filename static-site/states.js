// What a view shows while it has nothing, or nothing good, to show.

import { asSentence, html } from "./elements.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

/** Grey shapes in the place of what is being loaded. */
export function Skeleton({ label = words.loading, cards = 1, tall = true }) {
  const card = (index) => html`<div key=${index} class=${`card skeleton ${tall ? "skeleton-tall" : ""}`} aria-hidden="true">
    <div class="bone bone-title"></div>
    <div class="bone bone-amount"></div>
    <div class="bone bone-block"></div>
  </div>`;
  return html`<div class=${cards > 1 ? "cards" : ""} aria-busy="true">
    <p class="hidden" role="status">${label}</p>
    ${Array.from({ length: cards }, (_, index) => card(index))}
  </div>`;
}

/** Nothing there yet, and what happens next. */
export function Empty({ icon, title, children }) {
  return html`<div class="empty">
    <span class="empty-icon"><${Icon} name=${icon} /></span>
    <p class="empty-title"><bdi>${title}</bdi></p>
    <p class="empty-next"><bdi>${children}</bdi></p>
  </div>`;
}

/** What failed, why, and a way to try again; a card of its own, or `inside` of one. */
export function Failed({ title, error, retry, inside = false }) {
  return html`<div class=${inside ? "failed failed-inside" : "failed card"} role="alert">
    <span class="failed-icon"><${Icon} name="broken" /></span>
    <div>
      <p class="failed-title"><bdi>${title}</bdi></p>
      <p><bdi>${asSentence(error.message)}</bdi></p>
      <button type="button" class="button" onClick=${() => retry()}>${words.tryAgain}</button>
    </div>
  </div>`;
}

/** What is shown is old, because reading it again failed. */
export function Stale({ error, retry }) {
  return html`<div class="stale" role="alert">
    <${Icon} name="clock" />
    <p><bdi>${words.staleRows} ${asSentence(error.message)}</bdi></p>
    <button type="button" class="button-plain" onClick=${() => retry()}>${words.tryAgain}</button>
  </div>`;
}
