// The monthly run: what became of each account's invoice, what it waits for, and a way to issue it anyway.

import { books } from "./api.js";
import { columnsWith } from "./billing-run-columns.js";
import { useHeading } from "./dialogs.js";
import { Count, asSentence, html, useEffect, useRef, useState } from "./elements.js";
import { IssueAnywayDialog } from "./issue-anyway-dialog.js";
import { Listing } from "./listing.js";
import { useLookingAgain } from "./look-again.js";
import { MonthPicker } from "./month-picker.js";
import { usePages } from "./pages.js";
import { words } from "./words.js";

const text = words.books.run;
const TONES = { waiting: "warn", failed: "bad" };

export function BillingRun({ turn, announce }) {
  const [period, setPeriod] = useState("");
  const list = usePages((next) => books.run(period, next), "accounts", { key: `run ${period}`, turn });
  const [asked, setAsked] = useState(0);
  const [forced, setForced] = useState(null);
  const [heading, goToHeading] = useHeading();
  const run = useRun(list.first);
  useLookingAgain(asked, list.reload);
  const look = (sentence) => {
    announce(sentence);
    setAsked(asked + 1);
  };
  const issued = (sentence) => {
    setForced(null);
    goToHeading();
    announce(sentence);
    list.reload({ quiet: true });
  };
  const shown = period || run?.period;
  const tools = shown && html`<span class="tools"><${MonthPicker} month=${shown} newest=${run?.newest ?? shown} onPick=${setPeriod} />
    <${RunNow} period=${shown} announce=${announce} onAsked=${look} /></span>`;
  return html`<${Listing} id="billing-run" icon="receipt" list=${list} text=${text} columns=${columnsWith(setForced)} keyOf=${({ account }) => account.id} tools=${tools} heading=${heading}>
      ${list.phase === "ready" && html`<${Counts} counts=${list.first.counts} />`}
    <//>
    ${forced && html`<${IssueAnywayDialog} period=${shown} row=${forced} onDone=${issued} onClose=${() => setForced(null)} />`}`;
}

/** Return which month is shown, and which is the newest that is over; what was told last, while another is read. */
function useRun(first) {
  const [known, setKnown] = useState(null);
  useEffect(() => {
    if (first) setKnown({ period: first.period, newest: [first.period, ...first.periods, known?.newest ?? ""].sort().at(-1) });
  }, [first]);
  return known;
}

function Counts({ counts }) {
  return html`<dl class="figures counts run-counts" aria-label=${text.counts}>
    ${Object.entries(text.states).map(([state, label]) => html`<div key=${state} class="figure">
      <dt>${label}</dt>
      <dd><span class=${`figure-amount ${counts[state] > 0 && TONES[state] ? `tone-${TONES[state]}` : ""}`}><${Count} count=${counts[state]} /></span></dd>
    </div>`)}
  </dl>`;
}

function RunNow({ period, announce, onAsked }) {
  const [busy, setBusy] = useState(false);
  const asking = useRef(false);
  const run = async () => {
    if (asking.current) return;
    asking.current = true;
    setBusy(true);
    try {
      const { accounts } = await books.runNow(period);
      onAsked(text.asked(accounts));
    } catch (error) {
      announce(asSentence(error.message));
    }
    asking.current = false;
    setBusy(false);
  };
  return html`<button type="button" class="button button-main" aria-disabled=${String(busy)} onClick=${run}>${text.runNow}</button>`;
}
