// The operator's side of billing: the row of its parts, and the one that is shown.

import { BillingRun } from "./billing-run.js";
import { Dunning } from "./dunning.js";
import { html } from "./elements.js";
import { Gateways } from "./gateways.js";
import { Icon } from "./icons.js";
import { Issuers } from "./issuers.js";
import { NumberedDocuments } from "./numbered-documents.js";
import { Payments } from "./payments.js";
import { TopUps } from "./top-ups.js";
import { TrialBalance } from "./trial-balance.js";
import { words } from "./words.js";

const text = words.books;
const PARTS = {
  "billing-run": BillingRun,
  documents: NumberedDocuments,
  payments: Payments,
  "top-ups": TopUps,
  dunning: Dunning,
  "trial-balance": TrialBalance,
  issuers: Issuers,
  gateways: Gateways,
};

/** Return the part of billing that a section of the operator's page is; undefined where it is none. */
export function billingPart(section) {
  if (section === "billing") return "billing-run";
  return Object.hasOwn(PARTS, section ?? "") ? section : undefined;
}

export function BillingParts({ part }) {
  const link = (name) => html`<a key=${name} class="chip" href=${`#/operations/${name}`} aria-current=${name === part ? "page" : undefined}>${text.sections[name]}</a>`;
  return html`<nav class="chips parts-nav" aria-label=${text.sections.label}>${Object.keys(PARTS).map(link)}</nav>`;
}

/** `issuers` is the load of who issues documents. */
export function Billing({ part, ...rest }) {
  const Part = PARTS[part];
  return html`<${Part} key=${part} ...${rest} />`;
}

/** Return whether it is known that nobody can issue documents yet. */
export function hasNoIssuer(issuers) {
  return issuers.phase === "ready" && issuers.data.issuers.length === 0;
}

export function NoIssuerNotice({ part }) {
  return html`<div class="stale no-issuer"><${Icon} name="warning" /><p><bdi>${text.noIssuer}</bdi></p>
    ${part !== "issuers" && html`<a href="#/operations/issuers">${text.noIssuerLink}</a>`}</div>`;
}
