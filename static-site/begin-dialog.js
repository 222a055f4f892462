// The dialog that begins a draft: whose prices, in which currency, and what they begin with.

import { AccountField, readAccount } from "./account-field.js";
import { pricing } from "./api.js";
import { Catalogue } from "./catalogue.js";
import { Connections } from "./connections.js";
import { FormDialog, useSending } from "./dialogs.js";
import { html, useContext, useState } from "./elements.js";
import { ChoiceField, ConnectionField, CurrencyField, Field } from "./fields.js";
import { beginDraft } from "./price-sources.js";
import { words } from "./words.js";

const text = words.prices.begin;

export function BeginDialog({ accounts, cards, currencies, onBegun, onClose }) {
  const connections = useContext(Connections);
  const catalogue = useContext(Catalogue);
  const [typed, setTyped] = useState({ whose: "list", account: "", currency: currencies[0] ?? "", source: "newest", file: null, connection: connections[0]?.id ?? "" });
  const sending = useSending(onBegun);
  const { fields } = sending;
  const change = (part) => setTyped({ ...typed, ...part });
  const chosen = typed.whose === "agreed" ? accounts.find(({ id }) => id === readAccount(typed.account, accounts)) : undefined;
  const submit = () => {
    const asked = { ...typed, account: typed.whose === "agreed" ? readAccount(typed.account, accounts) : "", accountName: chosen?.name, currency: chosen?.currency ?? typed.currency.trim() };
    const wrong = wrongOf(asked);
    if (Object.keys(wrong).length > 0) sending.refuse(wrong);
    else sending.send(() => beginDraft(asked, { cards, catalogue, pricing, now: new Date() }));
  };
  return html`<${FormDialog} title=${text.title} intro=${text.intro} sending=${sending} confirm=${text.confirm} onSubmit=${submit} onClose=${onClose}>
    <${ChoiceField} id="whose" label=${text.whose} value=${typed.whose} options=${Object.entries(text.whoses)} onChange=${(whose) => change({ whose })} />
    ${typed.whose === "agreed" && html`<${AccountField} id="account" label=${text.account} hint=${text.accountHint} accounts=${accounts} value=${typed.account} error=${fields.account} onChange=${(account) => change({ account })} />`}
    ${chosen
      ? html`<p class="note billed-in">${text.billedIn(chosen.currency)}</p>`
      : html`<${CurrencyField} id="currency" label=${text.currency} hint=${text.currencyHint} currencies=${currencies} value=${typed.currency} error=${fields.currency} onChange=${(currency) => change({ currency })} />`}
    <${ChoiceField} id="source" label=${text.source} value=${typed.source} options=${Object.entries(text.sources)} error=${fields.source} onChange=${(source) => change({ source })} />
    ${typed.source === "file" && html`<${FileField} error=${fields.file} onChange=${(file) => change({ file })} />`}
    ${typed.source === "quota" && html`<${ConnectionField} connections=${connections} value=${typed.connection} error=${fields.connection} onChange=${(connection) => change({ connection })} />`}
  <//>`;
}

function FileField({ error, onChange }) {
  return html`<${Field} id="file" label=${text.file} hint=${text.fileHint} error=${error}>
    ${(attributes) => html`<input ...${attributes} type="file" accept=".json,.csv,application/json,text/csv" onChange=${(event) => onChange(event.target.files[0] ?? null)} />`}
  <//>`;
}

function wrongOf({ whose, account, currency, source, file }) {
  const wrong = {
    account: whose === "agreed" && account === "" && text.missing.account,
    currency: !/^[A-Z]{3}$/.test(currency) && text.missing.currency,
    file: source === "file" && !file && text.missing.file,
  };
  return Object.fromEntries(Object.entries(wrong).filter(([, why]) => why));
}
