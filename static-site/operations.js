// The operator's page: how far collecting has got, what waits for a decision, who is billed for whom.

import { Accounts } from "./accounts.js";
import { operations, pricing } from "./api.js";
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
const SECTIONS = ["collection", "review", "prices", "accounts"];

export function Operations({ section: asked, accounts, announce, heading }) {
  const { phase, data, error, stale, reload } = useLoad(operations.windows, "windows");
  const missing = useLoad(() => readAll(pricing.missing, "missing"), "missing");
  const [turn, setTurn] = useState(0);
  const section = SECTIONS.includes(asked) ? asked : SECTIONS[0];
  useTitle(text.sections[section], text.title);
  const refresh = async () => {
    await Promise.all([reload({ quiet: phase === "ready" }), missing.reload({ quiet: missing.phase === "ready" })]);
    setTurn((before) => before + 1);
  };
  const connections = data?.connections ?? [];
  const waiting = {
    review: connections.some(({ holds, rejects }) => holds > 0 || rejects > 0),
    prices: missing.phase === "ready" && missing.data.rows.length > 0,
  };
  return html`<${Locale.Provider} value=${LOCALE}><${Connections.Provider} value=${connections}>
    <div class="page-head">
      <div>
        <h1 tabindex="-1" ref=${heading}>${text.title}</h1>
        <p class="page-account"><span>${text.intro}</span></p>
      </div>
      <div class="page-buttons">
        <button type="button" class="button" onClick=${refresh}>${text.refresh}</button>
        <${CollectNow} announce=${announce} />
      </div>
    </div>
    <${Sections} section=${section} waiting=${waiting} />
    ${stale && html`<${Stale} error=${stale} retry=${refresh} />`}
    ${phase === "loading" && html`<${Skeleton} label=${text.loading} cards=${2} />`}
    ${phase === "failed" && html`<${Failed} title=${text.failed} error=${error} retry=${reload} />`}
    <div class="sections">
      ${phase === "ready" && section === "collection" && html`
        ${waiting.prices && html`<${MissingNotice} />`}
        <${ConnectionCards} connections=${connections} />
        <${WindowsList} newest=${data} turn=${turn} announce=${announce} refresh=${refresh} />`}
      ${phase !== "loading" && section === "review" && html`
        <${Review} turn=${turn} announce=${announce} refresh=${refresh} />
        <${DecisionsList} turn=${turn} />`}
      ${phase !== "loading" && section === "prices" && html`<${Prices} turn=${turn} accounts=${accounts} missing=${missing} announce=${announce} refresh=${refresh} />`}
      ${phase !== "loading" && section === "accounts" && html`<${Accounts} turn=${turn} accounts=${accounts} announce=${announce} refresh=${refresh} />`}
    </div>
  <//><//>`;
}

function Sections({ section, waiting }) {
  const link = (name, dotted) => html`<a key=${name} href=${`#/operations/${name}`} aria-current=${name === section ? "page" : undefined}
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
