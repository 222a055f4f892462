// A table from a list of columns; on a phone each row stands as a block, its labels beside its cells.

import { html } from "./elements.js";

const PHONE = { bare: "bare-cell", absent: "wide-only-cell" };

/**
 * A column is {label, of, side, phone}: `of` returns the cell of a row, `side` is "end" for numbers; on a phone
 * a cell is "bare" without its label, or "absent". The first column names the row.
 */
export function Table({ labelledBy, caption, columns, rows, keyOf = (_, place) => place }) {
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby=${labelledBy}>
    <table class="stacking" role="table">
      <caption class="hidden">${caption}</caption>
      <thead role="rowgroup"><tr role="row">
        ${columns.map(({ label, side = "" }) => html`<th key=${label} scope="col" role="columnheader" class=${side}>${label}</th>`)}
      </tr></thead>
      <tbody role="rowgroup">
        ${rows.map((row, place) => html`<tr key=${keyOf(row, place)} role="row">${columns.map((column, index) => cell(column, row, index === 0))}</tr>`)}
      </tbody>
    </table>
  </div>`;
}

function cell({ label, of, side = "", phone }, row, first) {
  const content = of(row);
  if (first) return html`<th key=${label} scope="row" role="rowheader" class=${side}>${content}</th>`;
  return html`<td key=${label} role="cell" class=${`${side} ${PHONE[phone] ?? ""}`} data-label=${label}>${content}</td>`;
}
