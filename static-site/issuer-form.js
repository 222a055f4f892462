// What the form of an issuer holds, and the issuer that is read from it.

import { readWhole } from "./page-form.js";
import { readParty, typedParty } from "./party-fields.js";
import { told } from "./money-form.js";
import { words } from "./words.js";

const { wrong } = words.issuers;
const WHOLE = ["due_days", "grace_days", "longest_number"];
const NEW = {
  party: null,
  time_zone: "",
  series: { invoice: "INV-{year}-{n:05}", credit_note: "CN-{year}-{n:05}", receipt: "RC-{year}-{n:05}" },
  taxes: [],
  fiscal_year_start: 1,
  longest_number: null,
  due_days: 14,
  grace_days: 2,
  tax_currency: "",
  tax_rate_day: "period_end",
  bank: { holder: "", iban: "", bic: "", name: "" },
  header: "",
  footer: "",
  dunning: { before: 3, before_every: 0, every: 7, final_after: 21 },
};

/** Return an issuer, or a new one, as the form holds it: numbers are text. */
export function typedIssuer(issuer, thisMonth) {
  const { id = "", first_period: first = thisMonth, ...given } = { ...NEW, ...issuer };
  return {
    ...given,
    id,
    first_period: first,
    party: typedParty(given.party),
    fiscal_year_start: String(given.fiscal_year_start),
    ...Object.fromEntries(WHOLE.map((part) => [part, given[part] === null ? "" : String(given[part])])),
    dunning: Object.fromEntries(Object.entries(given.dunning).map(([part, days]) => [part, String(days)])),
  };
}

/** Return {issuer} as the API takes it, or {fields} with what is wrong. */
export function readIssuer(typed, { isNew, taken }) {
  const { party, wrong: wrongParty } = readParty(typed.party);
  const numbers = readNumbers(typed);
  const fields = told({
    id: isNew && wrongId(typed.id.trim(), taken),
    ...wrongParty,
    time_zone: typed.time_zone.trim() === "" && wrong.zone,
    first_period: !/^\d{4}-\d{2}$/.test(typed.first_period) && wrong.first,
    ...Object.fromEntries(Object.entries(typed.series).map(([kind, template]) => [`series.${kind}`, !/\{n(:0\d)?\}/.test(template) && wrong.template])),
    taxes: typed.taxes.length === 0 && wrong.taxes,
    ...numbers.wrong,
  });
  if (Object.keys(fields).length > 0) return { fields };
  const { time_zone, first_period, series, taxes, tax_currency, tax_rate_day, bank, header, footer } = typed;
  return {
    issuer: {
      party,
      time_zone: time_zone.trim(),
      first_period,
      series: Object.fromEntries(Object.entries(series).map(([kind, template]) => [kind, template.trim()])),
      taxes,
      tax_currency: tax_currency.trim(),
      tax_rate_day,
      bank,
      header: header.trim(),
      footer: footer.trim(),
      fiscal_year_start: Number(typed.fiscal_year_start),
      ...numbers.read,
    },
  };
}

function wrongId(id, taken) {
  if (!/^[a-z0-9-]{1,40}$/.test(id)) return wrong.id;
  return taken.includes(id) && wrong.idTaken;
}

/** The longest number may be left open; days may not. */
function readNumbers(typed) {
  const found = { wrong: {}, read: { dunning: {} } };
  const take = (field, text, optional, put) => {
    const { number, wrong: isWrong } = readWhole(text);
    if (isWrong || (number === null && !optional)) found.wrong[field] = wrong.number;
    else put(number);
  };
  for (const part of WHOLE) take(part, typed[part], part === "longest_number", (number) => (found.read[part] = number));
  for (const [part, days] of Object.entries(typed.dunning)) take(`dunning.${part}`, days, false, (number) => (found.read.dunning[part] = number));
  return found;
}

/** Return the number that a template makes; the fiscal year begins in the month `start`. */
export function exampleNumber(template, { n, start, today }) {
  const [year, month] = today.split("-").map(Number);
  const first = month < start ? year - 1 : year;
  const fiscal = start === 1 ? String(first) : `${first}-${String((first + 1) % 100).padStart(2, "0")}`;
  const parts = { fy: fiscal, year: String(first), yy: String(first % 100).padStart(2, "0") };
  return template.replace(/\{(n|fy|year|yy)(?::0([1-9]))?\}/g, (_, name, digits) => (name === "n" ? String(n).padStart(Number(digits ?? 1), "0") : parts[name]));
}

/** Return the number that comes next in a series; 1 where it has none yet. */
export function nextOf(series, kind, template, { start, today }) {
  const year = /\{(fy|year|yy)\}/.test(template) ? exampleNumber("{fy}", { n: 1, start, today }) : "all";
  return series.find((each) => each.kind === kind && each.fiscal_year === year)?.next ?? 1;
}
