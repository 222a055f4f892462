// The taxes of a document: rounded once for each rate, with the notes that explain them.

import { Rate } from "./charge-notes.js";
import { Locale, Money, Percent, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { formatMoney } from "./money.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.invoice;

export function InvoiceTaxes({ document: { taxes, tax, in_tax_currency: inTaxCurrency, exchange_rates: rates, currency } }) {
  const { language } = useContext(Locale);
  const total = { name: text.total, amount: tax };
  return html`<section class="card document-taxes" aria-labelledby="taxes-title">
    <h2 id="taxes-title"><${Icon} name="scales" />${text.taxes}</h2>
    <${Table} labelledBy="taxes-title" caption=${text.taxes} columns=${columns} rows=${taxes} total=${total} keyOf=${({ key }) => key} />
    ${inTaxCurrency && html`<div class="rates"><p class="note"><bdi>${text.inTaxCurrency(formatMoney(inTaxCurrency.tax, language))}</bdi></p><${Rates} rates=${inTaxCurrency.rates ?? []} /></div>`}
    ${rates.length > 0 && html`<div class="rates"><p class="note"><bdi>${words.charges.rates.fixed(currency)}</bdi></p><${Rates} rates=${rates} /></div>`}
  </section>`;
}

function Rates({ rates }) {
  return html`<ul>${rates.map((rate) => html`<li key=${`${rate.base}${rate.quote}${rate.date}`} class="note"><${Rate} rate=${rate} /></li>`)}</ul>`;
}

const columns = [
  { label: text.tax, of: (group) => html`<${TaxName} group=${group} />` },
  { label: text.percent, side: "end", of: ({ percent }) => percent && html`<${Percent} percent=${percent} />` },
  { label: text.taxable, side: "end", of: ({ taxable }) => taxable && html`<${Money} money=${taxable} />` },
  { label: text.amount, side: "end", of: ({ amount }) => html`<${Money} money=${amount} />` },
];

/** Its parts, such as CGST and SGST, and why a tax is not charged, stand below the name. */
function TaxName({ group: { name, note, parts = [] } }) {
  return html`<span class="two-lines"><bdi>${name}</bdi>
    ${parts.map((part) => html`<small key=${part.name}><bdi>${part.name} <${Percent} percent=${part.percent} />: <${Money} money=${part.amount} /></bdi></small>`)}
    ${note && html`<small><bdi>${note}</bdi></small>`}</span>`;
}
