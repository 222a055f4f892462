// On what terms an account is billed, and the dialog that changes them.

import { pricing } from "./api.js";
import { FormDialog, useSending } from "./dialogs.js";
import { html, useState } from "./elements.js";
import { ChoiceField, CurrencyField, TextField } from "./fields.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

const text = words.agreements.terms;

export function TermsCard({ account, currencies, heading, onSaved }) {
  const [open, setOpen] = useState(false);
  const terms = termsOf(account);
  const name = account.name || account.id;
  const saved = (stored) => {
    setOpen(false);
    onSaved(termsOf({ ...terms, ...stored }), text.saved(name));
  };
  return html`<section class="card listing" aria-labelledby="terms-title">
    <div class="card-head">
      <h2 id="terms-title" tabindex="-1" ref=${heading}><${Icon} name="receipt" /><bdi>${text.title(name)}</bdi></h2>
      <button type="button" class="button" onClick=${() => setOpen(true)}>${text.edit}</button>
    </div>
    <dl class="facts terms">
      <div><dt>${text.currency}</dt><dd>${terms.currency}</dd></div>
      <div><dt>${text.language}</dt><dd><bdi>${terms.language}</bdi></dd></div>
      <div><dt>${text.timeZone}</dt><dd><bdi>${terms.time_zone}</bdi></dd></div>
      <div><dt>${text.stopped}</dt><dd>${text.stoppeds[terms.stopped_vms]}</dd></div>
    </dl>
    ${open && html`<${TermsDialog} account=${account} name=${name} terms=${terms} currencies=${currencies} onSaved=${saved} onClose=${() => setOpen(false)} />`}
  </section>`;
}

function termsOf({ currency, language, time_zone, stopped_vms }) {
  return { currency, language, time_zone, stopped_vms: stopped_vms ?? "charged" };
}

function TermsDialog({ account, name, terms, currencies, onSaved, onClose }) {
  const [typed, setTyped] = useState(terms);
  const sending = useSending(onSaved);
  const { fields } = sending;
  const change = (part) => setTyped({ ...typed, ...part });
  const submit = () => {
    const wrong = wrongOf(typed);
    // A company is made by its name, so the name goes along.
    const named = account.kind === "company" ? { name: account.name } : {};
    if (Object.keys(wrong).length > 0) sending.refuse(wrong);
    else sending.send(() => pricing.setTerms(account.id, { ...typed, language: typed.language.trim(), time_zone: typed.time_zone.trim(), ...named }));
  };
  return html`<${FormDialog} title=${text.editTitle} intro=${text.editIntro(name)} sending=${sending} confirm=${text.save} onSubmit=${submit} onClose=${onClose}>
    <${CurrencyField} id="currency" label=${text.currency} hint=${text.currencyHint} currencies=${currencies} value=${typed.currency} error=${fields.currency} onChange=${(currency) => change({ currency })} />
    <${TextField} id="language" label=${text.language} hint=${text.languageHint} dir="ltr" value=${typed.language} error=${fields.language} onChange=${(language) => change({ language })} />
    <${TextField} id="time_zone" label=${text.timeZone} hint=${text.timeZoneHint} dir="ltr" list="time-zones" value=${typed.time_zone} error=${fields.time_zone} onChange=${(zone) => change({ time_zone: zone })} />
    <datalist id="time-zones">${Intl.supportedValuesOf("timeZone").map((zone) => html`<option key=${zone} value=${zone}></option>`)}</datalist>
    <${ChoiceField} id="stopped_vms" label=${text.stopped} hint=${text.stoppedHint} value=${typed.stopped_vms} options=${Object.entries(text.stoppeds)} error=${fields.stopped_vms} onChange=${(stopped) => change({ stopped_vms: stopped })} />
  <//>`;
}

function wrongOf({ currency, language, time_zone }) {
  const wrong = {
    currency: !/^[A-Z]{3}$/.test(currency) && text.wrong.currency,
    language: language.trim() === "" && text.wrong.language,
    time_zone: time_zone.trim() === "" && text.wrong.time_zone,
  };
  return Object.fromEntries(Object.entries(wrong).filter(([, why]) => why));
}
