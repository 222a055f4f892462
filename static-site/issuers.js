// Who issues documents: the list, and the editor of one of them.

import { countryName } from "./countries.js";
import { formatMonth } from "./dates.js";
import { Locale, html, useContext, useEffect, useRef, useState } from "./elements.js";
import { IssuerEditor } from "./issuer-editor.js";
import { Listing } from "./listing.js";
import { words } from "./words.js";

const text = words.issuers;

export function Issuers({ issuers, announce, refresh }) {
  const [editing, setEditing] = useState(null);
  const left = useRef(false);
  const back = () => {
    left.current = true;
    setEditing(null);
  };
  const saved = (sentence) => {
    announce(sentence);
    refresh();
    back();
  };
  // The list is made anew, so the keyboard goes to its title.
  useEffect(() => {
    if (!editing && left.current) document.getElementById("issuers-title")?.focus();
  }, [editing]);
  const rows = issuers.phase === "ready" ? issuers.data.issuers : [];
  if (editing) return html`<${IssuerEditor} issuer=${editing.id ? editing : null} taken=${rows.map(({ id }) => id)} announce=${announce} refresh=${refresh} onSaved=${saved} onBack=${back} />`;
  const list = { ...issuers, rows, next: null };
  const tools = html`<button type="button" class="button button-main" onClick=${() => setEditing({})}>${text.add}</button>`;
  return html`<${Listing} id="issuers" icon="receipt" list=${list} text=${text} columns=${columnsWith(setEditing)} keyOf=${({ id }) => id} tools=${tools} />`;
}

const columnsWith = (onEdit) => [
  { label: text.name, of: ({ party, id }) => html`<span class="two-lines"><bdi>${party.name}</bdi><small><bdi>${id}</bdi></small></span>` },
  { label: text.country, of: ({ party }) => html`<${Country} code=${party.address.country} />` },
  { label: text.zone, of: ({ time_zone: zone }) => html`<bdi>${zone}</bdi>` },
  { label: text.first, of: ({ first_period: period }) => html`<${Month} period=${period} />` },
  { label: text.due, of: ({ due_days: days }) => text.days(days) },
  { label: text.taxes, of: ({ taxes }) => text.rules(taxes.length) },
  { label: text.change, side: "end", stacked: "bare", of: (issuer) => html`<div class="row-buttons"><button type="button" class="button button-small" aria-label=${text.editOf(issuer.party.name)} onClick=${() => onEdit(issuer)}>${text.edit}</button></div>` },
];

function Country({ code }) {
  const { language } = useContext(Locale);
  return html`<bdi>${countryName(code, language)}</bdi>`;
}

function Month({ period }) {
  const { language } = useContext(Locale);
  return html`<span class="no-break">${formatMonth(period, language)}</span>`;
}
