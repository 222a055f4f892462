// What an agreement says, in words.

import { kindOfService, serviceTitle } from "./catalogue.js";
import { formatMoney, formatPercent } from "./money.js";
import { formatNumber, formatUnits } from "./tariff-words.js";
import { words } from "./words.js";

const text = words.agreements;
const said = text.sentences;

const SENTENCES = {
  adjustment: ({ percent, scope }, catalogue, language) => {
    const shown = formatPercent(percent.replace("-", ""), language);
    return (percent.startsWith("-") ? said.discount : said.surcharge)(shown, scopeOf(scope, catalogue));
  },
  commitment: ({ amount }, _, language) => said.commitment(formatMoney(amount, language)),
  credit: ({ amount }, _, language) => said.credit(formatMoney(amount, language)),
  free_quota: ({ meter, quantity, per }, { meters }, language) =>
    said.freeQuota(formatUnits(quantity, words.prices.tariff.units[per] ?? per, language), meters.find(({ name }) => name === meter)?.title ?? meter),
  service: ({ service, quantity }, catalogue, language) => said.service(formatNumber(quantity, language), serviceTitle(service, catalogue)),
};

/** Return "10% discount on everything", or the name of a kind that is not known here. */
export function sayAgreement(agreement, catalogue, language) {
  return SENTENCES[agreement.kind]?.(agreement, catalogue, language) ?? agreement.kind;
}

function scopeOf(scope, catalogue) {
  const [, kind, id] = String(scope ?? "all").match(/^(\w+):(.*)$/) ?? [];
  if (kind === "service") return kindOfService(id);
  if (kind !== "meter") return text.scopes.all;
  if (id.startsWith("service:")) return serviceTitle(id.slice("service:".length), catalogue);
  return catalogue.meters.find(({ name }) => name === id)?.title ?? id;
}
