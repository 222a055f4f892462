// Picks a month: the one before, the one after, or any of the last years from a list.

import { formatMonth, monthAfter } from "./dates.js";
import { Locale, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

const text = words.usage;
const MONTHS = 36;

export function MonthPicker({ month, newest, onPick }) {
  const { language } = useContext(Locale);
  const months = Array.from({ length: MONTHS }, (_, back) => monthAfter(newest, -back));
  return html`<div class="month-picker" role="group" aria-label=${text.month}>
    <${Step} icon="back" label=${text.previous} target=${months.includes(monthAfter(month, -1)) && monthAfter(month, -1)} onPick=${onPick} />
    <select aria-label=${text.month} value=${month} onChange=${(event) => onPick(event.target.value)}>
      ${months.map((each) => html`<option key=${each} value=${each} lang=${language}>${formatMonth(each, language)}</option>`)}
    </select>
    <${Step} icon="forward" label=${text.next} target=${month < newest && monthAfter(month)} onPick=${onPick} />
  </div>`;
}

function Step({ icon, label, target, onPick }) {
  return html`<button type="button" class="button button-step" aria-label=${label} aria-disabled=${String(!target)} onClick=${() => target && onPick(target)}>
    <${Icon} name=${icon} class="icon-turns" />
  </button>`;
}
