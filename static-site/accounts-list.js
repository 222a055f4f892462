// Every billing account there is, for the operator.

import { operations } from "./api.js";
import { ConnectionName } from "./connections.js";
import { Pill, html } from "./elements.js";
import { Listing } from "./listing.js";
import { usePages } from "./pages.js";
import { words } from "./words.js";

const text = words.operations.accounts;

export function AccountsList({ turn, onAgreements, onBilling }) {
  const list = usePages(operations.accounts, "accounts", { turn });
  return html`<${Listing} id="accounts" icon="receipt" list=${list} text=${text} columns=${columnsWith(onAgreements, onBilling)} keyOf=${({ id }) => id} />`;
}

const plain = (label, part) => ({ label, of: (account) => html`<bdi>${account[part]}</bdi>` });
const columnsWith = (onAgreements, onBilling) => [
  { label: text.name, of: ({ name, kind }) => html`<bdi>${name}</bdi>${kind === "project" && html` <${Pill}>${words.picker.project}<//>`}` },
  plain(text.domain, "domain"),
  { label: words.operations.connection, of: ({ connection }) => html`<${ConnectionName} id=${connection} />` },
  plain(text.currency, "currency"),
  plain(text.language, "language"),
  plain(text.timeZone, "time_zone"),
  plain(words.operations.state, "state"),
  { label: text.show, stacked: "bare", of: ({ id, name }) => html`<a href=${`#/account/${id}`} aria-label=${text.showOf(name)}>${text.show}</a>` },
  {
    label: words.operations.rollUps.change,
    side: "end",
    stacked: "bare",
    of: (account) => html`<div class="row-buttons">
      <button type="button" class="button button-small" aria-label=${words.details.openOf(account.name || account.id)} onClick=${() => onBilling(account)}>${words.details.open}</button>
      <button type="button" class="button button-small" aria-label=${words.agreements.openOf(account.name || account.id)} onClick=${() => onAgreements(account)}>${words.agreements.open}</button>
    </div>`,
  },
];
