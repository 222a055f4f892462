// A table from a list of columns; where it does not fit, each row stands as a block, its labels beside its cells.

import { html, useEffect, useLayoutEffect, useRef } from "./elements.js";

const STACKED = { bare: "bare-cell", absent: "absent-cell" };

/**
 * A column is {label, of, side, stacked}: `of` returns the cell of a row, `side` is "end" for numbers; where rows
 * stand as blocks, a cell is "bare" without its label, or "absent". The first column names the row. `total` is a row
 * that stands below the others.
 */
export function Table({ labelledBy, caption, columns, rows, total, keyOf = (_, place) => place }) {
  const place = useStacking();
  return html`<div class="table-place" tabindex="-1" role="group" aria-labelledby=${labelledBy} ref=${place}>
    <table role="table">
      <caption class="hidden">${caption}</caption>
      <thead role="rowgroup"><tr role="row">
        ${columns.map(({ label, side = "" }) => html`<th key=${label} scope="col" role="columnheader" class=${side}>${label}</th>`)}
      </tr></thead>
      <tbody role="rowgroup">
        ${rows.map((row, index) => html`<tr key=${keyOf(row, index)} role="row">${columns.map((column, at) => cell(column, row, at === 0))}</tr>`)}
      </tbody>
      ${total && html`<tfoot role="rowgroup"><tr role="row">${columns.map((column, at) => cell(column, total, at === 0))}</tr></tfoot>`}
    </table>
  </div>`;
}

/** Return one cell of a row; the `first` names it. */
export function cell({ label, of, side = "", stacked }, row, first) {
  const content = of(row);
  if (first) return html`<th key=${label} scope="row" role="rowheader" class=${side}>${content}</th>`;
  return html`<td key=${label} role="cell" class=${`${side} ${STACKED[stacked] ?? ""}`} data-label=${label}>${content}</td>`;
}

/** Return a ref for the place of a table, which is stacked whenever it is too wide for it. */
export function useStacking() {
  const place = useRef(null);
  const fit = () => {
    const element = place.current;
    const tooWide = () => element.scrollWidth > element.clientWidth;
    element.classList.remove("stacked");
    element.classList.toggle("stacked", tooWide());
    // What still has to be scrolled must be within reach of the keyboard.
    element.tabIndex = tooWide() ? 0 : -1;
  };
  useLayoutEffect(fit);
  useEffect(() => {
    window.addEventListener("resize", fit);
    return () => window.removeEventListener("resize", fit);
  }, []);
  return place;
}
