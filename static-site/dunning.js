// Who owes what since when, what happens next, and holding, suspending or resuming an account by hand.

import { books } from "./api.js";
import { nameOfAccount } from "./billing-run-columns.js";
import { FormDialog, useHeading, useSending } from "./dialogs.js";
import { dunningColumns } from "./dunning-columns.js";
import { html, useState } from "./elements.js";
import { Listing } from "./listing.js";
import { usePages } from "./pages.js";
import { words } from "./words.js";

const text = words.books.dunning;

export function Dunning({ turn, announce, refresh }) {
  const list = usePages(books.dunning, "accounts", { key: "dunning", turn });
  const [open, setOpen] = useState(null);
  const [heading, goToHeading] = useHeading();
  const done = (sentence) => {
    setOpen(null);
    goToHeading();
    announce(sentence);
    refresh();
  };
  const act = (row, action) => setOpen({ account: row.account, action });
  return html`<${Listing} id="dunning" icon="bell" list=${list} text=${text} columns=${dunningColumns(act)} keyOf=${({ account }) => account.id} heading=${heading} />
    ${open && html`<${EnforceDialog} account=${open.account} action=${open.action} onDone=${done} onClose=${() => setOpen(null)} />`}`;
}

function EnforceDialog({ account, action, onDone, onClose }) {
  const name = nameOfAccount(account);
  const sending = useSending(({ enforcement: { state } }) => onDone(text.enforced(name, text.states[state] ?? state)));
  return html`<${FormDialog} title=${text.titles[action](name)} intro=${text.consequences[action]} sending=${sending} confirm=${text.confirm[action]}
    tone=${action === "resume" ? "main" : "danger"} onSubmit=${() => sending.send(() => books.enforce(account.id, action))} onClose=${onClose} />`;
}
