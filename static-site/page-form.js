// A long form on the page: its title with the way back, its cards, and the button that saves it, always in sight.

import { FormFailure, useUnmarked } from "./dialogs.js";
import { html, useEffect, useRef } from "./elements.js";
import { Icon } from "./icons.js";

/** `text` has back, save and refused; `sending` is that of `useSending`. */
export function PageForm({ id, title, intro, pill, text, sending, heading, onSubmit, onBack, children }) {
  const form = useRef(null);
  const unmarked = useUnmarked(form, sending.fields);
  const wrong = Object.keys(sending.fields).length > 0;
  useEffect(() => {
    form.current.querySelector("[aria-invalid=true]")?.focus();
  }, [sending.fields]);
  const submit = (event) => {
    event.preventDefault();
    onSubmit();
  };
  return html`<form class="page-form" novalidate ref=${form} aria-labelledby=${id} onSubmit=${submit}>
    <section class="card listing" aria-labelledby=${id}>
      <p><button type="button" class="button-plain back-button" onClick=${onBack}><${Icon} name="back" class="icon-turns" />${text.back}</button></p>
      <div class="card-head"><h2 id=${id} tabindex="-1" ref=${heading}><${Icon} name="receipt" /><bdi>${title}</bdi></h2>${pill}</div>
      <p class="note"><bdi>${intro}</bdi></p>
    </section>
    ${children}
    <div class="editor-buttons">
      <${FormFailure} failure=${wrong ? text.refused : sending.failure} unmarked=${unmarked} />
      <button type="submit" class="button button-main" aria-disabled=${String(sending.busy)}>${text.save}</button>
    </div>
  </form>`;
}

/** A part of a long form, in a card. */
export function FormCard({ id, icon, title, note, children }) {
  return html`<section class="card form-card" aria-labelledby=${id}>
    <h2 id=${id}><${Icon} name=${icon} />${title}</h2>
    ${note && html`<p class="note"><bdi>${note}</bdi></p>`}
    ${children}
  </section>`;
}

/** Return {number} of a whole number that was typed, null where the field is empty; or {wrong}. */
export function readWhole(typed) {
  if (typed.trim() === "") return { number: null };
  return /^\d{1,4}$/.test(typed.trim()) ? { number: Number(typed.trim()) } : { wrong: true };
}
