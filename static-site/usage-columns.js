// The columns of the usage table, by what the usage is summed up by.

import { Locale, html, useContext } from "./elements.js";
import { typedAmount } from "./money.js";
import { formatQuantity, isShortened } from "./quantities.js";
import { swatchOf } from "./services-card.js";
import { words } from "./words.js";

const text = words.usage;
const TAG = "tag:";

/** Return the columns for a group such as "resource" or "tag:env"; `seen` tells whether there are several sub accounts. */
export function columnsOf(group, seen) {
  if (group === "resource") return resourceColumns(seen.subAccounts.size > 1);
  if (group === "meter") return [{ ...METER, of: (row) => html`<${Meter} row=${row} strong=${true} />` }, ...QUANTITY];
  if (group.startsWith(TAG)) return [tagColumn(group.slice(TAG.length)), METER, ...QUANTITY];
  return [{ label: text.groups[group], of: (row) => named(row, group) }, METER, ...QUANTITY];
}

function resourceColumns(several) {
  const columns = [
    { label: text.groups.resource, of: (row) => html`<${Resource} row=${row} />` },
    METER,
    { label: text.groups.offering, of: (row) => named(row, "offering", true) },
    { label: text.groups.zone, of: (row) => named(row, "zone", true) },
    { label: text.tags, of: ({ tags }) => html`<${Tags} tags=${tags} />` },
  ];
  if (several) columns.push({ label: text.groups.sub_account, of: (row) => named(row, "sub_account", true) });
  return [...columns, ...QUANTITY];
}

const METER = { label: text.meter, of: (row) => html`<${Meter} row=${row} />` };
const QUANTITY = [
  { label: text.quantity, side: "end", of: (row) => html`<${Quantity} row=${row} />` },
  { label: text.unit, stacked: "absent", of: ({ unit }) => html`<span class="unit">${nameOf(unit)}</span>` },
];

function tagColumn(key) {
  const of = ({ tags }) => ((tags?.[key] ?? null) === null ? html`<span class="muted">${text.without.tag}</span>` : html`<span class="tag"><bdi>${tags[key]}</bdi></span>`);
  return { label: text.tag(key), of };
}

/** What a row has at `part`: its name, else its id, else that it has none; `brief` leaves the last out. */
function named(row, part, brief = false) {
  const name = row[`${part}_name`] || row[part];
  if (name) return html`<bdi>${name}</bdi>`;
  return brief ? null : html`<span class="muted">${text.without[part]}</span>`;
}

function Resource({ row: { name, resource } }) {
  if (!name || name === resource) return html`<bdi class="resource-id">${resource || text.without.resource}</bdi>`;
  return html`<span class="two-lines"><bdi>${name}</bdi><small><bdi class="resource-id">${resource}</bdi></small></span>`;
}

function Meter({ row: { service, meter, meter_name: name } }) {
  return html`<span class="service-name"><span class=${`swatch swatch-${swatchOf(service)}`}></span><bdi>${name || meter}</bdi></span>`;
}

function Tags({ tags }) {
  const entries = Object.entries(tags ?? {});
  if (entries.length === 0) return null;
  return html`<ul class="tags" aria-label=${text.tags}>${entries.map(([key, value]) => html`<li key=${key} class="tag"><bdi><span class="tag-key">${key}</span>${value && ` ${value}`}</bdi></li>`)}</ul>`;
}

/** A quantity, with all of its digits in the title where some are left out. */
function Quantity({ row: { quantity, unit } }) {
  const { language } = useContext(Locale);
  const title = isShortened(quantity) ? text.exactly(typedAmount(quantity, language), nameOf(unit)) : undefined;
  return html`<span><data class="number" value=${quantity} title=${title} lang=${language}><bdi>${formatQuantity(quantity, language)}</bdi></data>
    <span class="unit stacked-only"> ${nameOf(unit)}</span></span>`;
}

function nameOf(unit) {
  return text.units[unit] ?? unit;
}
