// The dialog in which something is agreed with an account; its fields follow the kind.

import { isOnce, readAgreement, startingAgreement } from "./agreement-form.js";
import { pricing } from "./api.js";
import { Catalogue, kindOfService, kindsOfService, meterOptions } from "./catalogue.js";
import { FormDialog, useSending } from "./dialogs.js";
import { Locale, html, useContext, useState } from "./elements.js";
import { ChoiceField, DayField, NumberField, TextField } from "./fields.js";
import { words } from "./words.js";

const text = words.agreements.form;

export function AddAgreementDialog({ account, onDone, onClose }) {
  const { language } = useContext(Locale);
  const catalogue = useContext(Catalogue);
  const [typed, setTyped] = useState(() => startingAgreement(catalogue));
  const sending = useSending(onDone);
  const change = (part) => setTyped((before) => ({ ...before, ...part }));
  const submit = () => {
    const read = readAgreement(typed, { currency: account.currency, language, services: catalogue.services });
    if (read.fields) sending.refuse(read.fields);
    else sending.send(() => pricing.agree(account.id, read.agreement));
  };
  const form = { typed, fields: sending.fields, change, currency: account.currency, catalogue };
  const Fields = FIELDS[typed.kind];
  const once = isOnce(typed, catalogue.services);
  const credit = typed.kind === "credit";
  return html`<${FormDialog} title=${text.title} intro=${text.intro(account.name || account.id)} sending=${sending} confirm=${text.save} onSubmit=${submit} onClose=${onClose}>
    <${Choice} id="kind" label=${text.kind} options=${Object.entries(words.agreements.kinds)} ...${form} />
    <${Fields} ...${form} />
    <div class="field-row">
      <${DayField} id="from" label=${text.from} hint=${once ? text.once : undefined} value=${typed.from} error=${sending.fields.from} onChange=${(from) => change({ from })} />
      ${!once && html`<${OptionalDay} id="until" label=${credit ? text.expiry : text.until} value=${typed.until} error=${sending.fields.until} onChange=${(until) => change({ until })} />`}
    </div>
    ${!once && html`<p class="field-hint until-hint">${credit ? text.expiryHint : text.untilHint}</p>`}
    <${TextField} id="note" label=${text.note} hint=${text.noteHint} maxlength="200" value=${typed.note} error=${sending.fields.note} onChange=${(note) => change({ note })} />
  <//>`;
}

/** A choice whose value is in the form under its id. */
function Choice({ id, label, hint, options, typed, fields, change }) {
  return html`<${ChoiceField} id=${id} label=${label} hint=${hint} value=${typed[id]} options=${options} error=${fields[id]} onChange=${(value) => change({ [id]: value })} />`;
}

function Amount({ id, label, hint, affix, typed, fields, change }) {
  return html`<${NumberField} id=${id} label=${label} hint=${hint} affix=${affix} value=${typed[id]} error=${fields[id]} onChange=${(value) => change({ [id]: value })} />`;
}

function OptionalDay({ id, label, error, value, onChange }) {
  return html`<${TextField} id=${id} label=${label} type="date" value=${value} error=${error} onChange=${onChange} />`;
}

const FIELDS = {
  adjustment: (form) => html`
    <div class="field-row">
      <${Choice} id="direction" label=${text.direction} options=${Object.entries(text.directions)} ...${form} />
      <${Amount} id="percent" label=${text.percent} affix="%" ...${form} />
    </div>
    <${Choice} id="scope" label=${text.scope} options=${Object.entries(text.scopes)} ...${form} />
    ${form.typed.scope === "service" && html`<${Choice} id="scope_service" label=${text.scopeService} options=${[...kindsOfService(form.catalogue), ["services", kindOfService("services")]]} ...${form} />`}
    ${form.typed.scope === "meter" && html`<${Choice} id="scope_meter" label=${text.scopeMeter} options=${[...meterOptions(form.catalogue), ...form.catalogue.services.map(({ id, title }) => [`service:${id}`, title || id])]} ...${form} />`}`,
  commitment: (form) => html`<${Amount} id="amount" label=${text.commitment} hint=${text.commitmentHint} affix=${form.currency} ...${form} />`,
  credit: (form) => html`<${Amount} id="amount" label=${text.credit} hint=${text.creditHint} affix=${form.currency} ...${form} />`,
  free_quota: FreeQuotaFields,
  service: ServiceFields,
};

function FreeQuotaFields(form) {
  const { typed, fields, change, catalogue } = form;
  const persOf = (meter) => catalogue.meters.find(({ name }) => name === meter)?.per ?? [];
  const pick = (meter) => change({ meter, per: persOf(meter).includes(typed.per) ? typed.per : persOf(meter)[0] });
  const pers = persOf(typed.meter).map((per) => [per, words.prices.tariff.units[per] ?? per]);
  return html`
    <${ChoiceField} id="meter" label=${text.meter} value=${typed.meter} options=${meterOptions(catalogue)} error=${fields.meter} onChange=${pick} />
    <div class="field-row">
      <${Amount} id="quantity" label=${text.quantity} ...${form} />
      <${Choice} id="per" label=${text.per} options=${pers} ...${form} />
    </div>`;
}

function ServiceFields(form) {
  const { services } = form.catalogue;
  if (services.length === 0) return html`<p class="form-notice">${text.noServices}</p>`;
  return html`
    <${Choice} id="service" label=${text.service} hint=${text.serviceHint} options=${services.map(({ id, title }) => [id, title || id])} ...${form} />
    <${Amount} id="quantity" label=${text.pieces} ...${form} />
    ${!isOnce(form.typed, services) && html`<${Choice} id="prorated" label=${text.prorated} options=${Object.entries(text.proratedChoices)} ...${form} />`}`;
}
