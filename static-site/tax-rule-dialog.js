// The dialog of one tax rule. It goes into the form of the issuer; nothing is sent.

import { FormDialog, useSending } from "./dialogs.js";
import { Locale, html, useContext, useRef, useState } from "./elements.js";
import { ChoiceField, DayField, FieldError, LongTextField, NumberField, TextField, descriptionOf } from "./fields.js";
import { Icon } from "./icons.js";
import { readAmount, typedAmount } from "./money.js";
import { told } from "./money-form.js";
import { words } from "./words.js";

const text = words.issuers.rule;
const NEW = { tax_class: "standard", name: "", category: "S", percent: "", start: "", scope: "all", note: "", code: "", parts: [] };
const WITH_NOTE = ["E", "AE", "O", "G", "K"];
const MOST_PARTS = 5;
const SERVICE = "service:";
const SERVICES = { ...words.serviceNames, ...text.more };

/** Return what people call the services that a rule is for. */
export function scopeName(scope) {
  if (scope === "all") return text.all;
  const service = scope.slice(SERVICE.length);
  return SERVICES[service] ?? service;
}

/** `rule` is undefined for a new one; `errors` is what the API refused in it. */
export function TaxRuleDialog({ rule, errors = {}, onKeep, onClose }) {
  const { language } = useContext(Locale);
  const [typed, setTyped] = useState(() => typedRule(rule ?? NEW, language));
  const [given, setGiven] = useState(errors);
  const sending = useSending(onKeep);
  const fields = { ...given, ...sending.fields };
  const change = (part) => setTyped((before) => ({ ...before, ...part }));
  const submit = () => {
    setGiven({});
    const read = readRule(typed, language);
    if (read.fields) sending.refuse(read.fields);
    else sending.send(async () => read.rule);
  };
  const line = (part, label, hint, more = {}) => html`<${TextField} id=${`rule-${part}`} label=${label} hint=${hint} value=${typed[part]} error=${fields[part]} onChange=${(value) => change({ [part]: value })} ...${more} />`;
  const standard = typed.category === "S";
  const scopes = [["all", text.all], ...Object.entries(SERVICES).map(([service, name]) => [`${SERVICE}${service}`, name])];
  return html`<${FormDialog} title=${rule ? text.editTitle : text.addTitle} intro=${text.intro} sending=${{ ...sending, fields }} confirm=${text.save} onSubmit=${submit} onClose=${onClose}>
    ${line("name", text.name, text.nameHint, { maxlength: 40 })}
    <div class="form-grid pair">
      <${ChoiceField} id="rule-category" label=${text.category} value=${typed.category} options=${Object.entries(text.categories)} error=${fields.category} onChange=${(category) => change({ category })} />
      ${standard && html`<${NumberField} id="rule-percent" label=${text.percent} affix="%" value=${typed.percent} error=${fields.percent} onChange=${(percent) => change({ percent })} />`}
    </div>
    ${!standard && html`<${FieldError} id="rule-percent" error=${fields.percent} />`}
    <${LongTextField} id="rule-note" label=${text.note} hint=${WITH_NOTE.includes(typed.category) ? text.noteHint : text.noteOptional} rows=${2} most=${300} value=${typed.note} error=${fields.note} onChange=${(note) => change({ note })} />
    <div class="form-grid pair">
      ${line("tax_class", text.taxClass, text.taxClassHint, { dir: "ltr", maxlength: 40 })}
      <${DayField} id="rule-start" label=${text.start} hint=${text.startHint} value=${typed.start} error=${fields.start} onChange=${(start) => change({ start })} />
    </div>
    <${ChoiceField} id="rule-scope" label=${text.scope} value=${typed.scope} options=${scopes} error=${fields.scope} onChange=${(scope) => change({ scope })} />
    <details class="more-fields" open=${typed.parts.length > 0 || typed.code !== "" || Boolean(fields.parts ?? fields.code)}>
      <summary>${text.more_}</summary>
      ${standard && html`<${Parts} parts=${typed.parts} error=${fields.parts} onChange=${(parts) => change({ parts })} />`}
      ${line("code", text.code, text.codeHint, { dir: "ltr", maxlength: 30 })}
    </details>
  <//>`;
}

function typedRule(rule, language) {
  const typed = (number) => typedAmount(String(number), language);
  return { ...rule, percent: typed(rule.percent), parts: rule.parts.map((part) => ({ ...part, percent: typed(part.percent) })) };
}

/** Return {rule} as the API takes it, or {fields} with what is wrong. */
function readRule(typed, language) {
  const standard = typed.category === "S";
  const number = (value) => readAmount(value, language);
  const percent = standard ? number(typed.percent) : "0";
  const parts = standard ? typed.parts.map((part) => ({ name: part.name.trim(), percent: number(part.percent) })) : [];
  const note = typed.note.trim();
  const fields = told({
    tax_class: typed.tax_class.trim() === "" && text.wrong.taxClass,
    name: typed.name.trim() === "" && text.wrong.name,
    percent: (percent === null || percent.startsWith("-")) && text.wrong.percent,
    start: typed.start === "" && text.wrong.start,
    note: WITH_NOTE.includes(typed.category) && note === "" && text.wrong.note,
    parts: parts.some((part) => part.name === "" || part.percent === null) && text.wrong.parts,
  });
  if (Object.keys(fields).length > 0) return { fields };
  const { category, start, scope } = typed;
  return { rule: { tax_class: typed.tax_class.trim(), name: typed.name.trim(), category, percent, start, scope, note, code: typed.code.trim(), parts } };
}

function Parts({ parts, error, onChange }) {
  const add = useRef(null);
  const put = (place, part) => onChange(parts.with(place, { ...parts[place], ...part }));
  const remove = (place) => {
    onChange(parts.filter((_, at) => at !== place));
    add.current.focus();
  };
  const more = () => parts.length < MOST_PARTS && onChange([...parts, { name: "", percent: "" }]);
  return html`<fieldset class=${error ? "field field-wrong" : "field"} aria-describedby=${descriptionOf("parts", true, error)["aria-describedby"]}>
    <legend>${text.parts}</legend>
    <p class="field-hint" id="parts-hint"><bdi>${text.partsHint}</bdi></p>
    ${parts.map((part, place) => html`<div key=${place} class="tax-part">
      <input aria-label=${text.partName(place + 1)} placeholder=${text.name} autocomplete="off" ...${descriptionOf("parts", false, error)} value=${part.name} onInput=${(event) => put(place, { name: event.target.value })} />
      <span class="affixed"><span class="affix" aria-hidden="true">%</span><input class="number" inputmode="decimal" autocomplete="off" dir="ltr" aria-label=${text.partPercent(place + 1)} ...${descriptionOf("parts", false, error)}
        value=${part.percent} onInput=${(event) => put(place, { percent: event.target.value })} /></span>
      <button type="button" class="affix-button" aria-label=${text.removePart(place + 1)} onClick=${() => remove(place)}><${Icon} name="cross" /></button>
    </div>`)}
    <button type="button" class="button button-add" ref=${add} aria-disabled=${String(parts.length >= MOST_PARTS)} onClick=${more}><${Icon} name="plus" />${text.addPart}</button>
    <${FieldError} id="parts" error=${error} />
  </fieldset>`;
}
