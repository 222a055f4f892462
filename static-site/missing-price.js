// The price that something is missing: its meter, in the case that is named.

const SERVICE = "service:";

/** Return what the form of a new price begins with. */
export function missingPrice({ meter, dimensions }) {
  if (meter?.startsWith(SERVICE)) return { service: meter.slice(SERVICE.length) };
  const told = Object.entries(dimensions ?? {}).filter(([, value]) => value);
  const conditions = Object.fromEntries(told.map(([dimension, value]) => [dimension, [value]]));
  return { ...(meter && { meter }), ...(told.length > 0 && { conditions }) };
}
