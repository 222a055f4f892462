// What a billing account used in a month: one table, summed up by what the reader chooses.

import { AccountHeading } from "./account-heading.js";
import { billing } from "./api.js";
import { dayOf, daysOf, formatMonth } from "./dates.js";
import { Locale, html, useContext, useEffect, useMemo, useRef, useState, useDirection, useTitle } from "./elements.js";
import { Listing } from "./listing.js";
import { localeOf } from "./locale.js";
import { MonthPicker } from "./month-picker.js";
import { usePages } from "./pages.js";
import { columnsOf } from "./usage-columns.js";
import { DownloadButton } from "./usage-download.js";
import { words } from "./words.js";

const text = words.usage;
const STALE_AFTER_MS = 48 * 3_600_000;
const TAG = "tag:";

export function UsageView({ account, heading }) {
  const locale = useMemo(() => localeOf(account), [account]);
  const thisMonth = dayOf(new Date().toISOString(), locale.timeZone).slice(0, 7);
  const [month, setMonth] = useState(thisMonth);
  const [group, setGroup] = useGroup(account.id);
  const days = daysOf(month);
  const read = (next) => billing.usage(account.id, { from: days[0], to: days.at(-1), group }, next);
  const list = usePages(read, "rows", { key: `${account.id} ${month} ${group}` });
  const asOf = list.phase === "ready" ? (list.first.as_of ?? null) : undefined;
  useTitle(text.title, account.name);
  useDirection(locale.direction);
  return html`<${Locale.Provider} value=${locale}>
    <${AccountHeading} title=${text.title} account=${account} heading=${heading} asOf=${asOf}
      stale=${month === thisMonth && asOf && Date.now() - Date.parse(asOf) > STALE_AFTER_MS} />
    <${UsageList} account=${account} list=${list} month=${month} group=${group} onGroup=${setGroup}
      picker=${html`<${MonthPicker} month=${month} newest=${thisMonth} onPick=${setMonth} />`} current=${month === thisMonth} />
  <//>`;
}

/** What the usage is summed up by; another account has other tags. */
function useGroup(account) {
  const [chosen, setChosen] = useState({ group: "resource", account });
  const group = chosen.account !== account && chosen.group.startsWith(TAG) ? "resource" : chosen.group;
  return [group, (next) => setChosen({ group: next, account })];
}

function UsageList({ account, list, month, group, onGroup, picker, current }) {
  const { language } = useContext(Locale);
  const shown = formatMonth(month, language);
  const seen = useSeen(list.rows, account.id);
  const told = { ...text, title: text.table(shown), empty: text.empty(shown), emptyNext: current ? text.emptyNext : text.emptyPast };
  const tools = html`<div class="usage-tools">${picker}<${GroupPicker} group=${group} seen=${seen} onGroup=${onGroup} /></div>`;
  const tagged = group === "resource" || group.startsWith(TAG);
  return html`<${Listing} id="usage" icon="gauge" list=${list} text=${told} columns=${columnsOf(group, seen)} tools=${tools}>
    ${list.rows.length > 0 && html`<div class="usage-notes">
      ${tagged && html`<p class="note"><bdi>${text.tagsNote}</bdi></p>`}
      <${DownloadButton} rows=${list.rows} more=${Boolean(list.next)} name=${text.fileName(account.name, month)} />
    </div>`}
  <//>`;
}

function GroupPicker({ group, seen, onGroup }) {
  const options = Object.entries(text.groups).filter(([value]) => value !== "sub_account" || seen.subAccounts.size > 1 || value === group);
  const keys = [...new Set([...seen.tags, ...(group.startsWith(TAG) ? [group.slice(TAG.length)] : [])])].sort();
  return html`<span class="inline-field">
    <label for="usage-group">${text.group}</label>
    <select id="usage-group" value=${group} onChange=${(event) => onGroup(event.target.value)}>
      ${options.map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}
      ${keys.map((key) => html`<option key=${TAG + key} value=${TAG + key}>${text.tag(key)}</option>`)}
    </select>
  </span>`;
}

/** The tag keys and sub accounts that the rows of this account have shown so far, whatever they were summed up by. */
function useSeen(rows, account) {
  const [seen, setSeen] = useState(nothingOf(account));
  const latest = useRef(seen);
  useEffect(() => {
    const known = latest.current.account === account ? latest.current : nothingOf(account);
    const tags = new Set([...known.tags, ...rows.flatMap((row) => Object.keys(row.tags ?? {}))]);
    const subAccounts = new Set([...known.subAccounts, ...rows.map((row) => row.sub_account).filter(Boolean)]);
    const news = known !== latest.current || tags.size > known.tags.size || subAccounts.size > known.subAccounts.size;
    if (!news) return;
    latest.current = { account, tags, subAccounts };
    setSeen(latest.current);
  }, [rows, account]);
  return seen.account === account ? seen : nothingOf(account);
}

function nothingOf(account) {
  return { account, tags: new Set(), subAccounts: new Set() };
}
