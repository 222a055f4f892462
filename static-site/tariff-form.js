// What the form of a price holds, and the price that is read from it.

import { isNamed, isYesOrNo, meterOf } from "./catalogue.js";
import { readAmount, typedAmount } from "./money.js";
import { isZero } from "./tariff-words.js";
import { words } from "./words.js";

const wrong = words.prices.form.wrong;
const SERVICE_PERS = ["month", "once"];
const LONGEST_TITLE = 80;
export const SERVICE = "service";
export const TAG = "tag:";

/** Return what the form begins with: a price to change, or {meter} or nothing for a new one. */
export function typedOf(price, catalogue, language) {
  const typed = (number) => (number === undefined ? "" : typedAmount(String(number), language));
  const meter = price.service ? SERVICE : (meterOf(price, catalogue)?.name ?? price.meter ?? catalogue.meters[0]?.name ?? SERVICE);
  return {
    meter,
    service: price.service ?? "",
    title: price.title ?? "",
    per: price.per ?? persOf(meter, catalogue)[0],
    model: price.model ?? "flat",
    price: typed(price.price),
    package_size: typed(price.package_size),
    tiers: price.tiers ? price.tiers.map((tier) => ({ up_to: typed(tier.up_to ?? undefined), price: typed(tier.price) })) : [{ up_to: "", price: "" }, { up_to: "", price: "" }],
    included: typed(price.included),
    minimum: typed(price.minimum),
    maximum: typed(price.maximum),
    conditions: Object.entries(price.conditions ?? {}).map(([dimension, values]) => conditionTyped(dimension, [values].flat().map(String))),
  };
}

/** Return a condition as the form holds it; `lines` is what stands in a text field. */
export function conditionTyped(dimension, values = []) {
  const tag = dimension.startsWith(TAG);
  return { dimension: tag ? TAG : dimension, key: tag ? dimension.slice(TAG.length) : "", values, lines: values.join("\n") };
}

export function persOf(meter, { meters }) {
  if (meter === SERVICE) return SERVICE_PERS;
  return meters.find(({ name }) => name === meter)?.per ?? [];
}

/** Return what a price of this meter may depend on, a tag last. */
export function dimensionsOf(meter, { meters }) {
  if (meter === SERVICE) return [];
  return [...(meters.find(({ name }) => name === meter)?.dimensions ?? []), TAG];
}

/** Return what changes in the form with another meter: what does not fit it is dropped. */
export function withMeter(typed, meter, catalogue) {
  const pers = persOf(meter, catalogue);
  const fitting = dimensionsOf(meter, catalogue);
  return {
    ...typed,
    meter,
    per: pers.includes(typed.per) ? typed.per : pers[0],
    conditions: typed.conditions.filter(({ dimension }) => fitting.includes(dimension)),
  };
}

/** Return {price} as the API takes it, or {fields} with what is wrong. */
export function readTariff(typed, language) {
  const fields = {};
  const number = (part, { above = false, optional = false } = {}) => {
    if (optional && typed[part].trim() === "") return undefined;
    const read = readNumber(typed[part], language, above);
    if (read === null) fields[part] = above ? wrong.size : wrong.number;
    return read;
  };
  const price = {
    ...subject(typed, fields),
    ...(typed.title.trim() && { title: typed.title.trim() }),
    per: typed.per,
    ...(typed.model !== "flat" && { model: typed.model }),
    ...cost(typed, fields, number, language),
    included: number("included", { optional: true }),
    minimum: number("minimum", { optional: true }),
    maximum: number("maximum", { optional: true }),
    conditions: readConditions(typed.conditions, fields),
  };
  if (typed.title.trim().length > LONGEST_TITLE) fields.title = wrong.title;
  if (price.minimum && price.maximum && Number(price.maximum) < Number(price.minimum)) fields.maximum = wrong.limits;
  if (Object.keys(fields).length > 0) return { fields };
  return { price: Object.fromEntries(Object.entries(price).filter(([, value]) => value !== undefined)) };
}

function readNumber(typed, language, above = false) {
  const read = readAmount(typed, language);
  return read === null || read.startsWith("-") || (above && isZero(read)) ? null : read;
}

function subject({ meter, service }, fields) {
  if (meter !== SERVICE) return { meter };
  if (!/^[a-z0-9_-]{1,40}$/.test(service.trim())) fields.service = wrong.service;
  return { service: service.trim() };
}

function cost(typed, fields, number, language) {
  if (typed.model === "flat") return { price: number("price") };
  if (typed.model === "package") return { price: number("price"), package_size: number("package_size", { above: true }) };
  return { tiers: readTiers(typed.tiers, fields, language) };
}

function readTiers(typed, fields, language) {
  const tiers = typed.map(({ up_to: end, price }, place) => ({
    ...(place < typed.length - 1 && { up_to: readNumber(end, language, true) }),
    price: readNumber(price, language),
  }));
  if (tiers.some((tier) => Object.values(tier).includes(null))) fields.tiers = wrong.tiers;
  else if (tiers.some(({ up_to: end }, place) => end && place > 0 && Number(end) <= Number(tiers[place - 1].up_to))) fields.tiers = wrong.order;
  return tiers;
}

function readConditions(typed, fields) {
  const conditions = {};
  typed.forEach((condition, place) => {
    const name = condition.dimension === TAG ? `${TAG}${condition.key.trim()}` : condition.dimension;
    const values = valuesOf(condition);
    if (name === TAG) fields[`condition-${place}`] = wrong.key;
    else if (values.length === 0) fields[`condition-${place}`] = wrong.values;
    else if (conditions[name]) fields[`condition-${place}`] = wrong.twice;
    conditions[name] = values;
  });
  return typed.length > 0 ? conditions : undefined;
}

/** What is named or yes-or-no is chosen; everything else is typed, one value a line. */
function valuesOf({ dimension, values, lines }) {
  return isNamed(dimension) || isYesOrNo(dimension) ? values : linesOf(lines);
}

/** Return the lines of a text field that say something, each once. */
export function linesOf(typed) {
  return [...new Set(typed.split("\n").map((line) => line.trim()).filter(Boolean))];
}
