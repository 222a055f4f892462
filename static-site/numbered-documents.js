// The numbers that an issuer has used: its series without gaps, and the documents of one of them.

import { books } from "./api.js";
import { nameOfAccount } from "./billing-run-columns.js";
import { useHeading } from "./dialogs.js";
import { Day, StatusPill, Total } from "./documents.js";
import { Count, Pill, html, useEffect, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { invoicesAddress } from "./invoice-links.js";
import { Listing } from "./listing.js";
import { usePages } from "./pages.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.books.documents;

export function NumberedDocuments({ turn, issuers }) {
  const [sought, setSought] = useState({ issuer: "", kind: "invoice", fiscal_year: "" });
  const list = usePages((next) => books.documents(sought, next), "documents", { key: JSON.stringify(sought), turn });
  const series = useSeries(list.first?.series, sought.issuer);
  const listed = issuers.phase === "ready" ? issuers.data.issuers : [];
  const issuer = sought.issuer || list.first?.issuer || "";
  const choose = (part) => setSought({ ...sought, fiscal_year: "", ...part });
  const tools = listed.length > 1 && html`<${Choice} id="documents-issuer" label=${text.issuer} value=${issuer} options=${listed.map(({ id, party }) => [id, party.name])} onChange=${(id) => choose({ issuer: id })} />`;
  // What was pressed gives way to what was found, so the keyboard goes to the documents.
  const [heading, goToHeading] = useHeading();
  const check = (part) => {
    choose(part);
    goToHeading();
  };
  const checked = list.phase === "ready" ? shownSeries(series, sought) : undefined;
  return html`${series.length > 0 && html`<${Series} series=${series} checked=${checked} onChoose=${check} />`}
    <${Listing} id="documents" icon="receipt" list=${list} text=${text} columns=${columns} keyOf=${({ document }) => document} tools=${tools} heading=${heading}>
      <${Filters} sought=${sought} series=${series} onChoose=${choose} />
    <//>`;
}

/** Return the series that were told last of this issuer, so that they stay while documents are read. */
function useSeries(series, issuer) {
  const [known, setKnown] = useState({ issuer, series: [] });
  useEffect(() => {
    if (series) setKnown({ issuer, series });
  }, [series, issuer]);
  return known.issuer === issuer ? known.series : [];
}

/** Return the series whose documents are shown, the only one that is looked through for gaps. */
function shownSeries(series, { kind, fiscal_year: year }) {
  const own = series.filter((each) => each.kind === kind);
  const newest = own.map((each) => each.fiscal_year).sort().at(-1);
  return own.find((each) => each.fiscal_year === (year || newest));
}

function Filters({ sought, series, onChoose }) {
  const years = series.filter(({ kind }) => kind === sought.kind).map(({ fiscal_year: year }) => [year, text.years(year)]);
  return html`<div class="filters">
    <div class="chips" role="group" aria-label=${text.kind}>
      ${Object.entries(text.kinds).map(([kind, name]) => html`<button key=${kind} type="button" class="chip" aria-pressed=${String(sought.kind === kind)} onClick=${() => onChoose({ kind })}>${name}</button>`)}
    </div>
    ${years.length > 1 && html`<${Choice} id="documents-year" label=${text.year} value=${sought.fiscal_year} options=${[["", text.newest], ...years]} onChange=${(year) => onChoose({ fiscal_year: year })} />`}
  </div>`;
}

function Choice({ id, label, value, options, onChange }) {
  return html`<span class="inline-field"><label for=${id}>${label}</label>
    <select id=${id} value=${value} onChange=${(event) => onChange(event.target.value)}>
      ${options.map(([option, name]) => html`<option key=${option} value=${option}>${name}</option>`)}
    </select></span>`;
}

function Series({ series, checked, onChoose }) {
  return html`<section class="card listing" aria-labelledby="series-title">
    <div class="card-head"><h2 id="series-title"><${Icon} name="tag" />${text.series}</h2></div>
    <p class="note"><bdi>${text.seriesNote}</bdi></p>
    <${Table} labelledBy="series-title" caption=${text.series} columns=${seriesColumns(checked, onChoose)} rows=${series} keyOf=${({ kind, fiscal_year: year }) => `${kind} ${year}`} />
  </section>`;
}

const seriesColumns = (checked, onChoose) => [
  { label: text.kind, of: ({ kind }) => text.kinds[kind] ?? kind },
  { label: text.year, of: ({ fiscal_year: year }) => html`<bdi>${text.years(year)}</bdi>` },
  { label: text.gaps, of: (each) => (each === checked ? html`<${Gaps} gaps=${each.gaps} />` : html`<${Check} series=${each} onChoose=${onChoose} />`) },
  { label: text.used, side: "end", of: ({ used }) => html`<${Count} count=${used} />` },
  { label: text.next, side: "end", of: ({ next }) => html`<${Count} count=${next} />` },
];

function Gaps({ gaps }) {
  return gaps.length === 0 ? html`<${Pill} tone="good">${text.noGaps}<//>` : html`<${Pill} tone="bad">${text.gapsOf(gaps)}<//>`;
}

function Check({ series: { kind, fiscal_year: year }, onChoose }) {
  return html`<button type="button" class="button-plain check-button" aria-label=${text.checkOf(text.kinds[kind] ?? kind, text.years(year))} onClick=${() => onChoose({ kind, fiscal_year: year })}>${text.check}</button>`;
}

const columns = [
  { label: text.number, of: ({ account, document, number }) => html`<a class="document-name" href=${invoicesAddress(account.id, document)}><bdi>${number}</bdi></a>` },
  { label: text.account, of: ({ account }) => html`<a href=${invoicesAddress(account.id)}><bdi>${nameOfAccount(account)}</bdi></a>` },
  { label: text.issued, of: ({ issued_on: day }) => html`<${Day} day=${day} />` },
  { label: text.state, of: (document) => html`<${StatusPill} document=${document} />` },
  { label: text.total, side: "end", of: (document) => html`<${Total} document=${document} />` },
];
