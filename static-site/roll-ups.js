// Which CloudStack accounts, projects and domains are billed to another billing account, and since when.

import { operations } from "./api.js";
import { ConnectionName } from "./connections.js";
import { formatDate } from "./dates.js";
import { useHeading } from "./dialogs.js";
import { Locale, html, useContext, useState } from "./elements.js";
import { Listing } from "./listing.js";
import { usePages } from "./pages.js";
import { AddRollUpDialog, EndRollUpDialog } from "./roll-up-dialogs.js";
import { words } from "./words.js";

const text = words.operations.rollUps;

export function RollUps({ turn, accounts, announce, refresh }) {
  const list = usePages(operations.rollUps, "roll_ups", { turn });
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const [heading, goToHeading] = useHeading();
  const done = (sentence) => {
    if (open !== "add") goToHeading();
    close();
    announce(sentence);
    refresh();
  };
  const add = html`<button type="button" class="button" onClick=${() => setOpen("add")}>${text.add}</button>`;
  return html`<${Listing} id="roll-ups" icon="branch" list=${list} text=${text} columns=${columnsWith(setOpen)} keyOf=${({ id }) => id} tools=${add} heading=${heading} />
    ${open === "add" && html`<${AddRollUpDialog} accounts=${accounts} onDone=${done} onClose=${close} />`}
    ${open?.id && html`<${EndRollUpDialog} rollUp=${open} onDone=${done} onClose=${close} />`}`;
}

const columnsWith = (onEnd) => [
  { label: text.source, of: (rollUp) => html`<${Source} rollUp=${rollUp} />` },
  { label: text.kind, of: ({ kind }) => text.kinds[kind] ?? kind },
  { label: words.operations.connection, of: ({ connection }) => html`<${ConnectionName} id=${connection} />` },
  { label: text.billingAccount, of: (rollUp) => html`<bdi>${rollUp.billing_account_name || rollUp.billing_account}</bdi>` },
  { label: text.from, of: ({ from }) => html`<${Day} day=${from} />` },
  { label: text.until, of: ({ until }) => (until ? html`<${Day} day=${until} />` : html`<span class="muted">${text.open}</span>`) },
  { label: text.change, side: "end", stacked: "bare", of: (rollUp) => html`<${EndButton} rollUp=${rollUp} onEnd=${onEnd} />` },
];

function Source({ rollUp: { source, source_name: name } }) {
  if (!name || name === source) return html`<bdi>${source}</bdi>`;
  return html`<span class="two-lines"><bdi>${name}</bdi><small><bdi>${source}</bdi></small></span>`;
}

function EndButton({ rollUp, onEnd }) {
  if (rollUp.until) return null;
  return html`<div class="row-buttons"><button type="button" class="button button-small" aria-label=${text.endOf(rollUp.source_name || rollUp.source)} onClick=${() => onEnd(rollUp)}>${text.end}</button></div>`;
}

function Day({ day }) {
  const { language } = useContext(Locale);
  return html`<time class="no-break" datetime=${day} lang=${language}>${formatDate(`${day}T00:00:00Z`, language, "UTC")}</time>`;
}
