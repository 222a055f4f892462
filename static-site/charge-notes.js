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

/** That a price is what is missing, the title says. */
function MissingOne({ missing: { kind, what, message, usages }, text: told }) {
  const counted = usages ? told.usages(usages) : "";
  const why = kind === "price" ? "" : (told.why[kind] ?? asSentence(message));
  return html`<span><strong><bdi>${what}</bdi></strong>${counted && html` <bdi>(${counted})</bdi>`}${why && html`<br /><bdi>${why}</bdi>`}</span>`;
}

/** At which rates the amounts in `currency` were converted, each with its day and where it is from. */
export function ExchangeRates({ rates, currency, indicative }) {
  if (rates.length === 0 && !indicative) return null;
  return html`<div class="rates" role="group" aria-label=${text.rates.title}>
    <p class="note"><bdi>${indicative ? text.rates.indicative(currency) : text.rates.fixed(currency)}</bdi></p>
    <ul>${rates.map((rate) => html`<li key=${`${rate.base}${rate.quote}${rate.date}`} class="note"><${Rate} rate=${rate} /></li>`)}</ul>
  </div>`;
}

/** The same in a sentence of its own, below an amount. */
export function ConvertedAt({ rates, indicative }) {
  const { language } = useContext(Locale);
  if (rates.length === 0) return null;
  return html`<p class="note converted"><bdi>${text.rates.converted(rates.map((rate) => rateTold(rate, language)), indicative)}</bdi></p>`;
}

/** One rate: "1 EUR = 0.3312 KWD of 24 November 2026, European Central Bank". */
export function Rate({ rate }) {
  const { language } = useContext(Locale);
  return html`<bdi><bdi class="rate" dir="ltr">${factorOf(rate, language)}</bdi> ${originOf(rate, language)}</bdi>`;
}

function rateTold(rate, language) {
  return `${factorOf(rate, language)} ${originOf(rate, language)}`;
}

function factorOf({ base, quote, rate }, language) {
  return text.rates.rate(base, formatExactly(rate, language), quote);
}

function originOf({ date, source }, language) {
  return text.rates.of(formatDate(`${date}T00:00:00Z`, language, "UTC"), text.rates.sources[source] ?? source);
}
