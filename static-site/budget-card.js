// Card 4: the monthly budget, how much of it is spent, and the alerts that went out.

import { AlertsList } from "./alerts-list.js";
import { BudgetDialog } from "./budget-dialog.js";
import { ChargesLink } from "./charge-links.js";
import { Locale, Money, Percent, Pill, html, useContext, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { decimalsOf, formatMoney, formatPercent, percentFrom100 } from "./money.js";
import { Empty } from "./states.js";
import { words } from "./words.js";

const text = words.budget;
const TONES = { ok: "good", warning: "warn", exceeded: "bad" };

/** `onChanged` is called with a sentence to announce once a budget was saved or removed. */
export function BudgetCard({ overview, onChanged, changes }) {
  const { language } = useContext(Locale);
  const [open, setOpen] = useState(false);
  const { budget, account } = overview;
  const changed = (saved) => {
    setOpen(false);
    onChanged(saved ? text.saved(formatMoney(saved.amount, language)) : text.removed);
  };
  return html`<section class="card budget" aria-labelledby="budget-title">
    <div class="card-head">
      <h2 id="budget-title"><${Icon} name="bell" />${text.title}</h2>
      ${budget && html`<${Pill} tone=${TONES[budget.state]}>${text.states[budget.state]}<//>`}
      <button type="button" class=${`button ${budget ? "" : "button-main"}`} onClick=${() => setOpen(true)}>
        ${budget ? text.edit : text.setUp}
      </button>
    </div>
    ${budget ? html`<${Progress} budget=${budget} account=${account.id} period=${overview.summary?.month_to_date.period} />` : html`<${Empty} icon="gauge" title=${text.empty}>${text.emptyNext}<//>`}
    <${AlertsList} account=${account.id} changes=${changes} quietWhenEmpty=${!budget} />
    ${open && html`<${BudgetDialog} account=${account} budget=${budget} decimals=${decimalsIn(overview)} onSaved=${changed} onClose=${() => setOpen(false)} />`}
  </section>`;
}

/** Return how many decimals the account's currency has, as far as the overview shows it; null if it does not. */
function decimalsIn({ budget, summary }) {
  const amount = budget?.amount ?? summary?.month_to_date.amount;
  return amount ? decimalsOf(amount.amount) : null;
}

function Progress({ budget, account, period }) {
  return html`
    <p class="budget-line"><bdi><strong><${Percent} percent=${budget.percent} /></strong> ${text.used}</bdi></p>
    <${Meter} budget=${budget} />
    <${Thresholds} budget=${budget} />
    <${Figures} budget=${budget} account=${account} period=${period} />
    <p class="note"><bdi>${text.mailsTo(budget.recipients.length)}</bdi></p>
  `;
}

function Meter({ budget: { percent, thresholds, state } }) {
  const { language } = useContext(Locale);
  const filled = Math.min(100, Math.max(0, Number(percent)));
  const onBar = thresholds.filter((threshold) => Number(threshold) <= 100);
  return html`<div class=${`meter meter-${state}`} role="meter" aria-label=${text.meter}
    aria-valuemin="0" aria-valuemax="100" aria-valuenow=${filled} aria-valuetext=${formatPercent(percent, language)}>
    <div class="meter-fill" style=${{ inlineSize: `${filled}%` }}></div>
    ${onBar.map((threshold) => html`<span key=${threshold} class="meter-mark" style=${{ insetInlineStart: `${threshold}%` }}></span>`)}
  </div>`;
}

function Thresholds({ budget: { thresholds, crossed } }) {
  return html`<div class="thresholds">
    <span id="thresholds-label">${text.thresholds}</span>
    <ul aria-labelledby="thresholds-label">
      ${thresholds.map((threshold) => {
        const reached = crossed.includes(threshold);
        return html`<li key=${threshold} class=${reached ? "threshold threshold-reached" : "threshold"}>
          ${reached && html`<${Icon} name="check" />`}
          <${Percent} percent=${threshold} />
          ${reached && html`<span class="hidden"> ${text.crossed}</span>`}
        </li>`;
      })}
    </ul>
  </div>`;
}

function Figures({ budget: { spend, amount, difference, percent }, account, period }) {
  const { language } = useContext(Locale);
  const over = difference.amount.startsWith("-");
  const share = formatPercent(percentFrom100(percent), language);
  return html`<dl class="figures">
    <div class="figure"><dt>${text.spend}</dt><dd><span class="figure-amount">${period ? html`<${ChargesLink} account=${account} period=${period} money=${spend} />` : html`<${Money} money=${spend} />`}</span></dd></div>
    <div class="figure"><dt>${text.amount}</dt><dd><span class="figure-amount"><${Money} money=${amount} /></span></dd></div>
    <div class="figure">
      <dt>${text.difference}</dt>
      <dd>
        <span class="figure-amount"><${Money} money=${difference} /></span>
        <${Pill} tone=${over ? "bad" : "good"}><bdi>${over ? text.over(share) : text.left(share)}</bdi><//>
      </dd>
    </div>
  </dl>`;
}
