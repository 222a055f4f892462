// Picks one of the billing accounts that the session may see.

import { html, useEffect, useLayoutEffect, useRef, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

const text = words.picker;
const SHOWN = 40;
const SEARCH_FROM = 6;

/** One account is only named; several are a button that opens a list, with a search when it is long. */
export function AccountPicker({ accounts, current, onPick }) {
  const [open, setOpen] = useState(false);
  const place = useRef(null);
  const button = useRef(null);
  useClosing(place, open, setOpen);
  if (accounts.length < 2) return null;
  const pick = (account) => {
    setOpen(false);
    button.current.focus();
    onPick(account.id);
  };
  const escape = (event) => {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    button.current.focus();
  };
  return html`<div class="picker" ref=${place} onKeyDown=${escape}>
    <button type="button" class="picker-button" ref=${button} aria-expanded=${String(open)} aria-controls="picker-list" onClick=${() => setOpen(!open)}>
      <span class="picker-label">${text.label}</span>
      <span class="picker-name">${current?.name ?? "–"}</span>
      <${Icon} name="chevron" />
    </button>
    <div id="picker-list" class="picker-panel" hidden=${!open}>
      ${open && html`<${Choices} accounts=${accounts} current=${current} onPick=${pick} />`}
    </div>
  </div>`;
}

function Choices({ accounts, current, onPick }) {
  const [sought, setSought] = useState("");
  const panel = useRef(null);
  useLayoutEffect(() => (panel.current.querySelector("input") ?? panel.current.querySelector("button"))?.focus(), []);
  const found = accounts.filter((account) => matches(account, sought));
  return html`<div ref=${panel} onKeyDown=${(event) => moveByArrow(event, panel.current)}>
    ${accounts.length >= SEARCH_FROM && html`<input type="search" class="picker-search" aria-label=${text.search} placeholder=${text.search}
      autocomplete="off" spellcheck="false" value=${sought} onInput=${(event) => setSought(event.target.value)} />`}
    <p class="hidden" role="status">${sought && text.found(found.length)}</p>
    <ul>
      ${found.slice(0, SHOWN).map((account) => html`<li key=${account.id}><${Choice} account=${account} current=${current} onPick=${onPick} /></li>`)}
    </ul>
    ${found.length === 0 && html`<p class="note">${text.none}</p>`}
    ${found.length > SHOWN && html`<p class="note">${text.more(found.length - SHOWN)}</p>`}
  </div>`;
}

function Choice({ account, current, onPick }) {
  const chosen = account.id === current?.id;
  return html`<button type="button" class="picker-choice" aria-current=${chosen ? "true" : undefined} onClick=${() => onPick(account)}>
    <span class="picker-choice-name"><bdi>${account.name}</bdi>${account.kind === "project" && html` <small>${text.project}</small>`}</span>
    <span class="picker-choice-note"><bdi>${account.domain}</bdi> · ${account.currency}</span>
  </button>`;
}

function matches({ name, domain, kind }, sought) {
  return `${name} ${domain} ${kind}`.toLowerCase().includes(sought.trim().toLowerCase());
}

function moveByArrow(event, panel) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const stops = [...panel.querySelectorAll("input, button")];
  stops[stops.indexOf(document.activeElement) + step]?.focus();
  event.preventDefault();
}

function useClosing(place, open, setOpen) {
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event) => !place.current.contains(event.target) && setOpen(false);
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);
}
