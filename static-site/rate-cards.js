// The lists of prices there are, each with its versions.

import { pricing } from "./api.js";
import { Instant, Pill, html, useEffect, useRef, useState } from "./elements.js";
import { Listing } from "./listing.js";
import { useLoad } from "./load.js";
import { readAll } from "./read-all.js";
import { words } from "./words.js";

const text = words.prices.cards;
const TONES = { now: "good", coming: "accent", past: "neutral" };
const VERSION_SHOWN = 10;

/** Return the cards as rows, each with its `state`; the lists by currency, the newest card of each first. */
export function rowsOf(cards, accounts, now) {
  const lists = [...new Set(cards.map(listId))].map((id) => cards.filter((card) => listId(card) === id));
  return lists
    .flatMap((versions) => {
      const newestFirst = versions.toSorted((one, other) => (one.effective_from < other.effective_from ? 1 : -1));
      const inForce = newestFirst.find(({ effective_from: from }) => from <= now);
      return newestFirst.map((card, place) => ({ ...card, newest: place === 0, state: stateOf(card, inForce, now), name: nameOf(card, accounts) }));
    })
    .toSorted((one, other) => orderOf(one).localeCompare(orderOf(other)));
}

export function nameOf({ account }, accounts) {
  return account ? accounts.find(({ id }) => id === account)?.name || account : "";
}

/** Return the newest card of the list of a currency, or of an account; undefined where there is none. */
export function newestOf(cards, { currency, account }) {
  const versions = cards.filter((card) => listId(card) === listId({ currency, account }));
  return versions.reduce((newest, card) => (!newest || card.effective_from > newest.effective_from ? card : newest), undefined);
}

const listId = ({ currency, account }) => `${currency} ${account ?? ""}`;
const orderOf = ({ currency, name }) => `${currency} ${name}`;

function stateOf(card, inForce, now) {
  if (card === inForce) return "now";
  return card.effective_from > now ? "coming" : "past";
}

export function RateCards({ turn, accounts, heading, onView, onChange, onAdd }) {
  const [filter, setFilter] = useState("now");
  const load = useLoad(() => readAll((next) => pricing.cards({}, next), "rate_cards"), "rate-cards");
  const read = useRef(turn);
  useEffect(() => {
    if (read.current !== turn) load.reload({ quiet: load.phase === "ready" });
    read.current = turn;
  }, [turn]);
  const cards = load.data?.rows ?? [];
  const every = rowsOf(cards, accounts, new Date().toISOString());
  const rows = filter === "all" ? every : every.filter(({ state }) => state !== "past");
  const list = { ...load, rows };
  const tools = html`<span class="inline-field">
      <label for="cards-filter">${text.filter}</label>
      <select id="cards-filter" value=${filter} onChange=${(event) => setFilter(event.target.value)}>
        ${Object.entries(text.filters).map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}
      </select>
    </span>
    <button type="button" class="button button-main" aria-disabled=${String(list.phase !== "ready")} onClick=${() => list.phase === "ready" && onAdd(cards)}>${text.add}</button>`;
  const columns = columnsWith(onView, (card) => onChange(card, cards));
  return html`<${Listing} id="rate-cards" icon="tag" list=${list} text=${text} columns=${columns} keyOf=${keyOf} tools=${tools} heading=${heading} />`;
}

const keyOf = ({ currency, account, effective_from: from }) => `${currency} ${account} ${from}`;

const columnsWith = (onView, onChange) => [
  { label: text.list, of: ({ currency, name }) => html`<span class="two-lines"><span>${currency}</span><small><bdi>${name ? words.prices.agreedWith(name) : words.prices.defaultList}</bdi></small></span>` },
  { label: words.operations.state, of: ({ state }) => html`<${Pill} tone=${TONES[state]}>${text.states[state]}<//>` },
  { label: text.since, of: ({ effective_from: from }) => html`<span class="no-break"><${Instant} at=${from} zone="UTC" /></span>` },
  { label: text.count, side: "end", of: ({ prices }) => html`<bdi class="number">${prices.length}</bdi>` },
  { label: text.version, of: ({ version }) => html`<code class="version">${version?.slice(0, VERSION_SHOWN)}</code>` },
  { label: text.open, side: "end", stacked: "bare", of: (card) => html`<${Buttons} card=${card} onView=${onView} onChange=${onChange} />` },
];

function Buttons({ card, onView, onChange }) {
  const list = words.prices.listOf(card.currency, card.name);
  return html`<div class="row-buttons">
    <button type="button" class="button button-small" aria-label=${text.viewOf(list, card.effective_from.slice(0, 10))} onClick=${() => onView(card)}>${text.view}</button>
    ${card.newest && html`<button type="button" class="button button-small" aria-label=${text.changeOf(list)} onClick=${() => onChange(card)}>${text.change}</button>`}
  </div>`;
}
