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

function scopeOf(scope, { meters, services }) {
  const [kind, id] = String(scope ?? "all").split(":");
  if (kind === "meter") return meters.find(({ name }) => name === id)?.title ?? id;
  if (kind === "service") return services.find((service) => service.id === id)?.title || kindOfService(id);
  return text.scopes.all;
}
