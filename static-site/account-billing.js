// How an account is billed: whom its documents name, where they are sent, how it pays, what happens if it does not.

import { books } from "./api.js";
import { readDetails, typedDetails } from "./details-form.js";
import { useHeading, useSending } from "./dialogs.js";
import { Locale, Pill, html, useContext, useEffect, useState } from "./elements.js";
import { CheckField, ChoiceField, LongTextField, NumberField, TextField } from "./fields.js";
import { useLoad } from "./load.js";
import { FormCard, PageForm } from "./page-form.js";
import { PartyFields } from "./party-fields.js";
import { Failed, Skeleton } from "./states.js";
import { words } from "./words.js";

const text = words.details;

export function AccountBilling({ account, issuers, announce, onBack }) {
  const load = useLoad(() => books.details(account.id), account.id);
  const both = [load, issuers];
  const failed = both.find(({ phase }) => phase === "failed");
  if (failed) return html`<${Failed} title=${text.failed} error=${failed.error} retry=${failed.reload} />`;
  if (both.some(({ phase }) => phase === "loading")) return html`<${Skeleton} label=${text.loading} cards=${2} />`;
  return html`<${DetailsForm} account=${account} details=${load.data} issuers=${issuers.data.issuers} announce=${announce} onBack=${onBack} />`;
}

function DetailsForm({ account, details, issuers, announce, onBack }) {
  const { language } = useContext(Locale);
  const [typed, setTyped] = useState(() => typedDetails(details, issuers, language));
  const name = account.name || account.id;
  const sending = useSending(() => {
    announce(text.saved(name));
    onBack();
  });
  const [heading, arrive] = useHeading();
  useEffect(arrive, []);
  const change = (part) => setTyped((before) => ({ ...before, ...part }));
  const within = (part) => (changed) => setTyped((before) => ({ ...before, [part]: { ...before[part], ...changed } }));
  const submit = () => {
    const read = readDetails(typed, { currency: account.currency, language });
    if (read.fields) sending.refuse(read.fields);
    else sending.send(() => books.saveDetails(account.id, read.details));
  };
  const pill = html`<${Pill} tone=${details.complete ? "good" : "warn"}>${details.complete ? text.complete : text.incomplete}<//>`;
  const form = { typed, fields: sending.fields, change, currency: account.currency };
  return html`<${PageForm} id="details-title" title=${text.title(name)} intro=${text.intro} pill=${pill} text=${text} sending=${sending} heading=${heading} onSubmit=${submit} onBack=${onBack}>
    <${FormCard} id="details-party" icon="receipt" title=${text.party} note=${text.partyNote}><${PartyFields} typed=${typed.party} fields=${sending.fields} onChange=${within("party")} /><//>
    <${DocumentsCard} ...${form} issuers=${issuers} />
    <${PayingCard} ...${form} issuers=${issuers} />
    <${EnforcementCard} ...${form} onChange=${within("enforcement")} />
  <//>`;
}

function DocumentsCard({ typed, fields, change, issuers }) {
  const classes = classesOf(issuers.find(({ id }) => id === typed.issuer), typed.tax_class);
  const options = [...(typed.issuer ? [] : [["", text.chooseIssuer]]), ...issuers.map(({ id, party }) => [id, party.name])];
  return html`<${FormCard} id="details-documents" icon="tray" title=${text.issuing}>
    ${issuers.length === 0 && html`<p class="form-notice"><bdi>${text.noIssuers}</bdi> <a href="#/operations/issuers">${text.addIssuer}</a></p>`}
    <div class="form-grid">
      <${ChoiceField} id="issuer" label=${text.issuer} value=${typed.issuer} options=${options} error=${fields.issuer} onChange=${(issuer) => change({ issuer })} />
      <${ChoiceField} id="tax_class" label=${text.taxClass} hint=${text.taxClassHint} value=${typed.tax_class} options=${classes.map((each) => [each, each])} error=${fields.tax_class} onChange=${(taxClass) => change({ tax_class: taxClass })} />
      <${LongTextField} id="recipients" label=${text.recipients} hint=${text.recipientsHint} dir="ltr" autocapitalize="off" spellcheck="false" value=${typed.recipients} error=${fields.recipients} onChange=${(recipients) => change({ recipients })} />
      <${TextField} id="buyer_reference" label=${text.reference} hint=${text.referenceHint} maxlength="100" value=${typed.buyer_reference} error=${fields.buyer_reference} onChange=${(reference) => change({ buyer_reference: reference })} />
    </div>
  <//>`;
}

/** Return the tax classes that an issuer has rules for, and the one that is set. */
function classesOf(issuer, current) {
  return [...new Set([...(issuer?.taxes ?? []).map(({ tax_class: each }) => each), current])];
}

function PayingCard({ typed, fields, change, currency, issuers }) {
  const days = issuers.find(({ id }) => id === typed.issuer)?.due_days;
  const limit = typed.payment_mode === "prepaid"
    ? { part: "low_balance", label: text.low, hint: text.lowHint(currency) }
    : { part: "credit_limit", label: text.limit, hint: text.limitHint(currency) };
  return html`<${FormCard} id="details-paying" icon="coins" title=${text.paying}>
    <div class="form-grid">
      <${ChoiceField} id="payment_mode" label=${text.mode} value=${typed.payment_mode} options=${Object.entries(text.modes)} error=${fields.payment_mode} onChange=${(mode) => change({ payment_mode: mode })} />
      <${TextField} id="due_days" label=${text.dueDays} hint=${days === undefined ? text.dueHintNone : text.dueHint(days)} inputmode="numeric" dir="ltr" value=${typed.due_days} error=${fields.due_days} onChange=${(due) => change({ due_days: due })} />
      <${NumberField} key=${limit.part} id=${limit.part} label=${limit.label} hint=${limit.hint} affix=${currency} value=${typed[limit.part]} error=${fields[limit.part]} onChange=${(amount) => change({ [limit.part]: amount })} />
    </div>
  <//>`;
}

function EnforcementCard({ typed: { enforcement, payment_mode: mode }, fields, onChange }) {
  const { action, after_days: after, dry_run: dry } = enforcement;
  const none = action === "none";
  return html`<${FormCard} id="details-enforcement" icon="bell" title=${text.enforcement}>
    <div class="form-grid">
      <${ChoiceField} id="enforcement.action" label=${text.action} value=${action} options=${Object.entries(text.actions)} error=${fields["enforcement.action"]} onChange=${(chosen) => onChange({ action: chosen })} />
      ${!none && html`<${TextField} id="enforcement.after_days" label=${text.afterDays} hint=${text.afterHint[mode]} inputmode="numeric" dir="ltr" value=${after} error=${fields["enforcement.after_days"]} onChange=${(days) => onChange({ after_days: days })} />`}
    </div>
    ${!none && html`<${CheckField} id="enforcement.dry_run" label=${text.dryRun} hint=${text.dryRunHint} error=${fields["enforcement.dry_run"]} checked=${dry} onChange=${(checked) => onChange({ dry_run: checked })} />
      ${!dry && html`<p class="stale live-enforcement"><bdi>${text.live}</bdi></p>`}`}
  <//>`;
}
