// What stands beside amounts so that they are not misread: what has no price yet, and at which exchange rate.

import { Locale, asSentence, html, useContext } from "./elements.js";
import { formatExactly } from "./charge-texts.js";
import { formatDate } from "./dates.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

const text = words.charges;

/** What was used and has no price, or no exchange rate: named, and not in any total. */
export function Missing({ missing, text: told = text.missing }) {
  if (missing.length === 0) return null;
  return html`<section class="notices missing" aria-label=${told.title}>
    <p class="missing-title"><${Icon} name="warning" /><strong>${told.title}</strong></p>
    <p>${told.next}</p>
    <ul>${missing.map((each, place) => html`<li key=${place}><${MissingOne} missing=${each} text=${told} /></li>`)}</ul>
  </section>`;
}

function MissingOne({ missing: { what, message, usages }, text: told }) {
  const counted = usages ? told.usages(usages) : "";
  return html`<span><strong><bdi>${what}</bdi></strong>${counted && html` <bdi>(${counted})</bdi>`}${message && html`<br /><bdi>${asSentence(message)}</bdi>`}</span>`;
}

/** At which rates the amounts in `currency` were converted, each with its day and where it is from. */
export function ExchangeRates({ rates, currency, indicative }) {
  if (rates.length === 0 && !indicative) return null;
  return html`<div class="rates" role="group" aria-label=${text.rates.title}>
    <p class="note"><bdi>${indicative ? text.rates.indicative(currency) : text.rates.fixed(currency)}</bdi></p>
    <ul>${rates.map((rate) => html`<li key=${`${rate.base}${rate.quote}${rate.date}`} class="note"><${Rate} rate=${rate} /></li>`)}</ul>
  </div>`;
}

/** One rate: "1 EUR = 0.3312 KWD of 24 November 2026, European Central Bank". */
export function Rate({ rate: { base, quote, date, rate, source } }) {
  const { language } = useContext(Locale);
  const day = formatDate(`${date}T00:00:00Z`, language, "UTC");
  return html`<bdi><bdi class="rate" dir="ltr">${text.rates.rate(base, formatExactly(rate, language), quote)}</bdi>${" "}
    ${text.rates.of(day, text.rates.sources[source] ?? source)}</bdi>`;
}
