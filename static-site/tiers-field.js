// The tiers of a price: up to which quantity, at which price. The last has no end.

import { html, useRef } from "./elements.js";
import { FieldError, descriptionOf } from "./fields.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

const text = words.prices.form;
const MOST = 50;

export function TiersField({ tiers, units, currency, error, onChange }) {
  const add = useRef(null);
  const last = tiers.length - 1;
  const put = (place, part) => onChange(tiers.with(place, { ...tiers[place], ...part }));
  const remove = (place) => {
    onChange(tiers.filter((_, at) => at !== place));
    add.current.focus();
  };
  const addTier = () => tiers.length < MOST && onChange([...tiers.slice(0, last), { up_to: "", price: "" }, tiers[last]]);
  return html`<fieldset class=${error ? "field field-wrong" : "field"} aria-describedby=${descriptionOf("tiers", true, error)["aria-describedby"]}>
    <legend>${text.tiers}</legend>
    <p class="field-hint" id="tiers-hint"><bdi>${text.tiersHint(units, currency)}</bdi></p>
    <div class="tiers">
      <span aria-hidden="true">${text.upTo}</span><span aria-hidden="true">${text.price}</span><span></span>
      ${tiers.map((tier, place) => html`<${Tier} key=${place} place=${place} tier=${tier} last=${place === last} error=${error}
        onChange=${(part) => put(place, part)} onRemove=${tiers.length > 1 && (() => remove(place))} />`)}
    </div>
    <button type="button" class="button button-add" ref=${add} aria-disabled=${String(tiers.length >= MOST)} onClick=${addTier}><${Icon} name="plus" />${text.addTier}</button>
    <${FieldError} id="tiers" error=${error} />
  </fieldset>`;
}

function Tier({ place, tier, last, error, onChange, onRemove }) {
  const input = (part, label) => html`<input class="number" inputmode="decimal" autocomplete="off" dir="ltr" aria-label=${label(place + 1)} ...${descriptionOf("tiers", false, error)}
    value=${tier[part]} onInput=${(event) => onChange({ [part]: event.target.value })} />`;
  return html`
    ${last ? html`<span class="no-end">${text.noEnd}</span>` : input("up_to", text.upToOf)}
    ${input("price", text.priceOf)}
    ${onRemove ? html`<button type="button" class="affix-button" aria-label=${text.removeTier(place + 1)} onClick=${onRemove}><${Icon} name="cross" /></button>` : html`<span></span>`}`;
}
