// The prices of the operator's page: what is missing, the rate cards, changing them, the exchange rates.

import { pricing } from "./api.js";
import { BeginDialog } from "./begin-dialog.js";
import { Catalogue } from "./catalogue.js";
import { useHeading } from "./dialogs.js";
import { DiscardDialog, DraftNotice } from "./draft-notice.js";
import { asSentence, html, useState } from "./elements.js";
import { ExchangeRates } from "./exchange-rates.js";
import { useLoad } from "./load.js";
import { missingPrice } from "./missing-price.js";
import { MissingPrices } from "./missing-prices.js";
import { placed, useDraft } from "./price-draft.js";
import { PriceEditor } from "./price-editor.js";
import { PricePreview } from "./price-preview.js";
import { beginDraft } from "./price-sources.js";
import { RateCardView } from "./rate-card-view.js";
import { RateCards, newestOf } from "./rate-cards.js";
import { readAll } from "./read-all.js";
import { Failed, Skeleton } from "./states.js";
import { words } from "./words.js";

const text = words.prices;

/** `missing` is what `useLoad` tells of the missing prices. */
export function Prices(props) {
  const { phase, data, error, reload } = useLoad(pricing.catalogue, "catalogue");
  if (phase === "loading") return html`<${Skeleton} label=${text.loading} />`;
  if (phase === "failed") return html`<${Failed} title=${text.failed} error=${error} retry=${reload} />`;
  return html`<${Catalogue.Provider} value=${data}><${Pages} catalogue=${data} ...${props} /><//>`;
}

function Pages({ turn, accounts, missing, catalogue, announce, refresh }) {
  const drafting = useDrafting(announce, refresh);
  const [begin, setBegin] = useState(null);
  const { draft, page, heading, go, editing } = drafting;
  const currencies = [...new Set(accounts.map(({ currency }) => currency).filter(Boolean))].sort();
  const change = (card, cards) => drafting.begin(beginDraft({ ...card, accountName: card.name, source: "newest" }, { cards, catalogue, pricing, now: new Date() }));
  const addMissing = (group) => drafting.begin(draftForMissing(group, draft, catalogue), missingPrice(group));
  const begun = (started) => {
    setBegin(null);
    drafting.begin(Promise.resolve(started));
  };
  if (page.name === "editor" && draft) {
    return html`<${PriceEditor} draft=${draft} accounts=${accounts} errors=${drafting.errors} editing=${editing} heading=${heading} announce=${announce}
      onDraft=${drafting.change} onEdit=${drafting.edit} onPreview=${() => go({ name: "preview" })} onBack=${() => go({ name: "lists" })} />`;
  }
  if (page.name === "preview" && draft) {
    return html`<${PricePreview} draft=${draft} heading=${heading} onBack=${() => go({ name: "editor" })} onRefused=${drafting.refuse} onStored=${drafting.finish} />`;
  }
  if (page.name === "card") {
    return html`<${RateCardView} card=${page.card} heading=${heading} onBack=${() => go({ name: "lists" })} onChange=${page.card.newest && (() => change(page.card, [page.card]))} />
      <${Asking} drafting=${drafting} />`;
  }
  return html`
    <p class="note prices-intro">${text.intro}</p>
    ${draft && html`<${DraftNotice} draft=${draft} onResume=${() => go({ name: "editor" })} onDiscard=${drafting.askDiscard} />`}
    <${MissingPrices} load=${missing} onAddPrice=${addMissing} onAddRate=${({ currency }) => drafting.edit({ rate: currency })} />
    <${RateCards} turn=${turn} accounts=${accounts} heading=${heading} onView=${(card) => go({ name: "card", card })} onChange=${change} onAdd=${setBegin} />
    <${ExchangeRates} turn=${turn} currencies=${currencies} adding=${editing?.rate} onAdding=${(quote) => drafting.edit(quote === null ? null : { rate: quote })} announce=${announce} refresh=${refresh} />
    ${begin && html`<${BeginDialog} accounts=${accounts} cards=${begin} currencies=${currencies} onBegun=${begun} onClose=${() => setBegin(null)} />`}
    <${Asking} drafting=${drafting} />`;
}

/** Return a draft of the list that should have the price: the one at work on it, else the newest prices. */
async function draftForMissing({ currency }, draft, catalogue) {
  if (draft?.currency === currency && !draft.agreed) return draft;
  const { rows: cards } = await readAll((next) => pricing.cards({ currency }, next), "rate_cards");
  const source = newestOf(cards, { currency }) ? "newest" : "empty";
  return beginDraft({ currency, account: "", source }, { cards, catalogue, pricing, now: new Date() });
}

/** The draft, the page that is shown, and what leads from one to the other. */
function useDrafting(announce, refresh) {
  const [draft, putDraft] = useDraft();
  const [page, setPage] = useState({ name: draft ? "editor" : "lists" });
  const [errors, setErrors] = useState(null);
  const [editing, edit] = useState(null);
  const [asking, ask] = useState(null);
  const [heading, goToHeading] = useHeading();
  const go = (to) => {
    setPage(to);
    edit(null);
    goToHeading();
  };
  const open = (started, price = null) => {
    putDraft(started);
    setErrors(null);
    ask(null);
    go({ name: "editor" });
    edit(price);
  };
  const begin = async (starting, price) => {
    try {
      const started = await starting;
      if (draft && started !== draft) ask({ started, price });
      else open(started, price);
    } catch (error) {
      announce(asSentence(error.message));
    }
  };
  const change = (changed) => {
    if (errors) setErrors({ general: [], fields: {}, rows: moved(errors.rows, draft.prices, changed.prices) });
    putDraft(changed);
  };
  const refuse = (error) => {
    setErrors(placed(error));
    go({ name: "editor" });
  };
  const drop = (sentence) => {
    putDraft(null);
    ask(null);
    go({ name: "lists" });
    announce(sentence);
  };
  const finish = (sentence) => {
    drop(sentence);
    refresh();
  };
  const answer = () => (asking.started ? open(asking.started, asking.price) : drop(text.draft.discarded));
  return { draft, page, errors, editing, asking, heading, go, edit, begin, change, refuse, finish, answer, askDiscard: () => ask({}), keep: () => ask(null) };
}

/** Return what is wrong by the new places of the prices; one that was edited is looked at anew. */
function moved(rows, before, prices) {
  const found = prices.map((price, place) => [place, rows[before.indexOf(price)]]);
  return Object.fromEntries(found.filter(([, wrong]) => wrong));
}

function Asking({ drafting: { draft, asking, answer, keep } }) {
  return asking && draft && html`<${DiscardDialog} draft=${draft} onDone=${answer} onClose=${keep} />`;
}
