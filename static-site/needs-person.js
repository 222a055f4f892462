// CloudStack's Quota tariffs that could not be taken over, with the reason, while the others are edited.

import { Instant, asSentence, html } from "./elements.js";
import { Icon } from "./icons.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.prices.person;

export function NeedsPerson({ tariffs, asOf }) {
  return html`<section class="card listing needs-person" aria-labelledby="needs-person-title">
    <div class="card-head"><h2 id="needs-person-title"><${Icon} name="warning" />${text.title}</h2></div>
    <p class="note"><bdi>${text.intro}</bdi>${asOf && html` ${text.asOf} <${Instant} at=${asOf} />.`}</p>
    <p class="hidden" role="status">${text.shown(tariffs.length)}</p>
    <${Table} labelledBy="needs-person-title" caption=${text.title} columns=${columns} rows=${tariffs} />
  </section>`;
}

const columns = [
  { label: text.name, of: ({ name, id }) => html`<bdi>${name || id}</bdi>` },
  { label: text.meter, of: ({ meter_name: meter, usage_type: type }) => html`<span class="two-lines"><bdi>${meter || words.operations.unknownType(type)}</bdi><small>${words.operations.type(type)}</small></span>` },
  { label: text.value, side: "end", of: ({ value }) => value && html`<bdi class="number">${value}</bdi>` },
  { label: text.rule, of: ({ rule }) => rule && html`<code class="rule"><bdi>${rule}</bdi></code>` },
  { label: text.reason, of: ({ reason }) => html`<bdi>${asSentence(reason)}</bdi>` },
];
