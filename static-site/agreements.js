// What is agreed with one account: its terms, and its discounts, commitments, credits, free quantities and services.

import { AddAgreementDialog } from "./agreement-dialog.js";
import { sayAgreement } from "./agreement-words.js";
import { pricing } from "./api.js";
import { Catalogue } from "./catalogue.js";
import { useHeading } from "./dialogs.js";
import { Locale, Money, html, useContext, useEffect, useState } from "./elements.js";
import { EndAgreementDialog } from "./end-agreement-dialog.js";
import { Day } from "./exchange-rate-columns.js";
import { Icon } from "./icons.js";
import { Listing } from "./listing.js";
import { useLoad } from "./load.js";
import { usePages } from "./pages.js";
import { Failed, Skeleton } from "./states.js";
import { TermsCard } from "./terms-card.js";
import { words } from "./words.js";

const text = words.agreements.list;

export function AccountAgreements({ account, onBack, ...rest }) {
  const { phase, data, error, reload } = useLoad(pricing.catalogue, "catalogue");
  return html`<p><button type="button" class="button-plain back-button" onClick=${onBack}><${Icon} name="back" class="icon-turns" />${words.agreements.back}</button></p>
    ${phase === "loading" && html`<${Skeleton} label=${text.loading} />`}
    ${phase === "failed" && html`<${Failed} title=${text.failed} error=${error} retry=${reload} />`}
    ${phase === "ready" && html`<${Catalogue.Provider} value=${data}><${Agreed} account=${account} ...${rest} /><//>`}`;
}

function Agreed({ account, turn, currencies, announce, refresh, onTerms }) {
  const { language } = useContext(Locale);
  const catalogue = useContext(Catalogue);
  const list = usePages((next) => pricing.agreements(account.id, next), "agreements", { key: account.id, turn });
  const [open, setOpen] = useState(null);
  const [heading, goToHeading] = useHeading();
  const close = () => setOpen(null);
  const done = (sentence) => {
    if (open !== "add") goToHeading();
    close();
    announce(sentence);
    refresh();
  };
  const saved = (terms, sentence) => {
    onTerms(terms);
    announce(sentence);
    refresh();
  };
  const say = (agreement) => sayAgreement(agreement, catalogue, language);
  const add = html`<button type="button" class="button" onClick=${() => setOpen("add")}>${text.add}</button>`;
  const [arrival, arrive] = useHeading();
  useEffect(arrive, []);
  return html`<${TermsCard} account=${account} currencies=${currencies} heading=${arrival} onSaved=${saved} />
    <${Listing} id="agreements" icon="scales" list=${list} text=${text} columns=${columnsWith(say, setOpen)} keyOf=${({ id }) => id} tools=${add} heading=${heading} />
    ${open === "add" && html`<${AddAgreementDialog} account=${account} onDone=${(agreement) => done(words.agreements.form.added(say(agreement)))} onClose=${close} />`}
    ${open?.id && html`<${EndAgreementDialog} account=${account} agreement=${open} what=${say(open)} onDone=${() => done(words.agreements.end.ended(say(open)))} onClose=${close} />`}`;
}

const columnsWith = (say, onEnd) => [
  { label: text.what, of: (agreement) => html`<${What} agreement=${agreement} sentence=${say(agreement)} />` },
  { label: text.kind, of: ({ kind }) => words.agreements.kinds[kind] ?? kind },
  { label: text.from, of: ({ from }) => html`<${Day} day=${from} />` },
  { label: text.until, of: ({ until }) => (until ? html`<${Day} day=${until} />` : html`<span class="muted">${text.open}</span>`) },
  { label: text.note, of: ({ note }) => note && html`<span class="note-text"><bdi>${note}</bdi></span>` },
  { label: text.change, side: "end", stacked: "bare", of: (agreement) => html`<${EndButton} agreement=${agreement} sentence=${say(agreement)} onEnd=${onEnd} />` },
];

function What({ agreement: { kind, used, left, prorated }, sentence }) {
  return html`<div class="price-said"><bdi>${sentence}</bdi>
    ${kind === "credit" && used && left && html`<small><${Money} money=${used} /> ${words.agreements.used}, <${Money} money=${left} /> ${words.agreements.left}</small>`}
    ${kind === "service" && html`<small>${prorated ? words.agreements.prorated : words.agreements.notProrated}</small>`}</div>`;
}

function EndButton({ agreement, sentence, onEnd }) {
  if (agreement.until && agreement.kind !== "credit") return null;
  return html`<div class="row-buttons"><button type="button" class="button button-small" aria-label=${text.endOf(sentence)} onClick=${() => onEnd(agreement)}>${text.end}</button></div>`;
}
