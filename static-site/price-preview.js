// What new prices would change, over last month's real usage, and the button that puts them into force.

import { pricing } from "./api.js";
import { formatInstant, formatMonth } from "./dates.js";
import { Difference } from "./difference.js";
import { Locale, Money, asSentence, html, useContext, useEffect, useRef, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { fileOf, nameOfDraft } from "./price-draft.js";
import { PreviewAccounts } from "./preview-accounts.js";
import { Failed } from "./states.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const text = words.prices.preview;
const START = { phase: "running", period: null, accounts: [], totals: [], done: 0, of: 0, next: undefined, confirm: null };

/** `onRefused` gets what the API says is wrong in the prices. */
export function PricePreview({ draft, heading, onBack, onRefused, onStored }) {
  const card = fileOf(draft);
  const preview = usePreview(card, onRefused);
  const { language } = useContext(Locale);
  const list = nameOfDraft(draft);
  const stored = () => onStored(text.stored(list, formatInstant(card.effective_from, language, "UTC")));
  return html`<section class="card listing" aria-labelledby="preview-title">
      <p><button type="button" class="button-plain back-button" onClick=${onBack}><${Icon} name="back" class="icon-turns" />${text.back}</button></p>
      <div class="card-head"><h2 id="preview-title" tabindex="-1" ref=${heading}><${Icon} name="scales" /><bdi>${text.title(list)}</bdi></h2></div>
      <p class="note"><strong>${text.unchanged}</strong> <bdi>${text.intro(formatInstant(card.effective_from, language, "UTC"))}</bdi></p>
      <${Progress} preview=${preview} />
      ${preview.phase === "failed" && html`<${Failed} title=${text.failed} error=${preview.error} retry=${preview.goOn} inside=${true} />`}
      ${preview.totals.length > 0 && html`<${Totals} totals=${preview.totals} />`}
      ${preview.phase === "done" && html`<${PutIntoForce} card=${card} confirm=${preview.confirm} missing=${preview.accounts.filter(({ missing }) => missing.length > 0).length} onBack=${onBack} onRefused=${onRefused} onStored=${stored} />`}
    </section>
    ${preview.accounts.length > 0 && html`<${PreviewAccounts} accounts=${preview.accounts} />`}`;
}

/** Ask for one page after the other until the comparison is done; leaving stops it. */
function usePreview(card, onRefused) {
  const [state, setState] = useState(START);
  const alive = useRef(true);
  const run = async (before) => {
    let now = { ...before, phase: "running", error: null };
    setState(now);
    try {
      do {
        const { changes, next, confirm } = await pricing.preview(card, now.next);
        if (!alive.current) return;
        const { period, accounts, totals, done, of } = changes;
        now = { ...now, period, totals, done, of, next, confirm, accounts: [...now.accounts, ...accounts], phase: next ? "running" : "done" };
        setState(now);
      } while (now.next);
    } catch (error) {
      if (!alive.current) return;
      if (error.status === 400) onRefused(error);
      else setState({ ...now, phase: "failed", error });
    }
  };
  useEffect(() => {
    run(START);
    return () => {
      alive.current = false;
    };
  }, []);
  return { ...state, goOn: () => run(state) };
}

function Progress({ preview: { phase, period, done, of } }) {
  const { language } = useContext(Locale);
  const month = period && formatMonth(period, language);
  if (phase === "failed") return null;
  if (phase === "done") return html`<p role="status" class="preview-done"><bdi>${period ? text.done(month) : text.noUsage}</bdi></p>`;
  return html`<div class="preview-progress">
    <p role="status">${text.running(month)}</p>
    <span class="parts"><progress aria-label=${text.progressLabel} max=${of || 1} value=${done}></progress>${of > 0 && html`<span>${text.progress(done, of)}</span>`}</span>
  </div>`;
}

function Totals({ totals }) {
  return html`<h3 id="preview-totals" class="preview-heading">${text.totals}</h3>
    <${Table} labelledBy="preview-totals" caption=${text.totals} columns=${totalColumns} rows=${totals} keyOf=${({ old }) => old.currency} />`;
}

const totalColumns = [
  { label: words.prices.begin.currency, of: ({ old }) => old.currency },
  { label: text.old, side: "end", of: ({ old }) => html`<${Money} money=${old} />` },
  { label: text.new, side: "end", of: (total) => html`<${Money} money=${total.new} />` },
  { label: text.difference, side: "end", of: ({ difference }) => html`<${Difference} money=${difference} />` },
];

function PutIntoForce({ card, confirm, missing, onBack, onRefused, onStored }) {
  const [state, setState] = useState({ busy: false, failure: null });
  const sending = useRef(false);
  const send = async () => {
    if (sending.current) return;
    sending.current = true;
    setState({ busy: true, failure: null });
    try {
      await pricing.putIntoForce(card, confirm);
      onStored();
    } catch (error) {
      if (error.status === 400) onRefused(error);
      else setState({ busy: false, failure: `${asSentence(error.message)} ${error.status === 409 ? words.dialogs.nothingChanged : ""}` });
    }
    sending.current = false;
  };
  return html`
    ${missing > 0 && html`<div class="stale"><${Icon} name="warning" /><p><bdi>${text.missingNote(missing)}</bdi></p></div>`}
    ${state.failure && html`<p class="form-failure" role="alert"><bdi>${state.failure}</bdi></p>`}
    <div class="editor-buttons">
      <button type="button" class="button" onClick=${onBack}>${text.back}</button>
      <button type="button" class="button button-main" aria-disabled=${String(state.busy)} onClick=${send}>${state.busy ? text.sending : text.confirm}</button>
    </div>`;
}
