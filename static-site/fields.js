// A form field with its label, its hint and what is wrong with it, tied together for assistive technology.

import { asSentence, html } from "./elements.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

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

/** A day, with the browser's own picker. */
export function DayField({ id, label, hint, error, value, onChange }) {
  return html`<${Field} id=${id} label=${label} hint=${hint} error=${error}>
    ${(attributes) => html`<input ...${attributes} type="date" required value=${value} onInput=${(event) => onChange(event.target.value)} />`}
  <//>`;
}

/** One of several values: `options` are [value, label] pairs. */
export function ChoiceField({ id, label, hint, error, value, options, onChange }) {
  return html`<${Field} id=${id} label=${label} hint=${hint} error=${error}>
    ${(attributes) => html`<select ...${attributes} value=${value} onChange=${(event) => onChange(event.target.value)}>
      ${options.map(([option, name]) => html`<option key=${option} value=${option}>${name}</option>`)}
    </select>`}
  <//>`;
}

/** A short text; `affix` stands before it, `attributes` are more of those of the input. */
export function TextField({ id, label, hint, error, value, affix, onChange, ...more }) {
  const input = (attributes) => html`<input autocomplete="off" spellcheck="false" ...${attributes} ...${more} value=${value} onInput=${(event) => onChange(event.target.value)} />`;
  return html`<${Field} id=${id} label=${label} hint=${hint} error=${error}>
    ${(attributes) => (affix ? html`<span class="affixed"><span class="affix" aria-hidden="true">${affix}</span>${input(attributes)}</span>` : input(attributes))}
  <//>`;
}

/** A longer text; with `most`, how many characters of those are used stands below. */
export function LongTextField({ id, label, hint, error, value, most, rows = 3, onChange, ...more }) {
  const used = value.trim().length;
  return html`<${Field} id=${id} label=${label} hint=${hint} error=${error}>
    ${(attributes) => html`<textarea ...${attributes} ...${more} rows=${rows} value=${value} onInput=${(event) => onChange(event.target.value)}></textarea>
      ${most && html`<p class=${used > most ? "counter counter-over" : "counter"}><bdi>${words.fields.used(used, most)}</bdi></p>`}`}
  <//>`;
}

/** Yes or no. */
export function CheckField({ id, label, hint, error, checked, onChange }) {
  return html`<div class=${error ? "field check-field field-wrong" : "field check-field"}>
    <span class="check"><input id=${id} type="checkbox" ...${descriptionOf(id, hint, error)} checked=${checked} onChange=${(event) => onChange(event.target.checked)} />
      <label for=${id}>${label}</label></span>
    ${hint && html`<p class="field-hint" id=${`${id}-hint`}><bdi>${hint}</bdi></p>`}
    <${FieldError} id=${id} error=${error} />
  </div>`;
}

/** A number, or an amount with its currency for an affix. */
export function NumberField(field) {
  return html`<${TextField} class="number" inputmode="decimal" dir="ltr" ...${field} />`;
}

/** A currency by its three letters; `currencies` are suggested. */
export function CurrencyField({ currencies, onChange, ...field }) {
  const list = `${field.id}-choices`;
  return html`<${TextField} class="currency" autocapitalize="characters" dir="ltr" maxlength="3" list=${list} ...${field} onChange=${(typed) => onChange(typed.toUpperCase())} />
    <datalist id=${list}>${currencies.map((currency) => html`<option key=${currency} value=${currency}></option>`)}</datalist>`;
}

/** A CloudStack connection, where there are several. */
export function ConnectionField({ connections, value, error, onChange }) {
  if (connections.length < 2 && !error) return null;
  const options = connections.map(({ id, name }) => [id, name || id]);
  return html`<${ChoiceField} id="connection" label=${words.operations.connection} error=${error} value=${value} options=${options} onChange=${onChange} />`;
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
