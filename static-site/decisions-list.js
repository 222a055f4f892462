// What was accepted and refused, by whom and when, newest first.

import { operations } from "./api.js";
import { ClockTime, ConnectionName, UsageType, Windows } from "./connections.js";
import { Pill, asSentence, html } from "./elements.js";
import { Listing } from "./listing.js";
import { usePages } from "./pages.js";
import { words } from "./words.js";

const text = words.operations.decisions;
const TONES = { accept: "good", refuse: "neutral" };

export function DecisionsList({ turn }) {
  const list = usePages(operations.decisions, "decisions", { turn });
  return html`<${Listing} id="decisions" icon="check" list=${list} text=${text} columns=${columns} />`;
}

const columns = [
  { label: text.what, of: (decision) => html`<bdi>${asSentence(decision.text)}</bdi>` },
  { label: words.operations.usageType, of: (decision) => html`<${UsageType} type=${decision.usage_type} />` },
  { label: words.operations.connection, of: (decision) => html`<${ConnectionName} id=${decision.connection} />` },
  { label: words.operations.review.windows, of: (decision) => html`<${Windows} connection=${decision.connection} start=${decision.from} end=${decision.to} />` },
  { label: text.verdict, of: ({ verdict }) => html`<${Pill} tone=${TONES[verdict]}>${text.verdicts[verdict] ?? verdict}<//>` },
  { label: text.by, of: (decision) => html`<bdi>${decision.by}</bdi>` },
  { label: text.at, of: (decision) => html`<${ClockTime} connection=${decision.connection} at=${decision.at} />` },
  { label: text.note, of: (decision) => decision.note && html`<bdi class="note-text">${decision.note}</bdi>` },
];
