// The overview: four cards from one document of the API.

import { billing } from "./api.js";
import { BudgetCard } from "./budget-card.js";
import { formatMonth } from "./dates.js";
import { Instant, Locale, Pill, asSentence, html, useContext, useEffect, useMemo, useRef, useState, useTitle } from "./elements.js";
import { Icon } from "./icons.js";
import { useLoad } from "./load.js";
import { localeOf } from "./locale.js";
import { NotificationsCard } from "./notifications-card.js";
import { ServicesCard } from "./services-card.js";
import { Empty, Failed, Skeleton } from "./states.js";
import { SummaryCard } from "./summary-card.js";
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
    <${Heading} overview=${data} account=${known} heading=${heading} />
    ${phase === "loading" && html`<${Skeleton} label=${text.loading} cards=${4} />`}
    ${phase === "failed" && html`<${Failed} title=${text.failed} error=${error} retry=${reload} />`}
    ${phase === "ready" && html`<${Cards} overview=${data} changes=${changes} onChanged=${changed} />`}
  <//>`;
}

/** A session that may see no billing account yet. */
export function NoAccounts({ operator, heading }) {
  useTitle(text.title);
  return html`
    <div class="page-head"><h1 tabindex="-1" ref=${heading}>${text.title}</h1></div>
    <div class="card"><${Empty} icon="tray" title=${text.noAccounts}>${text.noAccountsNext} ${operator && text.noAccountsOperator}<//></div>
  `;
}

function Heading({ overview, account, heading }) {
  const { language } = useContext(Locale);
  const period = overview?.period?.id;
  return html`<div class="page-head">
    <div>
      <h1 tabindex="-1" ref=${heading}>${text.title}</h1>
      <p class="page-account">
        <strong><bdi>${account.name}</bdi></strong>
        ${account.kind === "project" && html`<${Pill}>${text.project}<//>`}
        ${account.domain && html`<span><bdi>${account.domain}</bdi></span>`}
        ${account.currency && html`<span><bdi>${text.currency(account.currency)}</bdi></span>`}
      </p>
    </div>
    ${overview && html`<p class="page-period">
      ${period && html`<strong lang=${language}>${formatMonth(period, language)}</strong>`}
      <span><bdi>${overview.as_of ? html`${text.usageUpTo} <${Instant} at=${overview.as_of} />` : text.noUsage}</bdi></span>
      ${overview.stale && html`<${Pill} tone="warn"><${Icon} name="clock" />${text.stale}<//>`}
    </p>`}
  </div>`;
}

function Cards({ overview, changes, onChanged }) {
  return html`
    <${Notices} overview=${overview} />
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

function useDirection(direction) {
  useEffect(() => {
    document.documentElement.dir = direction;
    return () => {
      document.documentElement.dir = "ltr";
    };
  }, [direction]);
}
