// What came of something that moved money: it stays until the next, or until it is hidden.

import { Money, html } from "./elements.js";
import { Icon } from "./icons.js";
import { invoicesAddress } from "./invoice-links.js";
import { words } from "./words.js";

/** `outcome` is {said, account, allocated, more, link}: documents that were paid, further sentences, and where to look. */
export function Outcome({ outcome, onHide }) {
  if (!outcome) return null;
  const { said, account, allocated = [], more = [], link } = outcome;
  return html`<div class="form-notice outcome"><${Icon} name="check" />
    <div>
      <p><strong><bdi>${said}</bdi></strong></p>
      ${allocated.length > 0 && html`<p>${words.books.payments.allocated}</p>
        <ul>${allocated.map(({ document, number, amount }) => html`<li key=${document}><a href=${invoicesAddress(account, document)}><bdi>${number}</bdi></a> <${Money} money=${amount} /></li>`)}</ul>`}
      ${more.filter(Boolean).map((each) => html`<p key=${each}><bdi>${each}</bdi></p>`)}
      ${link && html`<p><a href=${link.href}>${link.label}</a></p>`}
    </div>
    <button type="button" class="button-plain" onClick=${onHide}>${words.books.hide}</button>
  </div>`;
}
