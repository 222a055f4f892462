// The editor of an issuer: its name, its days, its numbers, its taxes, its texts, its reminders.

import { books } from "./api.js";
import { useHeading, useSending } from "./dialogs.js";
import { Locale, html, useContext, useEffect, useState } from "./elements.js";
import { ChoiceField, LongTextField, TextField } from "./fields.js";
import { readIssuer, typedIssuer } from "./issuer-form.js";
import { LogoCard } from "./logo-card.js";
import { FormCard, PageForm } from "./page-form.js";
import { PartyFields } from "./party-fields.js";
import { SeriesCard } from "./series-card.js";
import { EditedRule, TaxRules } from "./tax-rules.js";
import { words } from "./words.js";

const text = words.issuers;

/** `issuer` is null for a new one; `taken` are the ids there are. */
export function IssuerEditor({ issuer, taken, announce, refresh, onSaved, onBack }) {
  const isNew = !issuer;
  const today = new Date().toISOString().slice(0, 10);
  const [typed, setTyped] = useState(() => typedIssuer(issuer, today.slice(0, 7)));
  const [editing, setEditing] = useState(null);
  const sending = useSending((stored) => onSaved(text.saved(stored.party.name)));
  const [heading, arrive] = useHeading();
  useEffect(arrive, []);
  const change = (part) => setTyped((before) => ({ ...before, ...part }));
  const within = (name) => (part) => setTyped((before) => ({ ...before, [name]: { ...before[name], ...part } }));
  const submit = () => {
    const read = readIssuer(typed, { isNew, taken });
    if (read.fields) sending.refuse(read.fields);
    else sending.send(() => books.saveIssuer(typed.id.trim(), read.issuer));
  };
  const form = { typed, fields: sending.fields, change, within };
  return html`<${PageForm} id="issuer-title" title=${isNew ? text.addTitle : text.editTitle(issuer.party.name)} intro=${text.editIntro} text=${text} sending=${sending} heading=${heading} onSubmit=${submit} onBack=${onBack}>
    <${FormCard} id="issuer-party" icon="receipt" title=${text.party}>
      ${isNew && html`<div class="short-form"><${TextField} id="id" label=${text.id} hint=${text.idHint} dir="ltr" maxlength="40" value=${typed.id} error=${sending.fields.id} onChange=${(id) => change({ id })} /></div>`}
      <${PartyFields} typed=${typed.party} fields=${sending.fields} onChange=${within("party")} />
    <//>
    <${BankCard} ...${form} />
    <${DaysCard} ...${form} />
    <${SeriesCard} ...${form} issuer=${issuer?.id} today=${today} />
    <${TaxRules} ...${form} announce=${announce} onEdit=${setEditing} />
    <${LogoCard} issuer=${issuer} announce=${announce} refresh=${refresh} />
    <${TextsCard} ...${form} />
    <${RemindersCard} ...${form} />
  <//>
  ${editing !== null && html`<${EditedRule} ...${form} editing=${editing} onClose=${() => setEditing(null)} />`}`;
}

function BankCard({ typed: { bank }, fields, within }) {
  return html`<${FormCard} id="issuer-bank" icon="coins" title=${text.bank} note=${text.bankNote}>
    <div class="form-grid">${Object.entries(text.bankFields).map(([part, label]) => html`<${TextField} key=${part} id=${`bank.${part}`} label=${label} dir=${["iban", "bic"].includes(part) ? "ltr" : undefined}
      value=${bank[part]} error=${fields[`bank.${part}`]} onChange=${(value) => within("bank")({ [part]: value })} />`)}</div>
  <//>`;
}

function DaysCard({ typed, fields, change }) {
  const { language } = useContext(Locale);
  const months = Array.from({ length: 12 }, (_, at) => [String(at + 1), new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" }).format(Date.UTC(2026, at, 1))]);
  const days = (part, label, hint) => html`<${TextField} id=${part} label=${label} hint=${hint} inputmode="numeric" dir="ltr" value=${typed[part]} error=${fields[part]} onChange=${(value) => change({ [part]: value })} />`;
  return html`<${FormCard} id="issuer-days" icon="clock" title=${text.when}>
    <div class="form-grid">
      <${TextField} id="time_zone" label=${text.zone} hint=${text.zoneHint} dir="ltr" list="time-zones" value=${typed.time_zone} error=${fields.time_zone} onChange=${(zone) => change({ time_zone: zone })} />
      <datalist id="time-zones">${Intl.supportedValuesOf("timeZone").map((zone) => html`<option key=${zone} value=${zone}></option>`)}</datalist>
      <${TextField} id="first_period" label=${text.first} hint=${text.firstHint} type="month" value=${typed.first_period} error=${fields.first_period} onChange=${(period) => change({ first_period: period })} />
      ${days("due_days", text.dueDays, text.dueHint)}
      ${days("grace_days", text.graceDays, text.graceHint)}
      <${ChoiceField} id="fiscal_year_start" label=${text.fiscal} value=${typed.fiscal_year_start} options=${months} error=${fields.fiscal_year_start} onChange=${(month) => change({ fiscal_year_start: month })} />
    </div>
  <//>`;
}

function TextsCard({ typed, fields, change }) {
  const long = (part, label, hint) => html`<${LongTextField} id=${part} label=${label} hint=${hint} most=${text.mostText} value=${typed[part]} error=${fields[part]} onChange=${(value) => change({ [part]: value })} />`;
  return html`<${FormCard} id="issuer-texts" icon="tag" title=${text.texts}>
    <div class="form-grid">${long("header", text.header, text.headerHint)}${long("footer", text.footer, text.footerHint)}</div>
  <//>`;
}

function RemindersCard({ typed: { dunning }, fields, within }) {
  return html`<${FormCard} id="issuer-dunning" icon="bell" title=${text.dunning} note=${text.dunningNote}>
    <div class="form-grid narrow">${Object.entries(text.dunningFields).map(([part, label]) => html`<${TextField} key=${part} id=${`dunning.${part}`} label=${label} inputmode="numeric" dir="ltr"
      value=${dunning[part]} error=${fields[`dunning.${part}`]} onChange=${(value) => within("dunning")({ [part]: value })} />`)}</div>
  <//>`;
}
