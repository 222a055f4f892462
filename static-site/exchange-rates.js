// The exchange rates from the currency of the base list: the newest of each, adding one, fetching them.

import { pricing } from "./api.js";
import { asSentence, html, useRef, useState } from "./elements.js";
import { rateColumns } from "./exchange-rate-columns.js";
import { Icon } from "./icons.js";
import { Listing } from "./listing.js";
import { usePages } from "./pages.js";
import { AddRateDialog, RateHistoryDialog } from "./rate-dialogs.js";
import { words } from "./words.js";

const text = words.prices.rates;

/** `adding` is undefined, or the currency whose rate is being added, which may be empty. */
export function ExchangeRates({ turn, currencies, adding, onAdding, announce, refresh }) {
  const list = usePages((next) => pricing.rates({}, next), "rates", { turn });
  const [history, setHistory] = useState(null);
  const base = list.first?.base ?? "";
  const missing = list.first?.missing ?? [];
  const added = (sentence) => {
    onAdding(null);
    announce(sentence);
    refresh();
  };
  const told = { ...text, intro: base ? text.intro(base) : undefined };
  const tools = html`<span class="tools"><button type="button" class="button" onClick=${() => onAdding("")}>${text.add}</button><${FetchRates} announce=${announce} /></span>`;
  return html`<${Listing} id="exchange-rates" icon="coins" list=${list} text=${told} columns=${columnsWith(setHistory)} keyOf=${({ base, quote }) => `${base} ${quote}`} tools=${tools}>
      ${list.phase === "ready" && missing.length > 0 && html`<div class="stale"><${Icon} name="warning" /><p><bdi>${text.missing(missing)}</bdi></p>
        <button type="button" class="button-plain" onClick=${() => onAdding(missing[0])}>${words.prices.missing.addRate}</button></div>`}
    <//>
    ${adding !== undefined && html`<${AddRateDialog} base=${base} quote=${adding} currencies=${currencies} onDone=${added} onClose=${() => onAdding(null)} />`}
    ${history && html`<${RateHistoryDialog} base=${history.base} quote=${history.quote} onClose=${() => setHistory(null)} />`}`;
}

const columnsWith = (onHistory) => [
  ...rateColumns,
  { label: text.history, side: "end", stacked: "bare", of: (rate) => html`<div class="row-buttons"><button type="button" class="button button-small" aria-label=${text.historyOf(`${rate.base} – ${rate.quote}`)} onClick=${() => onHistory(rate)}>${text.history}</button></div>` },
];

function FetchRates({ announce }) {
  const [busy, setBusy] = useState(false);
  const asking = useRef(false);
  const fetchNow = async () => {
    if (asking.current) return;
    asking.current = true;
    setBusy(true);
    const said = await pricing.fetchRates().then(() => text.fetching, (error) => asSentence(error.message));
    announce(said);
    asking.current = false;
    setBusy(false);
  };
  return html`<button type="button" class="button" aria-disabled=${String(busy)} onClick=${fetchNow}>${text.fetch}</button>`;
}
