// Name and address of a side of documents, with what identifies it.

import { countryOptions } from "./countries.js";
import { Locale, html, useContext, useMemo } from "./elements.js";
import { ChoiceField, LongTextField, TextField } from "./fields.js";
import { words } from "./words.js";

const text = words.issuers;
const NOBODY = { name: "", lines: "", postal_code: "", city: "", region: "", country: "", tax_id: "", registration: "", email: "", electronic_address: "" };

/** Return a party of the API, which may be null, as the form holds it. */
export function typedParty(party) {
  if (!party) return NOBODY;
  const { address, name, tax_id, registration, email, electronic_address } = party;
  return { name, tax_id, registration, email, electronic_address, ...address, lines: address.lines.join("\n") };
}

/** Return whether nothing of a party was typed. */
export function isNobody(typed) {
  return Object.values(typed).every((value) => value.trim() === "");
}

/** Return {party} as the API takes it, or {wrong}: what is wrong, by the field of the API. */
export function readParty({ lines, postal_code, city, region, country, ...rest }) {
  const { name, tax_id, registration, email, electronic_address } = trimmed(rest);
  const address = { lines: lines.split("\n").map((line) => line.trim()).filter(Boolean), ...trimmed({ city, postal_code, region }), country };
  const wrong = {
    "party.name": name === "" && text.wrong.name,
    "party.address.lines": address.lines.length === 0 && text.wrong.lines,
    "party.address.city": address.city === "" && text.wrong.city,
    "party.address.country": country === "" && text.wrong.country,
  };
  return { party: { name, address, tax_id, registration, email, electronic_address }, wrong };
}

function trimmed(parts) {
  return Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, value.trim()]));
}

export function PartyFields({ typed, fields, onChange }) {
  const { language } = useContext(Locale);
  const countries = useMemo(() => countryOptions(language, typed.country), [language, typed.country]);
  const line = (part, label, more = {}) => html`<${TextField} id=${idOf(part)} label=${label} value=${typed[part]} error=${fields[idOf(part)]} onChange=${(value) => onChange({ [part]: value })} ...${more} />`;
  return html`<div class="form-grid">
    ${line("name", text.name, { maxlength: 200 })}
    <${LongTextField} id="party.address.lines" label=${text.line} hint=${text.lineHint} rows=${2} value=${typed.lines} error=${fields["party.address.lines"]} onChange=${(lines) => onChange({ lines })} />
    ${line("postal_code", text.postal, { maxlength: 20 })}
    ${line("city", text.city, { maxlength: 100 })}
    ${line("region", text.region, { hint: text.regionHint, maxlength: 100 })}
    <${ChoiceField} id="party.address.country" label=${text.country} value=${typed.country} options=${[["", text.chooseCountry], ...countries]} error=${fields["party.address.country"]} onChange=${(country) => onChange({ country })} />
    ${line("tax_id", text.taxId, { hint: text.taxIdHint, dir: "ltr", maxlength: 40 })}
    ${line("registration", text.registration, { hint: text.registrationHint, maxlength: 100 })}
    ${line("email", text.email, { type: "email", dir: "ltr", maxlength: 254 })}
    ${line("electronic_address", text.electronic, { hint: text.electronicHint, dir: "ltr", maxlength: 60 })}
  </div>`;
}

/** Return the API's name of a field. */
function idOf(part) {
  return ["postal_code", "city", "region"].includes(part) ? `party.address.${part}` : `party.${part}`;
}
