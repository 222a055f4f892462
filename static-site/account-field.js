// A field for a billing account: chosen from the list, or its id or name typed.

import { html } from "./elements.js";
import { Field } from "./fields.js";

export function AccountField({ id, label, hint, accounts, value, error, onChange }) {
  const chosen = accounts.find((account) => account.id === value);
  return html`<${Field} id=${id} label=${label} hint=${chosen ? `${chosen.name} · ${chosen.domain}` : hint} error=${error}>
    ${(attributes) => html`<input ...${attributes} list="billing-accounts" autocomplete="off" spellcheck="false" dir="ltr" required value=${value} onInput=${(event) => onChange(event.target.value)} />
      <datalist id="billing-accounts">${accounts.map((account) => html`<option key=${account.id} value=${account.id}>${account.name} · ${account.domain}</option>`)}</datalist>`}
  <//>`;
}

/** Return the id of an account that may be typed by its name where only one has it. */
export function readAccount(typed, accounts) {
  const named = accounts.filter(({ name }) => name === typed.trim());
  return named.length === 1 ? named[0].id : typed.trim();
}
