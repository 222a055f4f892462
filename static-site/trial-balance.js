// What all ledgers add up to, by currency, and whether each account stands as its postings say.

import { books } from "./api.js";
import { nameOfAccount } from "./billing-run-columns.js";
import { Instant, Money, Pill, html, useEffect, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { useLoad } from "./load.js";
import { isZero } from "./money.js";
import { Empty, Failed, Skeleton, Stale } from "./states.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.books.trial;

export function TrialBalance({ turn }) {
  const [day, setDay] = useState("");
  const load = useLoad(() => books.trialBalance(day), `trial ${day}`);
  useEffect(() => {
    if (turn > 0) load.reload({ quiet: load.phase === "ready" });
  }, [turn]);
  return html`<section class="card listing" aria-labelledby="trial-title">
      <div class="card-head">
        <h2 id="trial-title"><${Icon} name="scales" />${text.title}</h2>
        <span class="tools"><span class="inline-field"><label for="trial-day">${text.at}</label>
          <input id="trial-day" class="short-input" type="date" value=${day} onChange=${(event) => setDay(event.target.value)} /></span>
          <button type="button" class="button" aria-disabled=${String(!day)} onClick=${() => setDay("")}>${text.now}</button></span>
      </div>
      <p class="note"><bdi>${text.intro}</bdi>${load.phase === "ready" && html` ${text.asOf} <${Instant} at=${load.data.at} />.`}</p>
      <p class="hidden" role="status">${load.phase === "ready" ? text.shown : load.phase === "loading" ? text.loading : ""}</p>
      ${load.stale && html`<${Stale} error=${load.stale} retry=${() => load.reload({ quiet: true })} />`}
      ${load.phase === "failed" && html`<${Failed} title=${text.failed} error=${load.error} retry=${load.reload} inside=${true} />`}
      ${load.phase === "ready" && html`<${Checked} balance=${load.data} />`}
    </section>
    ${load.phase === "loading" && html`<${Skeleton} label=${text.loading} cards=${2} />`}
    ${load.phase === "ready" && load.data.currencies.length === 0 && html`<section class="card"><${Empty} icon="scales" title=${text.empty}>${text.emptyNext}<//></section>`}
    ${load.phase === "ready" && html`<div class="cards">${load.data.currencies.map((currency) => html`<${Currency} key=${currency.currency} ledger=${currency} />`)}</div>`}`;
}

function Checked({ balance: { accounts_checked: checked, accounts_off: off } }) {
  return html`<p class="trial-checked"><${Pill} tone=${off.length > 0 ? "bad" : "good"}>${off.length > 0 ? text.off(off.length) : text.allStand}<//> <span class="note"><bdi>${text.checked(checked)}</bdi></span></p>
    ${off.length > 0 && html`<h3 id="off-title" class="card-part">${text.offTitle}</h3><p class="note tone-bad"><bdi>${text.offNote}</bdi></p>
      <${Table} labelledBy="off-title" caption=${text.offTitle} columns=${offColumns} rows=${off} keyOf=${({ account, ledger_account: ledger }) => `${account.id} ${ledger}`} />`}`;
}

const offColumns = [
  { label: text.account, of: ({ account }) => html`<bdi>${nameOfAccount(account)}</bdi>` },
  { label: text.ledgerAccount, of: ({ ledger_account: ledger }) => html`<code class="rule"><bdi>${ledger}</bdi></code>` },
  { label: text.stands, side: "end", of: ({ stands }) => html`<${Money} money=${stands} />` },
  { label: text.postings, side: "end", of: ({ postings }) => html`<${Money} money=${postings} />` },
];

function Currency({ ledger: { currency, groups, debit, credit, balanced } }) {
  const title = `trial-${currency}`;
  return html`<section class="card listing" aria-labelledby=${title}>
    <div class="card-head"><h2 id=${title}><${Icon} name="coins" />${text.in(currency)}</h2>
      <${Pill} tone=${balanced ? "good" : "bad"}><${Icon} name=${balanced ? "check" : "broken"} />${balanced ? text.balanced : text.notBalanced}<//></div>
    <${Table} labelledBy=${title} caption=${text.in(currency)} columns=${columns} rows=${groups} total=${{ debit, credit }} keyOf=${({ name }) => name} />
  </section>`;
}

const columns = [
  { label: text.group, of: ({ name }) => (name ? (text.groups[name] ?? name) : text.sum) },
  { label: text.debit, side: "end", of: ({ debit, name }) => html`<${Side} money=${debit} sum=${!name} />` },
  { label: text.credit, side: "end", of: ({ credit, name }) => html`<${Side} money=${credit} sum=${!name} />` },
];

/** A group stands on one side; the other is left empty. */
function Side({ money, sum }) {
  return !sum && isZero(money.amount) ? null : html`<${Money} money=${money} />`;
}
