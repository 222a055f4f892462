// A dialog that only shows something.

import { useOpenDialog } from "./dialogs.js";
import { html } from "./elements.js";
import { words } from "./words.js";

const NOTHING_WRONG = {};

export function ViewDialog({ title, onClose, children }) {
  const dialog = useOpenDialog(NOTHING_WRONG);
  return html`<dialog class="dialog" ref=${dialog} aria-labelledby="dialog-title" onClose=${onClose}>
    <div class="dialog-body">
      <h2 id="dialog-title"><bdi>${title}</bdi></h2>
      ${children}
      <div class="dialog-buttons"><button type="button" class="button" onClick=${() => dialog.current.close()}>${words.prices.rates.close}</button></div>
    </div>
  </dialog>`;
}
