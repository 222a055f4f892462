// The conditions of a price: which dimension, and which of its values.

import { Catalogue, dimensionTitle, isNamed, isYesOrNo } from "./catalogue.js";
import { html, useContext, useRef, useState } from "./elements.js";
import { FieldError, descriptionOf } from "./fields.js";
import { Icon } from "./icons.js";
import { TAG, conditionTyped, dimensionsOf, linesOf } from "./tariff-form.js";
import { words } from "./words.js";

const text = words.prices.form;
// From so many choices on there is a search, and no more than this are shown at once.
const SEARCHED = 8;
const SHOWN = 60;

export function ConditionsField({ meter, conditions, fields, onChange }) {
  const add = useRef(null);
  const fitting = dimensionsOf(meter, useContext(Catalogue));
  if (fitting.length === 0) return null;
  const free = fitting.find((dimension) => dimension === TAG || !conditions.some((each) => each.dimension === dimension));
  const put = (place, part) => onChange(conditions.with(place, { ...conditions[place], ...part }));
  const remove = (place) => {
    onChange(conditions.filter((_, at) => at !== place));
    add.current.focus();
  };
  return html`<fieldset class="field" aria-describedby="conditions-hint">
    <legend>${text.conditions}</legend>
    <p class="field-hint" id="conditions-hint"><bdi>${text.conditionsHint}</bdi></p>
    ${conditions.map((condition, place) => html`<${Condition} key=${place} place=${place} condition=${condition} fitting=${fitting} error=${fields[`condition-${place}`]}
      onChange=${(part) => put(place, part)} onRemove=${() => remove(place)} />`)}
    <button type="button" class="button button-add" ref=${add} onClick=${() => onChange([...conditions, conditionTyped(free)])}><${Icon} name="plus" />${text.addCondition}</button>
    <${FieldError} id="conditions" error=${fields.conditions} />
  </fieldset>`;
}

function Condition({ place, condition, fitting, error, onChange, onRemove }) {
  const { dimension, key } = condition;
  const id = `condition-${place}`;
  const titleOf = (each) => (each === TAG ? text.tagOption : dimensionTitle(each));
  const name = dimension === TAG ? dimensionTitle(`${TAG}${key}`) : titleOf(dimension);
  const described = descriptionOf(id, false, error);
  return html`<div class=${error ? "condition field-wrong" : "condition"} role="group" aria-label=${name}>
    <div class="condition-head">
      <select aria-label=${text.dependsOn(place + 1)} value=${dimension} onChange=${(event) => onChange(conditionTyped(event.target.value))}>
        ${fitting.map((each) => html`<option key=${each} value=${each}>${titleOf(each)}</option>`)}
      </select>
      ${dimension === TAG && html`<input class="tag-key-input" aria-label=${text.tagKey} placeholder=${text.tagKey} autocomplete="off" spellcheck="false" dir="ltr" ...${key.trim() === "" ? described : {}}
        value=${key} onInput=${(event) => onChange({ key: event.target.value })} />`}
      <button type="button" class="affix-button" aria-label=${text.removeCondition(name)} onClick=${onRemove}><${Icon} name="cross" /></button>
    </div>
    <${Values} id=${id} name=${name} condition=${condition} described=${described} onChange=${onChange} />
    <${FieldError} id=${id} error=${error} />
  </div>`;
}

function Values({ id, name, condition, described, onChange }) {
  const { names } = useContext(Catalogue);
  const { dimension, values } = condition;
  if (isYesOrNo(dimension)) return html`<${YesOrNo} name=${name} values=${values} described=${described} onChange=${onChange} />`;
  const known = isNamed(dimension) ? (names[dimension] ?? []) : [];
  if (known.length > 0) return html`<${Choices} id=${id} name=${name} known=${known} values=${values} described=${described} onChange=${onChange} />`;
  const type = (event) => onChange({ lines: event.target.value, values: linesOf(event.target.value) });
  return html`<p class="field-hint" id=${`${id}-lines`}>${isNamed(dimension) ? text.noNames : text.valuesHint}</p>
    <textarea rows="2" aria-label=${text.values(name)} autocomplete="off" autocapitalize="off" spellcheck="false" dir="ltr" ...${described}
      aria-describedby=${[`${id}-lines`, described["aria-describedby"]].filter(Boolean).join(" ")} value=${condition.lines} onInput=${type}></textarea>`;
}

function YesOrNo({ name, values, described, onChange }) {
  return html`<select class="condition-values" aria-label=${text.values(name)} ...${described} value=${values[0] ?? ""} onChange=${(event) => onChange({ values: [event.target.value].filter(Boolean) })}>
    <option value=""></option>
    <option value="true">${words.prices.tariff.yes}</option>
    <option value="false">${words.prices.tariff.no}</option>
  </select>`;
}

/** What CloudStack has names for is ticked in a list; ids that are not listed stay and can be unticked. */
function Choices({ id, name, known, values, described, onChange }) {
  const [sought, setSought] = useState("");
  const strange = values.filter((value) => !known.some((each) => each.id === value)).map((value) => ({ id: value, name: value }));
  const every = [...strange, ...known];
  const fits = ({ id: value, name: called }) => `${called} ${value}`.toLowerCase().includes(sought.trim().toLowerCase());
  // What is chosen stands first when the list opens, and does not jump when it is ticked.
  const [first] = useState(values);
  const ordered = [...every.filter((each) => first.includes(each.id)), ...every.filter((each) => !first.includes(each.id))].filter(fits);
  const tick = (value) => onChange({ values: values.includes(value) ? values.filter((each) => each !== value) : [...values, value] });
  return html`${every.length > SEARCHED && html`<input type="search" aria-label=${text.search(name)} placeholder=${text.search(name)} autocomplete="off" value=${sought} onInput=${(event) => setSought(event.target.value)} />`}
    <p class="hidden" role="status">${sought && text.found(ordered.length)}</p>
    <div class="choices" role="group" aria-label=${text.values(name)} aria-describedby=${described["aria-describedby"]}>
      ${ordered.slice(0, SHOWN).map((each, at) => html`<label key=${each.id} class="choice">
        <input id=${at === 0 ? `${id}-first` : undefined} type="checkbox" aria-invalid=${at === 0 ? described["aria-invalid"] : undefined} checked=${values.includes(each.id)} onChange=${() => tick(each.id)} />
        <span><bdi>${each.name || each.id}</bdi>${isTwice(each, every) && html` <small class="muted">${each.id}</small>`}</span>
      </label>`)}
      ${ordered.length === 0 && html`<p class="note">${text.noneFound}</p>`}
      ${ordered.length > SHOWN && html`<p class="note">${words.picker.more(ordered.length - SHOWN)}</p>`}
    </div>`;
}

const isTwice = ({ id, name }, every) => every.some((each) => each.name === name && each.id !== id);
