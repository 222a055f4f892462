// Prices that are not finished: a way back to them, and the question before they are lost.

import { FormDialog, useSending } from "./dialogs.js";
import { html } from "./elements.js";
import { Icon } from "./icons.js";
import { nameOfDraft } from "./price-draft.js";
import { words } from "./words.js";

const text = words.prices.draft;

export function DraftNotice({ draft, onResume, onDiscard }) {
  return html`<div class="stale draft-notice">
    <${Icon} name="clock" />
    <p><bdi>${text.unfinished(nameOfDraft(draft))}</bdi></p>
    <button type="button" class="button-plain" onClick=${onResume}>${text.resume}</button>
    <button type="button" class="button-plain" onClick=${onDiscard}>${text.discard}</button>
  </div>`;
}

export function DiscardDialog({ draft, onDone, onClose }) {
  const sending = useSending(onDone);
  return html`<${FormDialog} title=${text.discardTitle} intro=${text.discardIntro(nameOfDraft(draft))} sending=${sending} confirm=${text.discardConfirm} tone="danger"
    onSubmit=${() => sending.send(async () => undefined)} onClose=${onClose} />`;
}
