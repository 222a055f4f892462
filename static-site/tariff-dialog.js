// The dialog in which a price is added or changed. It goes into the draft; nothing is sent.

import { Catalogue, meterOptions } from "./catalogue.js";
import { ConditionsField } from "./conditions-field.js";
import { FormDialog, useSending } from "./dialogs.js";
import { Locale, asSentence, html, useContext, useState } from "./elements.js";
import { ChoiceField, NumberField, TextField } from "./fields.js";
import { SERVICE, persOf, readTariff, typedOf, withMeter } from "./tariff-form.js";
import { perOf, unitsOf } from "./tariff-words.js";
import { TiersField } from "./tiers-field.js";
import { words } from "./words.js";

const text = words.prices.form;

/** `price` is what to begin with; `errors` is what the API refused in it. */
export function TariffDialog({ price, isNew, currency, errors, onKeep, onClose }) {
  const { language } = useContext(Locale);
  const catalogue = useContext(Catalogue);
  const [typed, setTyped] = useState(() => typedOf(price, catalogue, language));
  const [given, setGiven] = useState(errors);
  const sending = useSending(onKeep);
  const fields = given ?? sending.fields;
  const change = (part) => setTyped((before) => ({ ...before, ...part }));
  const submit = () => {
    setGiven(undefined);
    const read = readTariff(typed, language);
    if (read.fields) sending.refuse(read.fields);
    else sending.send(async () => read.price);
  };
  const form = { typed, fields, currency, change };
  return html`<${FormDialog} title=${isNew ? text.addTitle : text.editTitle} intro=${text.intro} sending=${{ ...sending, fields, failure: given ? failureOf(given) : sending.failure }}
    confirm=${text.save} onSubmit=${submit} onClose=${onClose}>
    <${Subject} ...${form} onMeter=${(meter) => setTyped((before) => withMeter(before, meter, catalogue))} />
    <${ConditionsField} key=${typed.meter} meter=${typed.meter} conditions=${typed.conditions} fields=${fields} onChange=${(conditions) => change({ conditions })} />
    <${Cost} ...${form} />
    <${Limits} ...${form} />
  <//>`;
}

/** What is wrong with the whole of a price has no field to stand at. */
function failureOf({ whole }) {
  return whole ? asSentence(whole) : words.dialogs.check;
}

function Subject({ typed, fields, change, onMeter }) {
  const catalogue = useContext(Catalogue);
  const service = typed.meter === SERVICE;
  const known = catalogue.meters.some(({ name }) => name === typed.meter) || service;
  const options = [...(known ? [] : [[typed.meter, typed.meter]]), ...meterOptions(catalogue), [SERVICE, text.ownService]];
  return html`
    <${ChoiceField} id="meter" label=${text.meter} value=${typed.meter} options=${options} error=${fields.meter ?? fields.usage_type} onChange=${onMeter} />
    ${service && html`<${TextField} id="service" label=${text.service} hint=${text.serviceHint} dir="ltr" autocapitalize="off" error=${fields.service} value=${typed.service} onChange=${(value) => change({ service: value })} />`}
    <${TextField} id="title" label=${service ? text.serviceTitle : text.title} hint=${service ? undefined : text.titleHint} error=${fields.title} value=${typed.title} onChange=${(title) => change({ title })} />`;
}

function Cost({ typed, fields, currency, change }) {
  const catalogue = useContext(Catalogue);
  const price = priced(typed);
  const pers = persOf(typed.meter, catalogue);
  const options = (pers.includes(typed.per) ? pers : [typed.per, ...pers]).map((per) => [per, perOf({ ...price, per })]);
  const amount = (part, label, hint) => html`<${NumberField} id=${part} label=${label} hint=${hint} affix=${currency} error=${fields[part]} value=${typed[part]} onChange=${(value) => change({ [part]: value })} />`;
  return html`
    <${ChoiceField} id="per" label=${text.per} value=${typed.per} options=${options} error=${fields.per} onChange=${(per) => change({ per })} />
    <${ChoiceField} id="model" label=${text.model} hint=${text.modelHints[typed.model]} value=${typed.model} options=${Object.entries(text.models)} error=${fields.model} onChange=${(model) => change({ model })} />
    ${typed.model === "flat" && amount("price", text.price, text.priceHint(perOf(price)))}
    ${typed.model === "package" && html`${amount("price", text.price, text.blockHint)}
      <${NumberField} id="package_size" label=${text.packageSize} hint=${text.packageSizeHint(unitsOf(price))} error=${fields.package_size} value=${typed.package_size} onChange=${(value) => change({ package_size: value })} />`}
    ${["graduated", "volume"].includes(typed.model) && html`<${TiersField} tiers=${typed.tiers} units=${unitsOf(price)} currency=${currency} error=${fields.tiers} onChange=${(tiers) => change({ tiers })} />`}`;
}

/** What most prices do not have stands folded away; open where it is set or wrong. */
function Limits({ typed, fields, currency, change }) {
  const parts = ["included", "minimum", "maximum"];
  const used = parts.some((part) => typed[part] !== "" || fields[part]);
  const [open] = useState(used);
  const units = unitsOf(priced(typed));
  const field = (part, hint, affix) => html`<${NumberField} id=${part} label=${text[part]} hint=${hint} affix=${affix} error=${fields[part]} value=${typed[part]} onChange=${(value) => change({ [part]: value })} />`;
  return html`<details class="more-fields" open=${open || parts.some((part) => fields[part])}>
    <summary>${text.more}</summary>
    ${field("included", text.includedHint(units))}
    <div class="field-row">${field("minimum", text.amountHint, currency)}${field("maximum", text.amountHint, currency)}</div>
  </details>`;
}

function priced({ meter, per, service }) {
  return { per, service: meter === SERVICE ? service || SERVICE : undefined };
}
