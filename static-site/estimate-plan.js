// The rows of a planned deployment: which fields each has, and how they are read for the API.

import { readAmount } from "./money.js";
import { words } from "./words.js";

const text = words.estimate.fields;
const SERVICE = "service:";
const CUSTOM = "custom";
const SIZE = ["vcpus", "mhz", "memory_mib"];
const BY_QUANTITY = new Set(["GiB", "request"]);
const BY_SIZE = new Set(["GiB-hour"]);
// CloudStack measures how large a bucket is, not for how long.
const WITHOUT_HOURS = new Set(["bucket"]);
const CHOSEN = new Set(["offering", "zone", "template"]);
// What the offerings of a meter are of, by its service; of any other they may be of anything.
const OFFERED = { virtual_machines: "machines", volumes: "volumes", snapshots: "volumes", networks: "networks" };
const START = { offering: "", zone: "", template: "", operating_system: "", vcpus: "2", mhz: "2000", memory_mib: "4096", count: "1", hours: "730", size_gib: "", quantity: "" };
let made = 0;

/** Return a new row; it is of the first meter that there is, which is the running VM. */
export function newRow(catalogue) {
  made += 1;
  const [meter] = meterChoices(catalogue);
  const what = meter ? meter.name : SERVICE + catalogue.services[0].id;
  return withWhat({ ...START, key: `row-${made}` }, what, catalogue);
}

/** Return the row with something else planned, and the offering that is likeliest for it. */
export function withWhat(row, what, catalogue) {
  const meter = meterOf(what, catalogue);
  const offering = isMachine(meter) ? (offeringsOf(meter, catalogue)[0]?.id ?? CUSTOM) : "";
  return { ...row, what, offering, ...(!meter && row.quantity === "" && { quantity: "1" }) };
}

/** Return the meters that can be planned: a part of one comes with it. */
export function meterChoices({ meters }) {
  return meters.filter(({ part_of: whole }) => !whole);
}

/** Return the value of the choice for a service that CloudStack does not measure. */
export function serviceChoice(id) {
  return SERVICE + id;
}

/** Return the meter of a row; undefined for a service. */
export function meterOf(what, { meters }) {
  return meters.find(({ name }) => name === what);
}

/** Return whether a meter is of machines, which can have a size of their own. */
export function isMachine(meter) {
  return Boolean(meter?.dimensions.includes("vcpus"));
}

/** Return the offerings that something of a meter may have. */
export function offeringsOf({ service }, { names }) {
  return names.offering.filter(({ offers }) => !offers || !OFFERED[service] || offers === OFFERED[service]);
}

/** Return the names of the fields that a row has at once, in order. */
export function fieldsOf({ what, offering }, catalogue) {
  const meter = meterOf(what, catalogue);
  if (!meter) return ["quantity"];
  const fields = [];
  if (meter.dimensions.includes("offering") && (isMachine(meter) || offeringsOf(meter, catalogue).length > 0)) fields.push("offering");
  if (isMachine(meter) && offering === CUSTOM) fields.push(...SIZE);
  if (BY_SIZE.has(meter.unit)) fields.push("size_gib");
  if (meter.dimensions.includes("zone") && catalogue.names.zone.length > 1) fields.push("zone");
  if (BY_QUANTITY.has(meter.unit)) return [...fields, "quantity"];
  return [...fields, "count", ...(WITHOUT_HOURS.has(meter.name) ? [] : ["hours"])];
}

/** Return the names of the further fields of a row, which prices may depend on, and few do. */
export function furtherFieldsOf({ what }, catalogue) {
  const dimensions = meterOf(what, catalogue)?.dimensions ?? [];
  const known = { template: catalogue.names.template.length > 0, operating_system: true };
  return dimensions.filter((name) => known[name]);
}

/** Return {plan, places} as the API takes it, `places` telling each one's row, or {fields} with what is wrong where. */
export function readPlan(rows, catalogue, language) {
  const read = rows.map((row) => readRow(row, catalogue, language));
  const fields = Object.assign({}, ...read.map(({ wrong }) => wrong));
  if (Object.keys(fields).length > 0) return { fields };
  const [items, services] = [read.filter(({ meter }) => meter), read.filter(({ meter }) => !meter)];
  const places = { items: items.map(({ key }) => key), services: services.map(({ key }) => key) };
  return { plan: { items: items.map(({ value }) => value), services: services.map(({ value }) => value) }, places };
}

function readRow(row, catalogue, language) {
  const meter = meterOf(row.what, catalogue);
  const [value, dimensions, wrong] = [{}, {}, {}];
  for (const field of [...fieldsOf(row, catalogue), ...furtherFieldsOf(row, catalogue)]) {
    const isText = CHOSEN.has(field) || field === "operating_system";
    const typed = isText ? row[field].trim() : readAmount(row[field], language);
    if (!isText && wrongNumber(row[field], typed)) wrong[fieldId(row.key, field)] = wrongNumber(row[field], typed);
    if (!isText && !SIZE.includes(field)) value[field] = typed;
    else if (typed !== "" && typed !== CUSTOM) dimensions[field] = typed;
  }
  Object.assign(dimensions, sizeOf(dimensions.offering, meter, catalogue));
  if (!meter) return { key: row.key, wrong, value: { service: row.what.slice(SERVICE.length), ...value } };
  const measured = { meter: meter.name, ...value, ...(Object.keys(dimensions).length > 0 && { dimensions }) };
  return { key: row.key, wrong, meter, value: { count: "1", ...measured } };
}

/** Return the size that an offering gives a machine, which its price may depend on. */
function sizeOf(offering, meter, { names }) {
  return isMachine(meter) ? names.offering.find(({ id }) => id === offering)?.size : null;
}

function wrongNumber(typed, number) {
  if (typed.trim() === "") return text.missing;
  if (number === null) return text.number;
  return number.startsWith("-") ? text.positive : null;
}

/** Return the id of a row's field. */
export function fieldId(key, field) {
  return `${key}-${field}`;
}

/** Return {errors, others}: the API's `fields` by the id of the field they are about, and those about none. */
export function errorsOf(fields, rows, places, catalogue) {
  const [errors, others] = [{}, []];
  for (const [name, why] of Object.entries(fields)) {
    const id = rows.some(({ key }) => name.startsWith(`${key}-`)) ? name : idOf(name, rows, places, catalogue);
    if (id) errors[id] = why;
    else others.push(`${name}: ${why}`);
  }
  return { errors, others };
}

/** The API calls a field "items[0].dimensions.offering"; one without a place is that of the only row. */
function idOf(name, rows, places, catalogue) {
  const [, list, place] = /\b(items|services)\W+(\d+)/.exec(name) ?? [];
  const key = list ? places?.[list]?.[Number(place)] : rows.length === 1 && rows[0].key;
  const row = rows.find((each) => each.key === key);
  if (!row) return null;
  const last = name.split(/\W+/).filter(Boolean).at(-1);
  const field = [...fieldsOf(row, catalogue), ...furtherFieldsOf(row, catalogue)].includes(last) ? last : "what";
  return fieldId(key, field);
}
