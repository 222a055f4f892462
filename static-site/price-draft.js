// Prices that are being changed and not yet in force. They stay in this window, also when it is loaded again.

import { monthAfter } from "./dates.js";
import { useState } from "./elements.js";
import { words } from "./words.js";

const KEY = "stacktally-prices-draft";

/** Return [the draft or null, what puts another one in its place]. */
export function useDraft() {
  const [draft, setDraft] = useState(remembered);
  const put = (changed) => {
    remember(changed);
    setDraft(changed);
  };
  return [draft, put];
}

function remembered() {
  try {
    const draft = JSON.parse(sessionStorage.getItem(KEY));
    return [draft?.prices, draft?.before, draft?.needs_person, draft?.origin].every(Array.isArray) ? draft : null;
  } catch {
    return null;
  }
}

function remember(draft) {
  try {
    if (draft) sessionStorage.setItem(KEY, JSON.stringify(draft));
    else sessionStorage.removeItem(KEY);
  } catch {
    // A browser without storage loses the draft when the page is loaded again.
  }
}

/**
 * Return a draft of a list that begins with the prices of `card`, which may have none.
 *
 * `origin` is [kind, detail]; `card` is what is in force, or a file, or what CloudStack's tariffs came to.
 */
export function draftOf({ currency, account, accountName, prices = [], after, origin, needsPerson = [], asOf = null }, now) {
  return {
    currency,
    agreed: Boolean(account),
    account: account ?? "",
    account_name: accountName ?? "",
    day: firstDay(after, now),
    time: "00:00",
    prices,
    before: prices.map(identityOf),
    origin,
    needs_person: needsPerson,
    as_of: asOf,
  };
}

/** Return the first day of the month after now, or of the one after the newest card where that is later. */
function firstDay(after, now) {
  const next = `${monthAfter(now.toISOString().slice(0, 7))}-01`;
  if (!after || after < `${next}T00:00:00Z`) return next;
  return `${monthAfter(after.slice(0, 7))}-01`;
}

/** Return the rate card as the API takes it. */
export function fileOf({ currency, agreed, account, day, time, prices }) {
  return { currency, ...(agreed && { account }), effective_from: instantOf({ day, time }), prices };
}

export function instantOf({ day, time }) {
  return `${day}T${time.length === 5 ? `${time}:00` : time}Z`;
}

export function nameOfDraft({ currency, agreed, account, account_name: name }) {
  return words.prices.listOf(currency, agreed && (name || account || words.prices.noAccount));
}

/** Return "added", "changed" or null: how a price differs from those that the draft began with. */
export function changeOf(price, { before, prices, origin }) {
  if (origin[0] !== "newest" || before.includes(identityOf(price))) return null;
  const gone = before.filter((each) => !prices.some((kept) => identityOf(kept) === each));
  return gone.some((each) => subjectOf(JSON.parse(each)) === subjectOf(price)) ? "changed" : "added";
}

function identityOf(price) {
  return JSON.stringify(sorted(price));
}

function subjectOf({ meter, usage_type, service, conditions }) {
  return JSON.stringify(sorted({ meter: meter ?? usage_type, service, conditions: sorted(conditions ?? {}) }));
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Return the prices without what is null, their meters by name: as they are edited and sent. */
export function editable(prices, { meters }) {
  return prices.map((price) => {
    const given = Object.entries(price).filter(([, value]) => value !== null && value !== undefined);
    const { usage_type: type, ...kept } = Object.fromEntries(given);
    if (kept.meter || kept.service || type === undefined) return kept;
    const meter = meters.find((each) => each.usage_type === type && !each.part_of);
    return meter ? { meter: meter.name, ...kept } : { usage_type: type, ...kept };
  });
}

/** Return {general, fields, rows} of what the API refuses: of the whole, of its fields, and by the place of the price. */
export function placed({ message, fields = {} }) {
  const found = { general: [], fields: {}, rows: {} };
  for (const [name, told] of Object.entries(fields)) {
    const why = inWords(told);
    const [, place, part] = name.match(/^prices?[[.](\d+)\]?\.?(.*)$/) ?? [];
    if (place !== undefined) found.rows[place] = { ...found.rows[place], [part.split(/[.[]/)[0] || "whole"]: why };
    else if (["effective_from", "account"].includes(name)) found.fields[name] = why;
    else found.general.push(why);
  }
  if (Object.keys(fields).length === 0) found.general.push(inWords(message));
  return found;
}

/** The API counts prices from 0, people from 1. */
function inWords(message) {
  return message.replace(/prices\[(\d+)\]/g, (_, place) => words.prices.editor.place(Number(place) + 1));
}
