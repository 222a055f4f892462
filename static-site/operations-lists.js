// The operator's two paged lists: rejects and billing accounts.

import { operations } from "./api.js";
import { Instant, Pill, asSentence, html, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { useLoad } from "./load.js";
import { formatCount } from "./money.js";
import { Empty, Failed, Skeleton } from "./states.js";
import { words } from "./words.js";

const text = words.operations;

export function RejectsTable() {
  const list = usePages(operations.rejects, "rejects");
  if (list.failed) return html`<${Failed} title=${text.rejectsFailed} error=${list.error} retry=${list.reload} />`;
  if (list.loading) return html`<${Skeleton} tall=${false} />`;
  const columns = [[text.reason], [text.usageType, "end"], [text.account], [text.connection], [text.window], [text.count, "end"], [text.samples]];
  return html`<section class="card wide-table" aria-labelledby="rejects-title">
    <h2 id="rejects-title"><${Icon} name="warning" />${text.rejects}</h2>
    ${list.rows.length === 0 ? html`<${Empty} icon="check" title=${text.noRejects}>${text.noRejectsNext}<//>` : html`
      <p class="note">${text.rejectsIntro}</p>
      <${Table} title="rejects-title" caption=${text.rejects} columns=${columns}>${list.rows.map((reject, place) => html`<${Reject} key=${place} reject=${reject} />`)}<//>
      <${More} list=${list} />`}
  </section>`;
}

function Reject({ reject: { reason, usage_type: type, account, connection, window, count, samples } }) {
  return html`<tr>
    <th scope="row">${asSentence(reason)}</th>
    <td class="end number">${type}</td>
    <td><bdi>${account}</bdi></td>
    <td><bdi>${connection}</bdi></td>
    <td class="no-break"><${Instant} at=${window} zone="UTC" /></td>
    <td class="end number">${formatCount(count, "en-GB")}</td>
    <td>${samples?.length > 0 && html`<details>
      <summary>${text.showSamples(samples.length)}</summary>
      ${samples.map((sample, place) => html`<pre key=${place} dir="ltr">${JSON.stringify(sample, null, 2)}</pre>`)}
    </details>`}</td>
  </tr>`;
}

export function AccountsTable() {
  const list = usePages(operations.accounts, "accounts");
  if (list.failed) return html`<${Failed} title=${text.accountsFailed} error=${list.error} retry=${list.reload} />`;
  if (list.loading) return html`<${Skeleton} tall=${false} />`;
  const columns = [text.name, text.domain, text.connection, text.currency, text.language, text.timeZone, text.state, text.show].map((label) => [label]);
  return html`<section class="card wide-table" aria-labelledby="accounts-title">
    <h2 id="accounts-title"><${Icon} name="receipt" />${text.accounts}</h2>
    ${list.rows.length === 0 ? html`<${Empty} icon="tray" title=${text.noAccounts}>${text.noAccountsNext}<//>` : html`
      <${Table} title="accounts-title" caption=${text.accounts} columns=${columns}>${list.rows.map((account) => html`<${Account} key=${account.id} account=${account} />`)}<//>
      <${More} list=${list} />`}
  </section>`;
}

function Account({ account }) {
  return html`<tr>
    <th scope="row"><bdi>${account.name}</bdi>${account.kind === "project" && html` <${Pill}>${words.picker.project}<//>`}</th>
    ${["domain", "connection", "currency", "language", "time_zone", "state"].map((part) => html`<td key=${part}><bdi>${account[part]}</bdi></td>`)}
    <td><a href=${`#/account/${account.id}`} aria-label=${text.showOf(account.name)}>${text.show}</a></td>
  </tr>`;
}

function Table({ title, caption, columns, children }) {
  return html`<div class="scroll scroll-tall" tabindex="0" role="group" aria-labelledby=${title}>
    <table>
      <caption class="hidden">${caption}</caption>
      <thead><tr>${columns.map(([label, side]) => html`<th key=${label} scope="col" class=${side}>${label}</th>`)}</tr></thead>
      <tbody>${children}</tbody>
    </table>
  </div>`;
}

function More({ list }) {
  if (!list.next) return null;
  return html`<p><button type="button" class="button" onClick=${list.more}>${text.more}</button>
    ${list.moreError && html`<span class="note" role="alert"> ${asSentence(list.moreError.message)}</span>`}</p>`;
}

/** Read a list page by page: `rows` so far, `next` if there is more, `more` to get it. */
function usePages(read, rowsAt) {
  const first = useLoad(() => read(), rowsAt);
  const [further, setFurther] = useState({ rows: [], next: undefined, error: null });
  const next = further.next === undefined ? first.data?.next : further.next;
  const more = async () => {
    try {
      const page = await read(next);
      setFurther({ rows: [...further.rows, ...page[rowsAt]], next: page.next, error: null });
    } catch (error) {
      setFurther({ ...further, error });
    }
  };
  return {
    loading: first.phase === "loading",
    failed: first.phase === "failed",
    error: first.error,
    reload: first.reload,
    rows: [...(first.data?.[rowsAt] ?? []), ...further.rows],
    next,
    more,
    moreError: further.error,
  };
}
