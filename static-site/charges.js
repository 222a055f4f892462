// What a billing account is charged in a month: the total, every line that makes it, and how each came about.

import { AccountHeading } from "./account-heading.js";
import { billing } from "./api.js";
import { chargesAddress } from "./charge-links.js";
import { ExchangeRates, Missing } from "./charge-notes.js";
import { ChargesTable } from "./charges-table.js";
import { dayOf, formatMonth } from "./dates.js";
import { Instant, Locale, Money, Pill, html, useContext, useDirection, useEffect, useMemo, useRef, useTitle } from "./elements.js";
import { Icon } from "./icons.js";
import { useLoad } from "./load.js";
import { localeOf } from "./locale.js";
import { formatMoney } from "./money.js";
import { MonthPicker } from "./month-picker.js";
import { Empty, Failed, Skeleton } from "./states.js";
import { words } from "./words.js";
import { WorkingsDialog } from "./workings.js";

const text = words.charges;
const NOTHING = { lines: [], services: [], missing: [], exchange_rates: [], total: null, as_of: null };
const STALE_AFTER_MS = 48 * 3_600_000;

/** `route` has the account, the period, the service, and the line whose workings are open, as far as they are asked for. */
export function ChargesView({ account, route, heading }) {
  const locale = useMemo(() => localeOf(account), [account]);
  const thisMonth = dayOf(new Date().toISOString(), locale.timeZone).slice(0, 7);
  const period = route.period ?? thisMonth;
  const load = useLoad(() => billing.charges(account.id, period).catch((error) => nothingRated(error, account)), `${account.id} ${period}`);
  const asOf = load.phase === "ready" ? (load.data.as_of ?? null) : undefined;
  useTitle(text.title, account.name);
  useDirection(locale.direction);
  return html`<${Locale.Provider} value=${locale}>
    <${AccountHeading} title=${text.title} account=${account} heading=${heading} asOf=${asOf} note=${account.currency && words.overview.currency(account.currency)}
      stale=${period === thisMonth && asOf && Date.now() - Date.parse(asOf) > STALE_AFTER_MS} />
    <${Month} account=${account} route=${{ ...route, account: account.id, period }} load=${load} newest=${thisMonth} />
  <//>`;
}

/** A month without any rating has no charges; an account that the session does not know may not be there at all. */
function nothingRated(error, { name }) {
  if (error.status === 404 && name) return NOTHING;
  throw error;
}

function Month({ route, load, newest }) {
  const { language } = useContext(Locale);
  const { account, period, service } = route;
  const title = useServiceFocus(service);
  const pick = (month) => {
    window.location.hash = chargesAddress(account, month, service);
  };
  return html`<section class="card charges" aria-labelledby="charges-title">
    <div class="card-head">
      <h2 id="charges-title" tabindex="-1" ref=${title}><${Icon} name="receipt" /><bdi>${text.table(formatMonth(period, language))}</bdi></h2>
      <${MonthPicker} month=${period} newest=${newest} onPick=${pick} />
    </div>
    <p class="hidden" role="status">${load.phase === "ready" ? text.shown(load.data.lines.length) : ""}</p>
    ${load.phase === "loading" && html`<${Skeleton} label=${text.loading} />`}
    ${load.phase === "failed" && html`<${Failed} title=${text.failed} error=${load.error} retry=${load.reload} inside=${true} />`}
    ${load.phase === "ready" && html`<${Charges} charges=${load.data} route=${route} current=${period === newest} />`}
  </section>`;
}

function Charges({ charges, route, current }) {
  const { lines, services, missing, exchange_rates: rates, currency, indicative } = charges;
  const { account, period, service, line: open } = route;
  const own = useRef(null);
  const shown = service ? lines.filter((line) => line.service === service) : lines;
  const show = (line) => {
    own.current = line.id;
    window.location.hash = chargesAddress(account, period, service, line.id);
  };
  // Where the dialog was opened here, closing it is going back; an address from elsewhere is replaced.
  const close = () => {
    if (!window.location.hash.endsWith(`/${encodeURIComponent(open)}`)) return;
    if (own.current === open) window.history.back();
    else window.location.replace(chargesAddress(account, period, service));
  };
  return html`
    ${charges.total && html`<${Total} charges=${charges} service=${service} />`}
    <${Missing} missing=${missing} />
    <${ExchangeRates} rates=${rates} currency=${currency} indicative=${indicative} />
    ${service && html`<${OnlyService} charges=${charges} route=${route} />`}
    ${shown.length > 0
      ? html`<${ChargesTable} lines=${shown} services=${services} total=${charges.total} partial=${missing.length > 0} service=${service} onOpen=${show} />`
      : html`<${Nothing} period=${period} service=${service} missing=${missing} current=${current} />`}
    ${open && html`<${WorkingsDialog} key=${open} account=${account} period=${period} id=${open} onClose=${close} />`}
  `;
}

/** The total of the month, or what the one service that is shown comes to. */
function Total({ charges: { total, services, complete, invoiced, as_of: asOf, missing }, service }) {
  const own = service && services.find((each) => each.service === service);
  const partial = missing.length > 0;
  const label = own ? text.totalOfService(own.name) : service ? text.totalOfAll : partial ? text.totalOfPriced : text.total;
  return html`<div class="charges-total">
    <p class="balance-label"><bdi>${label}</bdi></p>
    <p class="balance"><${Money} money=${own ? own.amount : total} /></p>
    <p class="charges-state">
      <${State} partial=${partial} invoiced=${invoiced} complete=${complete} />
      ${!complete && asOf && html`<span class="as-of"><bdi>${text.asOf} <${Instant} at=${asOf} /></bdi></span>`}
    </p>
  </div>`;
}

function State({ partial, invoiced, complete }) {
  if (partial) return html`<${Pill} tone="warn">${text.partial}<//>`;
  if (invoiced) return html`<${Pill} tone="good">${text.invoiced}<//>`;
  return html`<${Pill} tone=${complete ? "good" : "neutral"}>${complete ? text.complete : text.running}<//>`;
}

function OnlyService({ charges: { services, total }, route: { account, period, service } }) {
  const { language } = useContext(Locale);
  const own = services.find((each) => each.service === service);
  const name = own?.name ?? words.serviceNames[service] ?? service;
  return html`<p class="charges-only"><span><bdi>${text.only(name)}</bdi>${own && html` <bdi>${text.ofAll(formatMoney(total, language))}</bdi>`}</span>
    <a href=${chargesAddress(account, period)}>${text.all}</a></p>`;
}

function Nothing({ period, service, missing, current }) {
  const { language } = useContext(Locale);
  if (service) return html`<${Empty} icon="tray" title=${text.empty(formatMonth(period, language))}>${text.emptyService}<//>`;
  const next = missing.length > 0 ? text.emptyMissing : current ? text.emptyNext : text.emptyPast;
  return html`<${Empty} icon="tray" title=${text.empty(formatMonth(period, language))}>${next}<//>`;
}

/** Return a ref for the title, which gets the keyboard when another service is chosen: what chose it is gone. */
function useServiceFocus(service) {
  const title = useRef(null);
  const before = useRef(service);
  useEffect(() => {
    if (before.current !== service) title.current.focus();
    before.current = service;
  }, [service]);
  return title;
}
