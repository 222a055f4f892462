// The dialog that sets, changes and removes the monthly budget.

import { billing } from "./api.js";
import { readBudget } from "./budget-form.js";
import { useOpenDialog } from "./dialogs.js";
import { Locale, asSentence, html, useContext, useEffect, useRef, useState } from "./elements.js";
import { Field } from "./fields.js";
import { typedAmount } from "./money.js";
import { ThresholdsField } from "./thresholds-field.js";
import { words } from "./words.js";

const text = words.dialog;
const DEFAULT_THRESHOLDS = ["50", "80", "100"];

export function BudgetDialog({ account, budget, decimals, onSaved, onClose }) {
  const form = useBudgetForm({ account, budget, decimals, onSaved });
  const dialog = useOpenDialog(form.fields);
  return html`<dialog class="dialog" ref=${dialog} aria-labelledby="dialog-title" aria-describedby="dialog-intro" onClose=${onClose}>
    <form novalidate onSubmit=${form.save}>
      <h2 id="dialog-title">${budget ? text.edit : text.setUp}</h2>
      <p id="dialog-intro" class="note"><bdi>${text.intro}</bdi></p>
      ${form.failure && html`<p class="form-failure" role="alert"><bdi>${form.failure}</bdi></p>`}
      <${AmountField} form=${form} currency=${account.currency} />
      <${ThresholdsField} form=${form} />
      <${RecipientsField} form=${form} />
      <${Buttons} form=${form} removable=${budget !== null} onCancel=${() => dialog.current.close()} />
    </form>
  </dialog>`;
}

function useBudgetForm({ account, budget, decimals, onSaved }) {
  const { language } = useContext(Locale);
  const [typed, setTyped] = useState(() => startingWith(budget, language));
  const [fields, setFields] = useState({});
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const attempt = async (change) => {
    setBusy(true);
    setFailure(null);
    try {
      onSaved(await change());
    } catch (error) {
      setBusy(false);
      setFields(error.fields ?? {});
      setFailure(Object.keys(error.fields ?? {}).length > 0 ? text.check : asSentence(error.message));
    }
  };
  const save = (event) => {
    event.preventDefault();
    const read = readBudget(typed, { currency: account.currency, decimals, language });
    setFields(read.fields ?? {});
    if (read.fields) setFailure(text.check);
    else attempt(() => billing.saveBudget(account.id, read.budget));
  };
  const remove = () => attempt(() => billing.removeBudget(account.id));
  const change = (part) => setTyped((before) => ({ ...before, ...part }));
  return { typed, change, fields, failure, busy, save, remove };
}

function startingWith(budget, language) {
  if (!budget) return { amount: "", thresholds: DEFAULT_THRESHOLDS, recipients: "" };
  const typed = (number) => typedAmount(number, language);
  return { amount: typed(budget.amount.amount), thresholds: budget.thresholds.map(typed), recipients: budget.recipients.join("\n") };
}

function AmountField({ form, currency }) {
  return html`<${Field} id="amount" label=${text.amount} hint=${text.amountHint(currency)} error=${form.fields.amount}>
    ${(attributes) => html`<span class="affixed">
      <span class="affix" aria-hidden="true">${currency}</span>
      <input ...${attributes} class="number" inputmode="decimal" autocomplete="off" dir="ltr" required
        value=${form.typed.amount} onInput=${(event) => form.change({ amount: event.target.value })} />
    </span>`}
  <//>`;
}

function RecipientsField({ form }) {
  return html`<${Field} id="recipients" label=${text.recipients} hint=${text.recipientsHint} error=${form.fields.recipients}>
    ${(attributes) => html`<textarea ...${attributes} rows="3" autocomplete="off" autocapitalize="off" spellcheck="false" dir="ltr" required
      value=${form.typed.recipients} onInput=${(event) => form.change({ recipients: event.target.value })}></textarea>`}
  <//>`;
}

function Buttons({ form, removable, onCancel }) {
  const [asking, setAsking] = useState(false);
  if (asking) return html`<${RemoveQuestion} form=${form} onKeep=${() => setAsking(false)} />`;
  return html`<div class="dialog-buttons">
    ${removable && html`<button type="button" class="button-plain button-remove" disabled=${form.busy} onClick=${() => setAsking(true)}>${text.remove}</button>`}
    <button type="button" class="button" onClick=${onCancel}>${text.cancel}</button>
    <button type="submit" class="button button-main" disabled=${form.busy}>${form.busy ? text.saving : text.save}</button>
  </div>`;
}

function RemoveQuestion({ form, onKeep }) {
  const keep = useRef(null);
  useEffect(() => keep.current.focus(), []);
  return html`<div class="dialog-question" role="group" aria-labelledby="remove-question">
    <p id="remove-question">${text.removeAsk}</p>
    <div class="dialog-buttons">
      <button type="button" class="button" ref=${keep} onClick=${onKeep}>${text.removeNo}</button>
      <button type="button" class="button button-danger" disabled=${form.busy} onClick=${form.remove}>${text.removeYes}</button>
    </div>
  </div>`;
}
