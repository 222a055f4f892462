// The alerts that were raised for an account, newest first.

import { billing } from "./api.js";
import { Instant, Money, Percent, asSentence, html, useEffect, useState } from "./elements.js";
import { useLoad } from "./load.js";
import { words } from "./words.js";

const text = words.alerts;
const SHOWN = 3;

/** `changes` counts what may have caused alerts; each new number reads the list again. */
export function AlertsList({ account, changes, quietWhenEmpty }) {
  const { phase, data, error, reload } = useLoad(() => billing.alerts(account), account);
  useEffect(() => {
    if (changes > 0) reload({ quiet: true });
  }, [changes]);
  if (phase === "failed") return html`<${AlertsFailed} error=${error} reload=${reload} />`;
  if (phase === "loading") return html`<div class="alerts" aria-busy="true"><div class="bone"></div></div>`;
  if (data.alerts.length === 0) return quietWhenEmpty ? null : html`<div class="alerts"><h3>${text.title}</h3><p class="note"><bdi>${text.none}</bdi></p></div>`;
  return html`<${AlertsTable} alerts=${data.alerts} />`;
}

function AlertsFailed({ error, reload }) {
  return html`<div class="alerts" role="alert">
    <h3>${text.title}</h3>
    <p class="note"><bdi>${text.failed}. ${asSentence(error.message)}</bdi></p>
    <button type="button" class="button" onClick=${() => reload()}>${words.tryAgain}</button>
  </div>`;
}

function AlertsTable({ alerts }) {
  const [all, setAll] = useState(false);
  const shown = all ? alerts : alerts.slice(0, SHOWN);
  return html`<div class="alerts">
    <h3>${text.title}</h3>
    <table class="alerts-table">
      <caption class="hidden">${text.title}</caption>
      <thead>
        <tr>
          <th scope="col">${text.sent}</th>
          <th scope="col" class="end">${text.threshold}</th>
          <th scope="col" class="end">${text.spend}</th>
          <th scope="col" class="end wide-only">${text.budget}</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map((alert) => html`<tr key=${alert.id}>
          <th scope="row"><${Instant} at=${alert.raised_at} /></th>
          <td class="end"><${Percent} percent=${alert.threshold} /></td>
          <td class="end"><${Money} money=${alert.spend} /></td>
          <td class="end wide-only"><${Money} money=${alert.budget_amount} /></td>
        </tr>`)}
      </tbody>
    </table>
    ${!all && alerts.length > SHOWN && html`<button type="button" class="button-plain" onClick=${() => setAll(true)}>${text.all(alerts.length)}</button>`}
  </div>`;
}
