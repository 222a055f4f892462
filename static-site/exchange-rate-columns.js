// The columns of a table of exchange rates: the rate as an equation, its day, where it comes from.

import { formatDate } from "./dates.js";
import { Locale, html, useContext } from "./elements.js";
import { formatNumber } from "./tariff-words.js";
import { words } from "./words.js";

const text = words.prices.rates;

export const rateColumns = [
  { label: text.rate, of: (rate) => html`<${Equation} rate=${rate} />` },
  { label: text.date, of: ({ date }) => html`<${Day} day=${date} />` },
  { label: text.source, of: ({ source }) => text.sources[source] ?? source },
];

function Equation({ rate: { base, quote, rate } }) {
  const { language } = useContext(Locale);
  return html`<bdi class="number">${text.equation(base, formatNumber(rate, language), quote)}</bdi>`;
}

export function Day({ day }) {
  const { language } = useContext(Locale);
  return html`<time class="no-break" datetime=${day} lang=${language}>${formatDate(`${day}T00:00:00Z`, language, "UTC")}</time>`;
}
