// What a payment gateway told and could not be posted: the list, trying again, and dismissing on the record.

import { books } from "./api.js";
import { nameOfAccount } from "./billing-run-columns.js";
import { formatDate } from "./dates.js";
import { FormDialog, useHeading, useSending } from "./dialogs.js";
import { negated } from "./documents.js";
import { Instant, Locale, Money, Pill, asSentence, html, useContext, useState } from "./elements.js";
import { invoicesAddress, walletAddress } from "./invoice-links.js";
import { Listing } from "./listing.js";
import { ReasonField, wrongReason } from "./reason-field.js";
import { words } from "./words.js";

const text = words.books.unposted;

/** `load` is the load of the gateways, which tell it. */
export function Unposted({ load, announce }) {
  const [open, setOpen] = useState(null);
  const [heading, goToHeading] = useHeading();
  const done = (sentence) => {
    setOpen(null);
    goToHeading();
    announce(sentence);
    load.reload({ quiet: true });
  };
  const { unposted: rows, counts } = load.data;
  const Dialog = open?.Dialog;
  const tools = counts.open > 0 && html`<${Pill} tone="warn">${text.waiting(counts.open)}<//>`;
  return html`<${Listing} id="unposted" icon="warning" list=${{ ...load, rows, next: null }} text=${text} columns=${columnsWith(setOpen)} keyOf=${({ id }) => id} tools=${tools} heading=${heading} />
    ${open && html`<${Dialog} event=${open.event} onDone=${done} onClose=${() => setOpen(null)} />`}`;
}

const columnsWith = (onOpen) => [
  { label: text.event, of: ({ kind, reference }) => html`<span class="two-lines"><span>${text.kinds[kind] ?? kind}</span><small><bdi>${reference}</bdi></small></span>` },
  { label: text.account, of: ({ account, kind }) => html`<${Account} account=${account} kind=${kind} />` },
  { label: text.at, of: ({ at }) => html`<span class="no-break"><${Instant} at=${at} /></span>` },
  { label: text.reason, of: (event) => html`<${Reason} event=${event} />` },
  { label: text.amount, side: "end", of: ({ kind, amount }) => html`<${Money} money=${kind === "refund" ? negated(amount) : amount} />` },
  { label: text.change, side: "end", stacked: "bare", of: (event) => event.state === "open" && html`<${Buttons} event=${event} onOpen=${onOpen} />` },
];

function Account({ account, kind }) {
  if (!account) return html`<span class="muted">${text.gone}</span>`;
  return html`<a href=${kind === "top_up" ? walletAddress(account.id) : invoicesAddress(account.id)}><bdi>${nameOfAccount(account)}</bdi></a>`;
}

function Reason({ event: { reason, dismissed } }) {
  const { language, timeZone } = useContext(Locale);
  if (!dismissed) return html`<span class="note-text"><bdi>${asSentence(reason)}</bdi></span>`;
  return html`<span class="two-lines note-text"><bdi>${asSentence(reason)}</bdi>
    <small><${Pill}>${text.dismissed}<//> <bdi>${text.dismissedBy(dismissed.by, formatDate(dismissed.at, language, timeZone), dismissed.reason)}</bdi></small></span>`;
}

function Buttons({ event, onOpen }) {
  const button = (Dialog, label, name) => html`<button type="button" class="button button-small" aria-label=${name(event.reference)} onClick=${() => onOpen({ event, Dialog })}>${label}</button>`;
  return html`<div class="row-buttons">${button(AgainDialog, text.again, text.againOf)}${button(DismissDialog, text.dismiss, text.dismissOf)}</div>`;
}

function AgainDialog({ event, onDone, onClose }) {
  const sending = useSending(() => onDone(text.posted(event.reference)));
  return html`<${FormDialog} title=${text.againTitle(event.reference)} intro=${asSentence(event.reason)} sending=${sending} confirm=${text.again} onSubmit=${() => sending.send(() => books.tryAgain(event.id))} onClose=${onClose} />`;
}

function DismissDialog({ event, onDone, onClose }) {
  const [reason, setReason] = useState("");
  const sending = useSending(() => onDone(text.wasDismissed(event.reference)));
  const submit = () => {
    const wrong = wrongReason(reason);
    if (wrong) sending.refuse({ reason: wrong });
    else sending.send(() => books.dismiss(event.id, reason.trim()));
  };
  return html`<${FormDialog} title=${text.dismissTitle(event.reference)} intro=${text.dismissIntro} sending=${sending} confirm=${text.dismiss} tone="danger" onSubmit=${submit} onClose=${onClose}>
    <${ReasonField} hint=${text.reasonHint} value=${reason} error=${sending.fields.reason} onChange=${setReason} />
  <//>`;
}
