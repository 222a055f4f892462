// The price that something is missing: its meter, in the case that is named.

import { isNamed } from "./catalogue.js";

/** Return what the form of a new price begins with: the meter, and the offering or zone whose id is named. */
export function missingPrice({ meter, what }, catalogue) {
  if (meter?.startsWith("service:")) return { service: meter.slice("service:".length) };
  const known = catalogue.meters.find(({ name }) => name === meter);
  if (!known) return meter ? { meter } : {};
  const named = known.dimensions.filter(isNamed).map((dimension) => [dimension, (catalogue.names[dimension] ?? []).filter(({ id }) => what.includes(id)).map(({ id }) => id)]);
  const conditions = Object.fromEntries(named.filter(([, ids]) => ids.length > 0));
  return { meter, per: known.per[0], ...(Object.keys(conditions).length > 0 && { conditions }) };
}
