// The form of an estimate: one row for each thing that is planned.

import { html, useEffect, useRef, useState } from "./elements.js";
import { Field } from "./fields.js";
import { fieldId, fieldsOf, furtherFieldsOf, isMachine, meterChoices, meterOf, newRow, offeringsOf, serviceChoice, withWhat } from "./estimate-plan.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

const text = words.estimate;
const AS_NUMBER = { class: "number", inputmode: "decimal", dir: "ltr" };
const AS_TEXT = { spellcheck: "false", placeholder: text.asInCloudStack };

/** `onChange` gets the rows after a change; `errors` is by the id of the field. */
export function PlanRows({ rows, catalogue, errors, onChange, announce }) {
  const list = useRef(null);
  const [added, setAdded] = useState(0);
  useEffect(() => {
    if (added > 0) [...list.current.querySelectorAll("fieldset")].at(-1).querySelector("select").focus();
  }, [added]);
  const change = (key, row) => onChange(rows.map((each) => (each.key === key ? row : each)));
  const add = () => {
    onChange([...rows, newRow(catalogue)]);
    setAdded(added + 1);
  };
  const remove = (place) => {
    onChange(rows.filter((_, at) => at !== place));
    announce(text.removed(place + 1));
    // The button is gone with its row; the row that takes its place has the keyboard.
    list.current.querySelectorAll("fieldset")[place === 0 ? 1 : place - 1].querySelector("select").focus();
  };
  return html`<div class="plan-rows" ref=${list}>
    ${rows.map((row, place) => html`<${PlanRow} key=${row.key} row=${row} place=${place + 1} catalogue=${catalogue} errors=${errors}
      onChange=${(changed) => change(row.key, changed)} onRemove=${rows.length > 1 && (() => remove(place))} />`)}
    <button type="button" class="button-plain plan-add" onClick=${add}><${Icon} name="plus" />${text.add}</button>
  </div>`;
}

function PlanRow({ row, place, catalogue, errors, onChange, onRemove }) {
  const shared = (name) => ({ id: fieldId(row.key, name), row, catalogue, error: errors[fieldId(row.key, name)], onChange });
  return html`<fieldset class="plan-row">
    <legend class="hidden">${text.row(place)}</legend>
    <${WhatField} ...${shared("what")} />
    ${fieldsOf(row, catalogue).map((name) => html`<${PlanField} key=${name} name=${name} ...${shared(name)} />`)}
    <${FurtherFields} names=${furtherFieldsOf(row, catalogue)} row=${row} errors=${errors} shared=${shared} />
    ${onRemove && html`<button type="button" class="button button-step plan-remove" aria-label=${text.remove(place)} onClick=${onRemove}><${Icon} name="cross" /></button>`}
  </fieldset>`;
}

function WhatField({ id, row, catalogue, error, onChange }) {
  const byService = groupedByService(catalogue);
  return html`<div class="plan-what"><${Field} id=${id} label=${text.what} error=${error}>
    ${(attributes) => html`<select ...${attributes} value=${row.what} onChange=${(event) => onChange(withWhat(row, event.target.value, catalogue))}>
      ${[...byService].map(([service, meters]) => html`<optgroup key=${service} label=${words.serviceNames[service] ?? service}>
        ${meters.map(({ name, title }) => html`<option key=${name} value=${name}>${title}</option>`)}
      </optgroup>`)}
      ${catalogue.services.length > 0 && html`<optgroup key="other" label=${text.other}>
        ${catalogue.services.map(({ id: service, title }) => html`<option key=${service} value=${serviceChoice(service)}>${title || service}</option>`)}
      </optgroup>`}
    </select>`}
  <//></div>`;
}

/** Fields that few prices depend on: closed, unless something is wrong with one. */
function FurtherFields({ names, row, errors, shared }) {
  const [open, setOpen] = useState(false);
  if (names.length === 0) return null;
  const needed = names.some((name) => errors[fieldId(row.key, name)]);
  return html`<details class="plan-more" open=${open || needed} onToggle=${(event) => setOpen(event.currentTarget.open)}>
    <summary>${text.more}</summary>
    <div class="plan-further">${names.map((name) => html`<${PlanField} key=${name} name=${name} ...${shared(name)} />`)}</div>
  </details>`;
}

function PlanField({ id, name, row, catalogue, error, onChange }) {
  const change = (event) => onChange({ ...row, [name]: event.target.value });
  const choices = choicesOf(name, row, catalogue);
  const control = (attributes) =>
    choices
      ? html`<select ...${attributes} value=${row[name]} onChange=${change}>${choices.map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}</select>`
      : html`<input ...${attributes} ...${name === "operating_system" ? AS_TEXT : AS_NUMBER} autocomplete="off" value=${row[name]} onInput=${change} />`;
  const wide = choices || name === "operating_system";
  return html`<div class=${`plan-${wide ? "choice" : "number"}`}><${Field} id=${id} label=${labelOf(name, row, catalogue)} error=${error}>${control}<//></div>`;
}

function choicesOf(name, { what }, catalogue) {
  const { names } = catalogue;
  const named = (list = []) => list.map(({ id, name: title }) => [id, title || id]);
  if (name === "zone") return [["", text.anyZone], ...named(names.zone)];
  if (name === "template") return [["", text.anyTemplate], ...named(names.template)];
  if (name !== "offering") return null;
  const meter = meterOf(what, catalogue);
  const offerings = named(offeringsOf(meter, catalogue));
  return isMachine(meter) ? [...offerings, ["custom", text.customOffering]] : [["", text.anyOffering], ...offerings];
}

function labelOf(name, { what }, catalogue) {
  if (name !== "quantity") return text[name];
  return text.quantityOf[meterOf(what, catalogue)?.unit] ?? text.quantity;
}

function groupedByService(catalogue) {
  const groups = new Map();
  for (const meter of meterChoices(catalogue)) groups.set(meter.service, [...(groups.get(meter.service) ?? []), meter]);
  return groups;
}
