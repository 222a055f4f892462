// The form in which the file of a bank is chosen and read.

import { books } from "./api.js";
import { useSending } from "./dialogs.js";
import { html, useEffect, useRef, useState } from "./elements.js";
import { CurrencyField, Field } from "./fields.js";
import { textOf } from "./statement-file.js";
import { words } from "./words.js";

const text = words.books.statement;

export function StatementFile({ accounts, onRead }) {
  const currencies = [...new Set(accounts.map(({ currency }) => currency).filter(Boolean))].sort();
  const [currency, setCurrency] = useState(currencies[0] ?? "");
  const form = useRef(null);
  const sending = useSending(onRead);
  useEffect(() => {
    form.current?.querySelector("[aria-invalid=true]")?.focus();
  }, [sending.fields]);
  const submit = (event) => {
    event.preventDefault();
    const [file] = form.current.querySelector("input[type=file]").files;
    if (!file) sending.refuse({ file: text.fileMissing });
    else sending.send(async () => books.previewStatement(await textOf(file), currency));
  };
  return html`<form class="short-form" novalidate ref=${form} onSubmit=${submit}>
    ${sending.failure && html`<p class="form-failure" role="alert"><bdi>${sending.failure}</bdi></p>`}
    <${Field} id="file" label=${text.file} hint=${text.fileHint} error=${sending.fields.file}>${(attributes) => html`<input ...${attributes} type="file" accept=".csv,.txt,text/csv" />`}<//>
    <${CurrencyField} id="currency" label=${text.currency} hint=${text.currencyHint} currencies=${currencies} value=${currency} error=${sending.fields.currency} onChange=${setCurrency} />
    <div class="form-buttons"><button type="submit" class="button button-main" aria-disabled=${String(sending.busy)}>${sending.busy ? text.reading : text.read}</button></div>
  </form>`;
}
