// The head of a document: how it stands, what is to be paid, the parties, its dates, its files.

import { countryName } from "./countries.js";
import { DocumentFiles } from "./document-files.js";
import { Day, Days, DueIn, StatusPill, isPayable } from "./documents.js";
import { Locale, Money, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { invoicesAddress } from "./invoice-links.js";
import { isZero } from "./money.js";
import { PayButtons } from "./pay-buttons.js";
import { words } from "./words.js";

const text = words.invoice;

export function InvoiceHead({ document, account }) {
  const { kind, state, payable } = document;
  const toPay = isPayable(document);
  return html`<section class="card document-head" aria-labelledby="document-title">
    <div class="document-top">
      <div>
        <h2 id="document-title"><${Icon} name="receipt" />${words.documents.kinds[kind] ?? kind} <${StatusPill} document=${document} /></h2>
        <p class="balance-label"><bdi>${amountLabel(document)}</bdi></p>
        <p class="balance"><${Money} money=${toPay ? payable : document.total} /></p>
        <p class="document-due">
          ${state !== "draft" && kind === "invoice" && isZero(payable.amount) && html`<span>${text.paidInFull}</span>`}
          ${toPay && document.due_on && html`<span><bdi>${text.dueOn} <${Day} day=${document.due_on} /></bdi></span> <${DueIn} document=${document} />`}
        </p>
      </div>
      <div class="document-buttons">
        ${toPay && html`<${PayButtons} document=${document} account=${account} />`}
        <${DocumentFiles} account=${account} document=${document} />
      </div>
    </div>
    <div class="parties">
      <${PartyBlock} label=${text.from} party=${document.issuer} />
      <${PartyBlock} label=${text.to} party=${document.customer} />
    </div>
    <${Facts} document=${document} account=${account} />
  </section>`;
}

function amountLabel(document) {
  if (isPayable(document)) return text.payable;
  if (document.state === "draft") return text.payableSoFar;
  return { credit_note: text.credited, receipt: text.received }[document.kind] ?? text.total;
}

function PartyBlock({ label, party }) {
  return html`<div class="party">
    <h3>${label}</h3>
    <${Party} party=${party} />
    ${!party.address.country && html`<p class="note"><bdi>${text.unknownParty}</bdi></p>`}
  </div>`;
}

function Party({ party: { name, address, tax_id: taxId, registration, email } }) {
  const { language } = useContext(Locale);
  const place = [address.postal_code, address.city].filter(Boolean).join(" ");
  const lines = [...address.lines, place, address.region, countryName(address.country, language)];
  return html`<address>
    <strong><bdi>${name}</bdi></strong>
    ${lines.filter(Boolean).map((line) => html`<span key=${line}><bdi>${line}</bdi></span>`)}
    ${taxId && html`<span><bdi>${text.taxId} ${taxId}</bdi></span>`}
    ${registration && html`<span><bdi>${text.registration} ${registration}</bdi></span>`}
    ${email && html`<span><bdi>${email}</bdi></span>`}
  </address>`;
}

function Facts({ document, account }) {
  const { refers_to: refersTo } = document;
  const facts = [
    document.issued_on && [text.issuedOn, html`<${Day} day=${document.issued_on} />`],
    document.due_on && [text.dueOn, html`<${Day} day=${document.due_on} />`],
    document.start && [text.supply, html`<${Days} start=${document.start} end=${document.end} />`],
    [text.currency, document.currency],
    refersTo && [text.refersTo, html`<a href=${invoicesAddress(account, refersTo.id)}><bdi>${refersTo.number}</bdi></a>`],
    document.reason && [text.reason, html`<bdi>${document.reason}</bdi>`],
    document.buyer_reference && [text.buyerReference, html`<bdi>${document.buyer_reference}</bdi>`],
    document.time_zone && [text.zone, html`<bdi>${document.time_zone}</bdi>`],
  ].filter(Boolean);
  return html`<dl class="document-facts">${facts.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}
