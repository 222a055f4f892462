// Where the prices of a list are changed: when they come into force, and each of them.

import { AccountField, readAccount } from "./account-field.js";
import { Catalogue, titleOf } from "./catalogue.js";
import { formatDate } from "./dates.js";
import { Locale, asSentence, html, useContext, useEffect, useRef, useState } from "./elements.js";
import { DayField, Field } from "./fields.js";
import { Icon } from "./icons.js";
import { NeedsPerson } from "./needs-person.js";
import { changeOf, instantOf, nameOfDraft } from "./price-draft.js";
import { Empty } from "./states.js";
import { Table } from "./tables.js";
import { tariffColumns } from "./tariff-columns.js";
import { TariffDialog } from "./tariff-dialog.js";
import { words } from "./words.js";

const text = words.prices.editor;
const NO_ERRORS = { general: [], fields: {}, rows: {} };

/** `editing` is the place of the price whose dialog is open, or a new price; `errors` is what the API refused. */
export function PriceEditor({ draft, accounts, errors, editing, heading, announce, onDraft, onEdit, onPreview, onBack }) {
  const [wrong, setWrong] = useState({});
  const refused = errors ?? NO_ERRORS;
  const fields = { ...refused.fields, ...wrong };
  const preview = (event) => {
    event.preventDefault();
    const found = wrongOf(draft);
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    if (draft.agreed) onDraft(withAccount(draft, readAccount(draft.account, accounts), accounts));
    onPreview();
  };
  const form = useRef(null);
  useEffect(() => {
    form.current.querySelector("[aria-invalid=true]")?.focus();
  }, [wrong]);
  const list = nameOfDraft(draft);
  return html`<form novalidate ref=${form} onSubmit=${preview}>
    <section class="card listing" aria-labelledby="editor-title">
      <p><button type="button" class="button-plain back-button" onClick=${onBack}><${Icon} name="back" class="icon-turns" />${text.leave}</button></p>
      <div class="card-head"><h2 id="editor-title" tabindex="-1" ref=${heading}><${Icon} name="tag" /><bdi>${text.title(list)}</bdi></h2></div>
      <p class="note"><${Origin} draft=${draft} /> <bdi>${text.kept}</bdi></p>
      <${Refused} errors=${refused} />
      <${When} draft=${draft} fields=${fields} onDraft=${onDraft} />
      ${draft.agreed && html`<div class="editor-account"><${AccountField} id="account" label=${text.account} accounts=${accounts} value=${draft.account} error=${fields.account}
        onChange=${(account) => onDraft(withAccount(draft, account, accounts))} /></div>`}
    </section>
    ${draft.needs_person.length > 0 && html`<${NeedsPerson} tariffs=${draft.needs_person} asOf=${draft.as_of} />`}
    <${PricesTable} draft=${draft} rows=${refused.rows} announce=${announce} onDraft=${onDraft} onEdit=${onEdit} />
    <div class="editor-buttons">
      ${wrong.prices && html`<p class="field-error" role="alert"><${Icon} name="broken" /><bdi>${asSentence(wrong.prices)}</bdi></p>`}
      <button type="submit" class="button button-main">${text.preview}</button>
    </div>
  </form>
  ${editing !== null && html`<${Editing} draft=${draft} editing=${editing} rows=${refused.rows} announce=${announce} onDraft=${onDraft} onEdit=${onEdit} />`}`;
}

/** What the API refused: of the whole in full, of a field or a price that it stands there. */
function Refused({ errors: { general, fields, rows } }) {
  const marked = Object.keys(rows).length;
  const all = [...general, fields.effective_from && text.markedWhen, fields.account, marked > 0 && text.marked(marked)].filter(Boolean);
  if (all.length === 0) return null;
  return html`<div class="form-failure" role="alert"><p>${text.refused}</p><ul>${all.map((why) => html`<li key=${why}><bdi>${asSentence(why)}</bdi></li>`)}</ul></div>`;
}

function Origin({ draft: { origin } }) {
  const { language } = useContext(Locale);
  const [kind, detail] = origin;
  return html`<bdi>${words.prices.draft.origins[kind](kind === "newest" ? formatDate(detail, language, "UTC") : detail)}</bdi>`;
}

function withAccount(draft, account, accounts) {
  return { ...draft, account, account_name: accounts.find(({ id }) => id === account)?.name ?? "" };
}

function wrongOf({ day, time, agreed, account, prices }) {
  const wrong = {
    effective_from: day === "" ? text.dayMissing : time === "" && text.timeMissing,
    account: agreed && account.trim() === "" && text.accountMissing,
    prices: prices.length === 0 && text.needPrices,
  };
  return Object.fromEntries(Object.entries(wrong).filter(([, why]) => why));
}

function When({ draft, fields, onDraft }) {
  const past = draft.day && draft.time && instantOf(draft) < new Date().toISOString();
  return html`<fieldset class="field when" aria-describedby="when-hint">
    <legend>${text.when}</legend>
    <p class="field-hint" id="when-hint">${text.whenHint}</p>
    <div class="field-row">
      <${DayField} id="effective_from" label=${text.day} value=${draft.day} error=${fields.effective_from} onChange=${(day) => onDraft({ ...draft, day })} />
      <${Field} id="effective_time" label=${text.time}>
        ${(attributes) => html`<input ...${attributes} type="time" required value=${draft.time} onInput=${(event) => onDraft({ ...draft, time: event.target.value })} />`}
      <//>
    </div>
    ${past && html`<p class="note tone-warn" role="status">${text.past}</p>`}
  </fieldset>`;
}

function PricesTable({ draft, rows, announce, onDraft, onEdit }) {
  const catalogue = useContext(Catalogue);
  const add = useRef(null);
  const remove = (place) => {
    onDraft({ ...draft, prices: draft.prices.filter((_, at) => at !== place) });
    announce(text.removed(titleOf(draft.prices[place], catalogue)));
    add.current.focus();
  };
  const noteOf = ({ price, place }) => {
    const change = changeOf(price, draft);
    return { pill: change && { tone: change === "added" ? "good" : "accent", label: text[change] }, wrong: rows[place] && [...new Set(Object.values(rows[place]))] };
  };
  const columns = tariffColumns(draft.currency).map(({ of, ...column }) => ({ ...column, of: ({ price }) => of(price) }));
  columns[0] = { ...columns[0], of: (row) => tariffColumns(draft.currency, () => noteOf(row))[0].of(row.price) };
  const buttons = { label: words.prices.tariff.change, side: "end", stacked: "bare", of: ({ price, place }) => html`<${Buttons} title=${titleOf(price, catalogue)} onEdit=${() => onEdit(place)} onRemove=${() => remove(place)} />` };
  return html`<section class="card listing" aria-labelledby="editor-prices-title">
    <div class="card-head">
      <h2 id="editor-prices-title"><${Icon} name="receipt" />${text.table}</h2>
      <button type="button" class="button" ref=${add} onClick=${() => onEdit({})}><${Icon} name="plus" />${text.add}</button>
    </div>
    <p class="hidden" role="status">${text.shown(draft.prices.length)}</p>
    ${draft.prices.length === 0
      ? html`<${Empty} icon="tag" title=${text.empty}>${text.emptyNext}<//>`
      : html`<${Table} labelledBy="editor-prices-title" caption=${text.table} columns=${[...columns, buttons]} rows=${draft.prices.map((price, place) => ({ price, place }))} />`}
  </section>`;
}

function Buttons({ title, onEdit, onRemove }) {
  return html`<div class="row-buttons">
    <button type="button" class="button button-small" aria-label=${text.editOf(title)} onClick=${onEdit}>${text.edit}</button>
    <button type="button" class="button button-small" aria-label=${text.removeOf(title)} onClick=${onRemove}>${text.remove}</button>
  </div>`;
}

/** The dialog of one price; a new one comes at the end. */
function Editing({ draft, editing, rows, announce, onDraft, onEdit }) {
  const catalogue = useContext(Catalogue);
  const isNew = typeof editing !== "number";
  const keep = (price) => {
    onDraft({ ...draft, prices: isNew ? [...draft.prices, price] : draft.prices.with(editing, price) });
    announce(text.saved(titleOf(price, catalogue)));
    onEdit(null);
  };
  return html`<${TariffDialog} price=${isNew ? editing : draft.prices[editing]} isNew=${isNew} currency=${draft.currency} errors=${isNew ? undefined : rows[editing]} onKeep=${keep} onClose=${() => onEdit(null)} />`;
}
