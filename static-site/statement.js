// The statement of account of a month: what was owed at its beginning, what changed it, and what is owed at its end.

import { AccountHeading } from "./account-heading.js";
import { billing } from "./api.js";
import { dayOf, formatMonth } from "./dates.js";
import { Difference } from "./difference.js";
import { Day } from "./documents.js";
import { Instant, Locale, Money, html, useContext, useDirection, useMemo, useTitle } from "./elements.js";
import { Files } from "./files.js";
import { Icon } from "./icons.js";
import { invoicesAddress, statementAddress } from "./invoice-links.js";
import { useLoad } from "./load.js";
import { localeOf } from "./locale.js";
import { isZero } from "./money.js";
import { MonthPicker } from "./month-picker.js";
import { Empty, Failed, Skeleton } from "./states.js";
import { Table } from "./tables.js";
import { Movement } from "./wallet-columns.js";
import { words } from "./words.js";

const text = words.statement;

export function StatementView({ account, route, heading }) {
  const locale = useMemo(() => localeOf(account), [account]);
  const thisMonth = dayOf(new Date().toISOString(), locale.timeZone).slice(0, 7);
  const period = route.period ?? thisMonth;
  const load = useLoad(() => billing.statement(account.id, period), `${account.id} ${period}`);
  useTitle(text.title, account.name);
  useDirection(locale.direction);
  const pick = (month) => {
    window.location.hash = statementAddress(account.id, month);
  };
  return html`<${Locale.Provider} value=${locale}>
    <${AccountHeading} title=${text.title} account=${account} heading=${heading} note=${account.currency} />
    <section class="card statement" aria-labelledby="statement-title">
      <div class="card-head">
        <h2 id="statement-title"><${Icon} name="scales" /><bdi>${text.table(formatMonth(period, locale.language))}</bdi></h2>
        <${MonthPicker} month=${period} newest=${thisMonth} onPick=${pick} />
      </div>
      <p class="hidden" role="status">${load.phase === "ready" ? text.shown(load.data.movements.length) : ""}</p>
      ${load.phase === "loading" && html`<${Skeleton} label=${text.loading} />`}
      ${load.phase === "failed" && html`<${Failed} title=${text.failed} error=${load.error} retry=${load.reload} inside=${true} />`}
      ${load.phase === "ready" && html`<${Statement} key=${period} statement=${load.data} account=${account} running=${period === thisMonth} />`}
    </section>
  <//>`;
}

function Statement({ statement, account, running }) {
  const { language } = useContext(Locale);
  const { period, opening, closing, movements, as_of: asOf } = statement;
  return html`
    <dl class="figures statement-figures">
      <${Figure} label=${text.opening} money=${opening} />
      <${Figure} label=${running ? text.soFar : text.closing} money=${closing} />
    </dl>
    <p class="note"><bdi>${text.signs} ${text.asOf} <${Instant} at=${asOf} />.</bdi></p>
    ${movements.length > 0
      ? html`<${Table} labelledBy="statement-title" caption=${text.table(formatMonth(period, language))} columns=${columnsFor(account.id)} rows=${movements} total=${{ closing, running }} />`
      : html`<${Empty} icon="tray" title=${text.empty(formatMonth(period, language))}>${text.emptyNext}<//>`}
    <${StatementFiles} account=${account} period=${period} />`;
}

/** A balance, and in words whose money it is. */
function Figure({ label, money }) {
  const side = isZero(money.amount) ? "even" : money.amount.startsWith("-") ? "favour" : "owed";
  return html`<div class="figure"><dt>${label}</dt><dd><span class="figure-amount"><${Money} money=${money} /></span><span class="figure-note">${text[side]}</span></dd></div>`;
}

function columnsFor(account) {
  return [
    { label: text.day, of: ({ day, running }) => (day ? html`<${Day} day=${day} />` : running ? text.soFar : text.closing) },
    { label: text.what, of: (movement) => movement.fact && html`<${Movement} movement=${movement} href=${movement.document && invoicesAddress(account, movement.document)} />` },
    { label: text.amount, side: "end", of: ({ amount }) => amount && html`<${Difference} money=${amount} />` },
    { label: text.balance, side: "end", of: ({ balance, closing }) => html`<${Money} money=${balance ?? closing} />` },
  ];
}

function StatementFiles({ account, period }) {
  const { language } = useContext(Locale);
  const files = ["csv", "pdf"].map((format) => ({
    format,
    name: text.fileName(account.name, period, format),
    read: () => billing.statementFile(account.id, period, format),
  }));
  return html`<${Files} files=${files} title=${text.table(formatMonth(period, language))} />`;
}
