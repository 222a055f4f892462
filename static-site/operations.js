// The operator's page: how far collecting has got, what waits for a decision, who is billed for whom.

import { Accounts } from "./accounts.js";
import { books, operations, pricing } from "./api.js";
import { Billing, BillingParts, NoIssuerNotice, billingPart, hasNoIssuer } from "./billing.js";
import { ConnectionCards } from "./connection-cards.js";
import { Connections } from "./connections.js";
import { DecisionsList } from "./decisions-list.js";
import { Locale, asSentence, html, useRef, useState, useTitle } from "./elements.js";
import { useLoad } from "./load.js";
import { localeOf } from "./locale.js";
import { MissingNotice } from "./missing-prices.js";
import { Prices } from "./prices.js";
import { readAll } from "./read-all.js";
import { Review } from "./review.js";
import { Failed, Skeleton, Stale } from "./states.js";
import { WindowsList } from "./windows-list.js";
import { words } from "./words.js";

const text = words.operations;
// The operator's page belongs to no account: plain English, day before month, 24 hours.
const LOCALE = { ...localeOf(null), language: "en-GB" };
const SECTIONS = ["collection", "review", "prices", "billing", "accounts"];

/** `item` is the account whose billing details are asked for. */
export function Operations({ section: asked, item, accounts, announce, heading }) {
  const { phase, data, error, stale, reload } = useLoad(operations.windows, "windows");
  const missing = useLoad(() => readAll(pricing.missing, "missing"), "missing");
  const issuers = useLoad(books.issuers, "issuers");
  const [turn, setTurn] = useState(0);
  const part = billingPart(asked);
  const section = part ? "billing" : SECTIONS.includes(asked) ? asked : SECTIONS[0];
  useTitle(part ? words.books.sections[part] : text.sections[section], text.title);
  const again = (load) => load.reload({ quiet: load.phase === "ready" });
  const refresh = async () => {
    await Promise.all([reload({ quiet: phase === "ready" }), again(missing), again(issuers)]);
    setTurn((before) => before + 1);
  };
  // What moves money says nothing new of how far collecting has got.
  const refreshBilling = () => {
    again(issuers);
    setTurn((before) => before + 1);
  };
  const connections = data?.connections ?? [];
  const waiting = {
    review: connections.some(({ holds, rejects }) => holds > 0 || rejects > 0),
    prices: missing.phase === "ready" && missing.data.rows.length > 0,
    billing: hasNoIssuer(issuers),
  };
  return html`<${Locale.Provider} value=${LOCALE}><${Connections.Provider} value=${connections}>
    <${PageHead} billing=${Boolean(part)} announce=${announce} refresh=${refresh} heading=${heading} />
    <${Sections} section=${section} waiting=${waiting} />
    ${part && html`<${BillingParts} part=${part} />`}
    ${waiting.billing && html`<${NoIssuerNotice} part=${part} />`}
    ${!part && html`
      ${stale && html`<${Stale} error=${stale} retry=${refresh} />`}
      ${phase === "loading" && html`<${Skeleton} label=${text.loading} cards=${2} />`}
      ${phase === "failed" && html`<${Failed} title=${text.failed} error=${error} retry=${reload} />`}`}
    <div class="sections">
      ${part && html`<${Billing} part=${part} turn=${turn} accounts=${accounts} issuers=${issuers} announce=${announce} refresh=${refreshBilling} />`}
      ${phase === "ready" && section === "collection" && html`
        ${waiting.prices && html`<${MissingNotice} />`}
        <${ConnectionCards} connections=${connections} />
        <${WindowsList} newest=${data} turn=${turn} announce=${announce} refresh=${refresh} />`}
      ${phase !== "loading" && section === "review" && html`
        <${Review} turn=${turn} announce=${announce} refresh=${refresh} />
        <${DecisionsList} turn=${turn} />`}
      ${phase !== "loading" && section === "prices" && html`<${Prices} turn=${turn} accounts=${accounts} missing=${missing} announce=${announce} refresh=${refresh} />`}
      ${phase !== "loading" && section === "accounts" && html`<${Accounts} key=${item} item=${item} turn=${turn} accounts=${accounts} issuers=${issuers} announce=${announce} refresh=${refresh} />`}
    </div>
  <//><//>`;
}

function PageHead({ billing, announce, refresh, heading }) {
  return html`<div class="page-head">
    <div>
      <h1 tabindex="-1" ref=${heading}>${text.title}</h1>
      <p class="page-account"><span>${billing ? words.books.intro : text.intro}</span></p>
    </div>
    <div class="page-buttons">
      <button type="button" class="button" onClick=${refresh}>${text.refresh}</button>
      ${!billing && html`<${CollectNow} announce=${announce} />`}
    </div>
  </div>`;
}

function Sections({ section, waiting }) {
  const address = (name) => (name === "billing" ? "billing-run" : name);
  const link = (name, dotted) => html`<a key=${name} href=${`#/operations/${address(name)}`} aria-current=${name === section ? "page" : undefined}
    aria-label=${dotted ? text.sections.waiting[name] : undefined}>${text.sections[name]}${dotted && html`<span class="dot"></span>`}</a>`;
  return html`<nav class="tabs" aria-label=${text.sections.label}>${SECTIONS.map((name) => link(name, waiting[name]))}</nav>`;
}

function CollectNow({ announce }) {
  const [busy, setBusy] = useState(false);
  const asking = useRef(false);
  const collect = async () => {
    if (asking.current) return;
    asking.current = true;
    setBusy(true);
    try {
      await operations.collectNow();
      announce(text.collecting);
    } catch (error) {
      announce(asSentence(error.message));
    }
    asking.current = false;
    setBusy(false);
  };
  return html`<button type="button" class="button button-main" aria-disabled=${String(busy)} onClick=${collect}>${text.collect}</button>`;
}
