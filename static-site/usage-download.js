// The rows on the page as a CSV file, made in the browser.

import { html } from "./elements.js";
import { Icon } from "./icons.js";
import { saveFile } from "./save-file.js";
import { words } from "./words.js";

const text = words.usage;
const FIELDS = ["resource", "name", "meter", "meter_name", "service", "offering", "offering_name", "zone", "zone_name", "sub_account", "sub_account_name"];

export function DownloadButton({ rows, more, name }) {
  const save = () => {
    // The mark at the start tells spreadsheets that it is UTF-8.
    saveFile(new Blob(["\ufeff", csvOf(rows)], { type: "text/csv" }), name);
  };
  return html`<button type="button" class="button-plain" onClick=${save}><${Icon} name="download" />${more ? text.downloadShown : text.download}</button>`;
}

/** Return the rows as CSV: the fields that any row has, then one column for each tag, then the exact quantity. */
export function csvOf(rows) {
  const fields = FIELDS.filter((field) => rows.some((row) => row[field] !== undefined));
  const tags = [...new Set(rows.flatMap((row) => Object.keys(row.tags ?? {})))].sort();
  const header = [...fields, ...tags.map((key) => `tag:${key}`), "quantity", "unit"];
  const lines = rows.map((row) => [...fields.map((field) => row[field]), ...tags.map((key) => row.tags?.[key]), row.quantity, row.unit]);
  return [header, ...lines].map((line) => line.map(cell).join(",")).join("\r\n");
}

/** A spreadsheet takes text that begins like this for a formula, and a name is whatever a tenant typed. */
function cell(value) {
  const plain = String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(plain) && !/^-?\d+(\.\d+)?$/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
