// The overview: four cards from one document of the API.

import { AccountHeading } from "./account-heading.js";
import { billing } from "./api.js";
import { BudgetCard } from "./budget-card.js";
import { Locale, asSentence, html, useDirection, useEffect, useMemo, useRef, useState, useTitle } from "./elements.js";
import { Icon } from "./icons.js";
import { useLoad } from "./load.js";
import { localeOf } from "./locale.js";
import { NotificationsCard } from "./notifications-card.js";
import { ServicesCard } from "./services-card.js";
import { Empty, Failed, Skeleton } from "./states.js";
import { SummaryCard } from "./summary-card.js";
import { WalletStrip } from "./wallet-strip.js";
import { words } from "./words.js";

const text = words.overview;
// A new budget is checked by the pipeline a moment after it was saved; look again for the alerts it raised.
const LOOK_AGAIN_MS = 5000;

export function Overview({ account, announce, heading }) {
  const { phase, data, error, reload } = useLoad(() => billing.overview(account.id), account.id);
  const [changes, changed] = useChanges(reload, announce);
  const known = data?.account ?? account;
  const locale = useMemo(() => localeOf(known), [known]);
  useTitle(text.title, known.name);
  useDirection(locale.direction);
  return html`<${Locale.Provider} value=${locale}>
    <${AccountHeading} title=${text.title} account=${known} heading=${heading} note=${known.currency && text.currency(known.currency)}
      period=${data?.period?.id} asOf=${data && (data.as_of ?? null)} stale=${data?.stale} />
    ${phase === "loading" && html`<${Skeleton} label=${text.loading} cards=${4} />`}
    ${phase === "failed" && html`<${Failed} title=${text.failed} error=${error} retry=${reload} />`}
    ${phase === "ready" && html`<${Cards} overview=${data} changes=${changes} onChanged=${changed} />`}
  <//>`;
}

/** A session that may see no billing account yet. */
export function NoAccounts({ title, operator, heading }) {
  useTitle(title);
  return html`
    <div class="page-head"><h1 tabindex="-1" ref=${heading}>${title}</h1></div>
    <div class="card"><${Empty} icon="tray" title=${text.noAccounts}>${text.noAccountsNext} ${operator && text.noAccountsOperator}<//></div>
  `;
}

function Cards({ overview, changes, onChanged }) {
  return html`
    <${Notices} overview=${overview} />
    ${overview.wallet && html`<${WalletStrip} wallet=${overview.wallet} account=${overview.account.id} />`}
    <div class="cards">
      <${SummaryCard} overview=${overview} />
      <${ServicesCard} overview=${overview} />
      <${NotificationsCard} overview=${overview} />
      <${BudgetCard} overview=${overview} changes=${changes} onChanged=${onChanged} />
    </div>
  `;
}

function Notices({ overview: { warnings, stale } }) {
  const told = warnings.some(({ kind }) => kind === "stale");
  const notices = [...warnings.map(({ message }) => asSentence(message)), ...(stale && !told ? [text.staleNotice] : [])];
  if (notices.length === 0) return null;
  return html`<section class="notices" aria-label=${text.notices}>
    <ul>${notices.map((notice) => html`<li key=${notice}><${Icon} name="warning" /><span><bdi>${notice}</bdi></span></li>`)}</ul>
  </section>`;
}

/** Return [how many times to have looked again, what to call after a change]. */
function useChanges(reload, announce) {
  const [changes, setChanges] = useState(0);
  const later = useRef(0);
  const look = () => {
    reload({ quiet: true });
    setChanges((count) => count + 1);
  };
  const changed = (sentence) => {
    announce(sentence);
    look();
    clearTimeout(later.current);
    later.current = setTimeout(look, LOOK_AGAIN_MS);
  };
  useEffect(() => () => clearTimeout(later.current), [reload]);
  return [changes, changed];
}
