// A section with a paged list in all of its states: being read, failed, old, empty, there, with more to come.

import { asSentence, html, useEffect, useRef } from "./elements.js";
import { Icon } from "./icons.js";
import { Empty, Failed, Stale } from "./states.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

/**
 * `list` comes from `usePages`; `text` has title, intro or rowsIntro, empty, emptyNext, loading, failed and shown(count); `tools`
 * stand beside the title; `heading` is a ref for the title.
 */
export function Listing({ id, icon, list, text, columns, keyOf, tools, heading, children }) {
  const title = `${id}-title`;
  return html`<section class="card listing" aria-labelledby=${title}>
    <div class="card-head">
      <h2 id=${title} tabindex="-1" ref=${heading}><${Icon} name=${icon} />${text.title}</h2>
      ${tools}
    </div>
    ${text.intro && html`<p class="note"><bdi>${text.intro}</bdi></p>`}
    ${text.rowsIntro && list.rows.length > 0 && html`<p class="note"><bdi>${text.rowsIntro}</bdi></p>`}
    ${children}
    <${ListingBody} title=${title} icon=${icon} list=${list} text=${text} columns=${columns} keyOf=${keyOf} />
  </section>`;
}

/** The list below a title of its own, the element with the id `title`. */
export function ListingBody({ title, icon, list, text, columns, keyOf }) {
  return html`<p class="hidden" role="status">${statusOf(list, text)}</p>
    ${list.phase === "loading" && html`<${Bones} />`}
    ${list.phase === "failed" && html`<${Failed} title=${text.failed} error=${list.error} retry=${list.reload} inside=${true} />`}
    ${list.stale && html`<${Stale} error=${list.stale} retry=${() => list.reload({ quiet: true })} />`}
    ${list.phase === "ready" && html`<${Rows} title=${title} icon=${icon} list=${list} text=${text} columns=${columns} keyOf=${keyOf} />`}`;
}

function statusOf({ phase, rows }, text) {
  if (phase === "loading") return text.loading;
  return phase === "ready" ? text.shown(rows.length) : "";
}

function Bones() {
  return html`<div class="listing-bones" aria-busy="true" aria-hidden="true"><div class="bone"></div><div class="bone"></div><div class="bone"></div></div>`;
}

function Rows({ title, icon, list, text, columns, keyOf }) {
  const table = useRef(null);
  if (list.rows.length === 0) return html`<${Empty} icon=${text.emptyIcon ?? icon} title=${text.empty}>${text.emptyNext}<//>`;
  return html`<div ref=${table}><${Table} labelledBy=${title} caption=${text.title} columns=${columns} rows=${list.rows} keyOf=${keyOf} /></div>
    <${More} list=${list} table=${table} />`;
}

/** The button for the next page; when it goes, the keyboard goes to the table. */
export function More({ list, table }) {
  const pressed = useRef(false);
  useEffect(() => {
    if (pressed.current && !list.next) table.current?.querySelector(".table-place")?.focus();
    pressed.current = false;
  }, [list.next]);
  if (!list.next) return null;
  const press = () => {
    pressed.current = true;
    list.more();
  };
  return html`<p class="listing-more"><button type="button" class="button" onClick=${press}>${words.more}</button>
    ${list.moreError && html`<span class="note" role="alert">${asSentence(list.moreError.message)}</span>`}</p>`;
}
