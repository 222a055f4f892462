// The columns of a table of prices: what, in what case, per what, how much.

import { Catalogue, conditionsOf, titleOf } from "./catalogue.js";
import { Locale, Pill, asSentence, html, useContext } from "./elements.js";
import { extrasOf, perOf, sentenceOf } from "./tariff-words.js";
import { words } from "./words.js";

const text = words.prices.tariff;

/** `noteOf` returns {pill, wrong} of a price: what is said of it beside its name. */
export const tariffColumns = (currency, noteOf = () => ({})) => [
  { label: text.what, of: (price) => html`<${What} price=${price} ...${noteOf(price)} />` },
  { label: text.conditions, of: (price) => html`<${Conditions} price=${price} />` },
  { label: text.per, of: (price) => html`<span class="price-per">${perOf(price)}</span>` },
  { label: text.price, of: (price) => html`<${Price} price=${price} currency=${currency} />` },
];

function What({ price, pill, wrong }) {
  const catalogue = useContext(Catalogue);
  const title = titleOf(price, catalogue);
  return html`<bdi>${title}</bdi>${pill && html` <${Pill} tone=${pill.tone}>${pill.label}<//>`}
    ${price.service && price.service !== title && html`<p class="cell-hint"><bdi>${price.service}</bdi></p>`}
    ${wrong?.map((why) => html`<p key=${why} class="cell-note"><bdi>${asSentence(why)}</bdi></p>`)}`;
}

function Conditions({ price }) {
  const conditions = conditionsOf(price, useContext(Catalogue));
  if (conditions.length === 0) return html`<span class="muted">${text.everything}</span>`;
  return html`<ul class="price-conditions">${conditions.map(({ name, values }) => html`<li key=${name}><bdi>${text.condition(name, values)}</bdi></li>`)}</ul>`;
}

function Price({ price, currency }) {
  const { language } = useContext(Locale);
  return html`<div class="price-said"><bdi>${sentenceOf(price, currency, language)}</bdi>
    ${extrasOf(price, currency, language).map((extra) => html`<small key=${extra}><bdi>${extra}</bdi></small>`)}</div>`;
}
