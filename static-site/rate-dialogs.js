// The dialogs of the exchange rates: adding one by hand, and the history of a pair.

import { pricing } from "./api.js";
import { FormDialog, useSending } from "./dialogs.js";
import { Locale, html, useContext, useState } from "./elements.js";
import { rateColumns } from "./exchange-rate-columns.js";
import { CurrencyField, DayField, NumberField } from "./fields.js";
import { ListingBody } from "./listing.js";
import { readAmount } from "./money.js";
import { usePages } from "./pages.js";
import { isZero } from "./tariff-words.js";
import { ViewDialog } from "./view-dialog.js";
import { words } from "./words.js";

const text = words.prices.rates;

export function AddRateDialog({ base, quote, currencies, onDone, onClose }) {
  const { language } = useContext(Locale);
  const [typed, setTyped] = useState({ base, quote, date: "", rate: "" });
  const sending = useSending((rate) => onDone(text.added(text.equation(rate.base, rate.rate, rate.quote))));
  const { fields } = sending;
  const change = (part) => setTyped({ ...typed, ...part });
  const submit = () => {
    const rate = { ...typed, rate: readAmount(typed.rate, language) };
    const wrong = wrongOf(rate);
    if (Object.keys(wrong).length > 0) sending.refuse(wrong);
    else sending.send(() => pricing.addRate(rate));
  };
  const hint = text.rateHint(typed.base || "EUR", typed.quote || "KWD");
  return html`<${FormDialog} title=${text.addTitle} intro=${text.addIntro} sending=${sending} confirm=${text.addConfirm} onSubmit=${submit} onClose=${onClose}>
    <div class="field-row">
      <${CurrencyField} id="base" label=${text.base} hint=${text.baseHint} currencies=${currencies} value=${typed.base} error=${fields.base} onChange=${(value) => change({ base: value })} />
      <${CurrencyField} id="quote" label=${text.quote} hint=${text.quoteHint} currencies=${currencies} value=${typed.quote} error=${fields.quote} onChange=${(value) => change({ quote: value })} />
    </div>
    <${NumberField} id="rate" label=${text.rateField} hint=${hint} value=${typed.rate} error=${fields.rate} onChange=${(rate) => change({ rate })} />
    <${DayField} id="date" label=${text.day} value=${typed.date} error=${fields.date} onChange=${(date) => change({ date })} />
  <//>`;
}

function wrongOf({ base, quote, date, rate }) {
  const unknown = (currency) => !/^[A-Z]{3}$/.test(currency) && text.wrong.currency;
  const wrong = {
    base: unknown(base),
    quote: unknown(quote) || (quote === base && text.wrong.same),
    date: date === "" && text.wrong.day,
    rate: (rate === null || rate.startsWith("-") || isZero(rate)) && text.wrong.rate,
  };
  return Object.fromEntries(Object.entries(wrong).filter(([, why]) => why));
}

export function RateHistoryDialog({ base, quote, onClose }) {
  const list = usePages((next) => pricing.rates({ base, quote }, next), "rates", { key: `${base} ${quote}` });
  const title = text.historyOf(`${base} – ${quote}`);
  return html`<${ViewDialog} title=${title} onClose=${onClose}>
    <${ListingBody} title="dialog-title" icon="coins" list=${list} text=${{ ...text, title }} columns=${rateColumns} keyOf=${({ date }) => date} />
  <//>`;
}
