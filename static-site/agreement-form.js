// What the form of an agreement holds, and the agreement that is read from it.

import { readAmount } from "./money.js";
import { isZero } from "./tariff-words.js";
import { words } from "./words.js";

const wrong = words.agreements.form.wrong;

/** Return what the form begins with. */
export function startingAgreement({ meters, services }) {
  return {
    kind: "adjustment",
    direction: "discount",
    percent: "",
    scope: "all",
    scope_service: meters[0]?.service ?? "",
    scope_meter: meters[0]?.name ?? "",
    amount: "",
    meter: meters[0]?.name ?? "",
    per: meters[0]?.per[0] ?? "",
    service: services[0]?.id ?? "",
    quantity: "",
    prorated: "true",
    from: "",
    until: "",
    note: "",
  };
}

/** Return {agreement} as the API takes it, or {fields} with what is wrong. */
export function readAgreement(typed, { currency, language, services }) {
  const fields = {};
  const number = (part, why) => {
    const read = readAmount(typed[part], language);
    if (read === null || read.startsWith("-") || isZero(read)) fields[part] = why;
    return read;
  };
  const agreement = { kind: typed.kind, from: typed.from, ...PARTS[typed.kind](typed, number, { currency, services }) };
  if (isOnce(typed, services)) agreement.until = null;
  else agreement.until = typed.until || null;
  if (typed.note.trim()) agreement.note = typed.note.trim();
  if (typed.from === "") fields.from = wrong.from;
  else if (agreement.until && agreement.until <= typed.from) fields.until = wrong.order;
  if (typed.kind === "service" && typed.service === "") fields.service = wrong.service;
  return Object.keys(fields).length > 0 ? { fields } : { agreement };
}

/** Return whether the service that is chosen is billed once. */
export function isOnce({ kind, service }, services) {
  return kind === "service" && services.find(({ id }) => id === service)?.per === "once";
}

const PARTS = {
  adjustment: (typed, number) => {
    const percent = number("percent", wrong.percent);
    return { percent: typed.direction === "discount" ? `-${percent}` : percent, scope: scopeOf(typed) };
  },
  commitment: (_, number, { currency }) => ({ amount: { amount: number("amount", wrong.number), currency } }),
  credit: (_, number, { currency }) => ({ amount: { amount: number("amount", wrong.number), currency } }),
  free_quota: ({ meter, per }, number) => ({ meter, quantity: number("quantity", wrong.number), per }),
  service: (typed, number, { services }) => ({
    service: typed.service,
    quantity: number("quantity", wrong.number),
    prorated: !isOnce(typed, services) && typed.prorated === "true",
  }),
};

function scopeOf({ scope, scope_service: service, scope_meter: meter }) {
  if (scope === "all") return "all";
  return scope === "service" ? `service:${service}` : `meter:${meter}`;
}
