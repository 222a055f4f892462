// The workings of one line: how its amount came about, step by step, day by day and by resource.

import { billing } from "./api.js";
import { Rate } from "./charge-notes.js";
import { formatDate } from "./dates.js";
import { useOpenDialog } from "./dialogs.js";
import { Locale, Money, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { formatMoney } from "./money.js";
import { usePages } from "./pages.js";
import { Failed, Skeleton } from "./states.js";
import { words } from "./words.js";
import { Days, Resources, Steps, UnknownResources } from "./workings-parts.js";

const text = words.workings;

export function WorkingsDialog({ account, period, id, onClose }) {
  const dialog = useOpenDialog(null);
  const list = usePages((next) => billing.workings(account, period, id, next), "resources", { key: `${account} ${period} ${id}` });
  const line = list.phase === "ready" ? list.first.line : null;
  return html`<dialog class="dialog workings-dialog" ref=${dialog} aria-labelledby="workings-title" onClose=${onClose}>
    <div class="workings-body">
      <div class="workings-head">
        <h2 id="workings-title">${line ? html`<bdi>${line.name}</bdi>` : text.title}</h2>
        <button type="button" class="button button-step" aria-label=${text.close} onClick=${() => dialog.current.close()}><${Icon} name="cross" /></button>
      </div>
      ${list.phase === "loading" && html`<${Skeleton} label=${text.loading} />`}
      ${list.phase === "failed" && html`<${Failed} title=${text.failed} error=${list.error} retry=${list.reload} inside=${true} />`}
      ${line && html`<${Workings} workings=${list.first} list=${list} period=${period} />`}
    </div>
  </dialog>`;
}

function Workings({ workings, list, period }) {
  const { line, days, steps, resources_known: known } = workings;
  return html`
    <p class="balance-label">${text.amount}</p>
    <p class="balance workings-amount"><${Money} money=${line.amount} /></p>
    <${Facts} workings=${workings} />
    <${Steps} steps=${steps} />
    ${days.length > 0 && html`<${Days} days=${days} line=${line} period=${period} />`}
    ${list.rows.length > 0 && html`<${Resources} list=${list} line=${line} />`}
    ${!known && html`<${UnknownResources} />`}
    <${Sums} line=${line} days=${days.length > 0} resources=${list.rows.length > 0} more=${Boolean(list.next)} />
  `;
}

/** Which price list it is, under which conditions, and the exchange rate. */
function Facts({ workings: { card, conditions, exchange_rates: rates } }) {
  const { language, timeZone } = useContext(Locale);
  const facts = [
    card && [text.prices, (text.origins[card.origin] ?? text.origins.list)(card.currency, formatDate(card.effective_from, language, timeZone))],
    ...Object.entries(conditions).map(([dimension, values]) => [conditionName(dimension), values.map(({ id, name }) => name || id).join(text.or)]),
    ...rates.map((rate) => [text.rate, html`<${Rate} rate=${rate} />`]),
  ].filter(Boolean);
  if (facts.length === 0) return null;
  return html`<dl class="facts workings-facts">
    ${facts.map(([label, value]) => html`<div key=${label}><dt><bdi>${label}</bdi></dt><dd><bdi>${value}</bdi></dd></div>`)}
  </dl>`;
}

function conditionName(dimension) {
  return dimension.startsWith("tag:") ? text.tag(dimension.slice(4)) : (text.conditions[dimension] ?? dimension);
}

function Sums({ line, days, resources, more }) {
  const { language } = useContext(Locale);
  const part = days && resources ? "both" : days ? "days" : resources ? "resources" : "steps";
  return html`<p class="workings-sum"><${Icon} name="check" /><span><bdi>${text.sums[part](formatMoney(line.amount, language))}</bdi>
    ${more && html` <bdi>${text.further}</bdi>`}</span></p>`;
}
