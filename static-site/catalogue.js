// What can be priced: the meters with their parts, the names of offerings and zones, the services of the rate cards.

import { createContext } from "./elements.js";
import { words } from "./words.js";

const text = words.prices;

/** The catalogue as the API lists it. */
export const Catalogue = createContext({ meters: [], names: {}, services: [] });

/** Return the meter that a price is for; undefined for a service, and where nobody knows it. */
export function meterOf(price, { meters }) {
  if (price.service) return undefined;
  if (price.meter) return meters.find(({ name }) => name === price.meter);
  return meters.find(({ usage_type: type, part_of: whole }) => type === price.usage_type && !whole);
}

/** Return what people call that which a price is for. */
export function titleOf(price, catalogue) {
  if (price.title) return price.title;
  if (price.service) return serviceTitle(price.service, catalogue);
  return meterOf(price, catalogue)?.title ?? text.tariff.unknownMeter(price.meter ?? price.usage_type);
}

export function serviceTitle(id, { services }) {
  return services.find((service) => service.id === id)?.title || id;
}

/** Return the meters as [name, label] pairs, the parts of one below it and indented. */
export function meterOptions({ meters }) {
  const whole = meters.filter(({ part_of: of }) => !of);
  return whole.flatMap((meter) => [
    [meter.name, meter.title],
    ...meters.filter(({ part_of: of }) => of === meter.name).map(({ name, title }) => [name, text.form.part(title)]),
  ]);
}

/** Return the kinds of service that the meters belong to, as [id, label] pairs. */
export function kindsOfService({ meters }) {
  return [...new Set(meters.map(({ service }) => service))].map((id) => [id, kindOfService(id)]);
}

export function kindOfService(id) {
  return words.agreements.services[id] ?? id;
}

/** Return the conditions of a price as [{name, values}], each in words. */
export function conditionsOf({ conditions }, catalogue) {
  return Object.entries(conditions ?? {}).map(([dimension, values]) => ({
    name: dimensionTitle(dimension),
    values: [values].flat().map((value) => valueTitle(dimension, value, catalogue)),
  }));
}

export function dimensionTitle(dimension) {
  if (dimension.startsWith("tag:")) return text.tariff.tag(dimension.slice(4));
  return text.tariff.dimensions[dimension] ?? dimension;
}

function valueTitle(dimension, value, { names }) {
  if (isYesOrNo(dimension)) return value === "true" ? text.tariff.yes : text.tariff.no;
  return names[dimension]?.find(({ id }) => id === value)?.name || value;
}

/** Return whether a dimension is either so or not. */
export function isYesOrNo(dimension) {
  return ["source_nat", "system", "default"].includes(dimension);
}

/** Return whether the values of a dimension are ids that CloudStack has names for. */
export function isNamed(dimension) {
  return ["offering", "zone", "template"].includes(dimension);
}
