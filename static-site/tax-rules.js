// The tax rules of an issuer, as they are going to be saved.

import { Day } from "./documents.js";
import { Percent, Pill, asSentence, html, useRef } from "./elements.js";
import { ChoiceField, CurrencyField, FieldError } from "./fields.js";
import { Icon } from "./icons.js";
import { Empty } from "./states.js";
import { Table } from "./tables.js";
import { TaxRuleDialog, scopeName } from "./tax-rule-dialog.js";
import { words } from "./words.js";

const text = words.issuers;

/** `onEdit` is given the place of a rule, or "new". */
export function TaxRules({ typed, fields, change, announce, onEdit }) {
  const add = useRef(null);
  const { taxes } = typed;
  const wrong = taxes.map((_, place) => errorsOf(fields, place));
  const remove = (place) => {
    change({ taxes: taxes.filter((_, at) => at !== place) });
    announce(text.rule.removed(taxes[place].name));
    add.current.focus();
  };
  const rows = taxes.map((rule, place) => ({ rule, place, wrong: [...new Set(Object.values(wrong[place]))] }));
  return html`<section class="card listing form-card" aria-labelledby="issuer-taxes">
    <div class="card-head"><h2 id="issuer-taxes"><${Icon} name="scales" />${text.taxTitle}</h2>
      <button type="button" class="button" ref=${add} aria-invalid=${fields.taxes ? "true" : undefined} aria-describedby=${fields.taxes ? "taxes-error" : undefined} onClick=${() => onEdit("new")}><${Icon} name="plus" />${text.rule.add}</button></div>
    <p class="note"><bdi>${text.taxNote}</bdi></p>
    <${FieldError} id="taxes" error=${fields.taxes} />
    ${rows.length === 0
      ? html`<${Empty} icon="scales" title=${text.noTaxes}>${text.noTaxesNext}<//>`
      : html`<${Table} labelledBy="issuer-taxes" caption=${text.taxTitle} columns=${columnsWith(onEdit, remove)} rows=${rows} />`}
    <div class="form-grid">
      <${CurrencyField} id="tax_currency" label=${text.taxCurrency} hint=${text.taxCurrencyHint} currencies=${[]} value=${typed.tax_currency} error=${fields.tax_currency} onChange=${(currency) => change({ tax_currency: currency })} />
      <${ChoiceField} id="tax_rate_day" label=${text.rateDay} value=${typed.tax_rate_day} options=${Object.entries(text.rateDays)} error=${fields.tax_rate_day} onChange=${(day) => change({ tax_rate_day: day })} />
    </div>
  </section>`;
}

/** The dialog of the rule at a place, or of a new one; it stands outside of the form that the rules are in. */
export function EditedRule({ editing, typed: { taxes }, fields, change, onClose }) {
  const isNew = editing === "new";
  const keep = (rule) => {
    change({ taxes: isNew ? [...taxes, rule] : taxes.with(editing, rule) });
    onClose();
  };
  return html`<${TaxRuleDialog} rule=${isNew ? undefined : taxes[editing]} errors=${isNew ? undefined : errorsOf(fields, editing)} onKeep=${keep} onClose=${onClose} />`;
}

/** Return what the API refused in the rule at a place, by the field of the rule. */
function errorsOf(fields, place) {
  const start = `taxes.${place}`;
  const own = Object.entries(fields).filter(([field]) => field === start || field.startsWith(`${start}.`));
  return Object.fromEntries(own.map(([field, why]) => [field.slice(start.length + 1) || "name", why]));
}

const columnsWith = (onEdit, onRemove) => [
  { label: text.rule.name, of: ({ rule, wrong }) => html`<span class="two-lines"><bdi>${rule.name}</bdi>${rule.note && html`<small><bdi>${rule.note}</bdi></small>`}
      ${rule.parts.map((part) => html`<small key=${part.name}><bdi>${part.name} <${Percent} percent=${String(part.percent)} /></bdi></small>`)}
      ${wrong.map((why) => html`<small key=${why} class="tone-bad" role="alert"><bdi>${asSentence(why)}</bdi></small>`)}</span>` },
  { label: text.rule.percent, side: "end", of: ({ rule }) => html`<${Percent} percent=${String(rule.percent)} />` },
  { label: text.rule.category, of: ({ rule }) => text.rule.categories[rule.category] ?? rule.category },
  { label: text.rule.taxClass, of: ({ rule }) => html`<${Pill}><bdi>${rule.tax_class}</bdi><//>` },
  { label: text.rule.scope, of: ({ rule }) => html`<bdi>${scopeName(rule.scope)}</bdi>` },
  { label: text.rule.start, of: ({ rule }) => html`<${Day} day=${rule.start} />` },
  { label: text.change, side: "end", stacked: "bare", of: ({ rule, place }) => html`<div class="row-buttons">
      <button type="button" class="button button-small" aria-label=${text.rule.editOf(rule.name)} onClick=${() => onEdit(place)}>${text.rule.edit}</button>
      <button type="button" class="button button-small" aria-label=${text.rule.removeOf(rule.name)} onClick=${() => onRemove(place)}>${text.rule.remove}</button></div>` },
];
