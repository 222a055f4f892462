// The list of thresholds in the budget dialog: one small number field each, to add and to remove.

import { html, useRef } from "./elements.js";
import { FieldError, descriptionOf } from "./fields.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

const text = words.dialog;
const MOST = 10;

export function ThresholdsField({ form }) {
  const add = useRef(null);
  const { thresholds } = form.typed;
  const error = form.fields.thresholds;
  const put = (changed) => form.change({ thresholds: changed });
  const remove = (place) => {
    put(thresholds.filter((_, index) => index !== place));
    add.current.focus();
  };
  return html`<fieldset class=${error ? "field field-wrong" : "field"} aria-describedby=${descriptionOf("thresholds", true, error)["aria-describedby"]}>
    <legend>${text.thresholds}</legend>
    <p class="field-hint" id="thresholds-hint"><bdi>${text.thresholdsHint}</bdi></p>
    <div class="threshold-inputs">
      ${thresholds.map((percent, place) => html`<${Threshold} key=${place} place=${place} percent=${percent} error=${error}
        onInput=${(value) => put(thresholds.with(place, value))} onRemove=${thresholds.length > 1 && (() => remove(place))} />`)}
      <button type="button" class="button button-add" ref=${add} aria-disabled=${String(thresholds.length >= MOST)}
        onClick=${() => thresholds.length < MOST && put([...thresholds, ""])}>
        <${Icon} name="plus" />${text.addThreshold}
      </button>
    </div>
    <${FieldError} id="thresholds" error=${error} />
  </fieldset>`;
}

function Threshold({ place, percent, error, onInput, onRemove }) {
  const id = `threshold-${place}`;
  return html`<span class="affixed threshold-input">
    <input id=${id} class="number" inputmode="decimal" autocomplete="off" dir="ltr" aria-label=${text.threshold(place + 1)}
      ...${descriptionOf("thresholds", false, error)} value=${percent} onInput=${(event) => onInput(event.target.value)} />
    <span class="affix" aria-hidden="true">%</span>
    ${onRemove && html`<button type="button" class="affix-button" aria-label=${text.removeThreshold(percent)} onClick=${onRemove}><${Icon} name="cross" /></button>`}
  </span>`;
}
