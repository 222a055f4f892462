// One rate card as a table, and its file to download.

import { pricing } from "./api.js";
import { Instant, html } from "./elements.js";
import { Icon } from "./icons.js";
import { Empty } from "./states.js";
import { Table } from "./tables.js";
import { tariffColumns } from "./tariff-columns.js";
import { words } from "./words.js";

const text = words.prices.card;

export function RateCardView({ card, heading, onBack, onChange }) {
  const { currency, account, effective_from: from, version, prices, name } = card;
  const title = text.title(words.prices.listOf(currency, name));
  const file = (format) => pricing.file({ currency, account, effective_from: from }, format);
  return html`<section class="card listing" aria-labelledby="rate-card-title">
    <p><button type="button" class="button-plain back-button" onClick=${onBack}><${Icon} name="back" class="icon-turns" />${words.prices.back}</button></p>
    <div class="card-head">
      <h2 id="rate-card-title" tabindex="-1" ref=${heading}><${Icon} name="tag" /><bdi>${title}</bdi></h2>
      <span class="tools"><a class="button" href=${file("json")} download>${text.downloadJson}</a>
      <a class="button" href=${file("csv")} download>${text.downloadCsv}</a>
      ${onChange && html`<button type="button" class="button button-main" onClick=${onChange}>${words.prices.cards.change}</button>`}</span>
    </div>
    <p class="note dotted"><span>${text.from} <${Instant} at=${from} zone="UTC" /></span>${version && html`<span>${text.version} <code class="version">${version}</code></span>`}</p>
    ${prices.length === 0
      ? html`<${Empty} icon="tag" title=${text.empty}><//>`
      : html`<${Table} labelledBy="rate-card-title" caption=${title} columns=${tariffColumns(currency)} rows=${prices} />`}
  </section>`;
}
