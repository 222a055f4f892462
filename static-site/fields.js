// A form field with its label, its hint and what is wrong with it, tied together for assistive technology.

import { asSentence, html } from "./elements.js";
import { Icon } from "./icons.js";

/** `children` is a function that gets the attributes for the control and returns it. */
export function Field({ id, label, hint, error, children }) {
  const [control] = [children].flat();
  return html`<div class=${error ? "field field-wrong" : "field"}>
    <label for=${id}>${label}</label>
    ${hint && html`<p class="field-hint" id=${`${id}-hint`}><bdi>${hint}</bdi></p>`}
    ${control({ id, name: id, ...descriptionOf(id, hint, error) })}
    <${FieldError} id=${id} error=${error} />
  </div>`;
}

export function FieldError({ id, error }) {
  if (!error) return null;
  return html`<p class="field-error" id=${`${id}-error`}><${Icon} name="broken" /><bdi>${asSentence(error)}</bdi></p>`;
}

/** Return the attributes that tie a control to its hint and its error. */
export function descriptionOf(id, hint, error) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return { "aria-describedby": described || undefined, "aria-invalid": error ? "true" : undefined };
}
