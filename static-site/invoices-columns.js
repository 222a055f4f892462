// The columns of the list of documents.

import { formatMonth } from "./dates.js";
import { DocumentFiles } from "./document-files.js";
import { Day, DueDay, Payable, StatusPill, Total, nameOf } from "./documents.js";
import { Locale, html, useContext } from "./elements.js";
import { invoicesAddress } from "./invoice-links.js";
import { words } from "./words.js";

const text = words.invoices;

export function columnsFor(account) {
  return [
    { label: text.number, of: (document) => html`<${Name} document=${document} account=${account} />` },
    { label: text.period, of: ({ period }) => period && html`<${Month} period=${period} />` },
    { label: text.issued, of: ({ issued_on: day }) => day && html`<${Day} day=${day} />` },
    { label: text.due, of: (document) => html`<${DueDay} document=${document} />` },
    { label: text.total, side: "end", of: (document) => html`<${Total} document=${document} />` },
    { label: text.payable, side: "end", of: (document) => html`<${Payable} document=${document} />` },
    { label: text.status, of: (document) => html`<${StatusPill} document=${document} />` },
    { label: text.files, side: "end", stacked: "bare", of: (document) => html`<${DocumentFiles} account=${account} document=${document} small=${true} formats=${["pdf"]} />` },
  ];
}

/** The number leads to the document; what it is stands below. */
function Name({ document, account }) {
  const { language } = useContext(Locale);
  const { id, kind, number, refers_to: refersTo } = document;
  return html`<span class="two-lines">
    <a class="document-name" href=${invoicesAddress(account, id)} aria-label=${nameOf(document, language)}><bdi>${number ?? words.documents.draft}</bdi></a>
    <small><bdi>${number ? (words.documents.kinds[kind] ?? kind) : text.draftNote}${refersTo && ` ${text.refersTo(refersTo.number)}`}</bdi></small>
  </span>`;
}

function Month({ period }) {
  const { language } = useContext(Locale);
  return html`<span class="no-break" lang=${language}>${formatMonth(period, language)}</span>`;
}
