// What waits for the operator's decision, one line for each group of usage records: holds and rejects.

import { operations } from "./api.js";
import { ConnectionName, UsageType, Windows } from "./connections.js";
import { DecisionDialog } from "./decision-dialog.js";
import { useHeading } from "./dialogs.js";
import { Count, asSentence, html, useState } from "./elements.js";
import { Listing } from "./listing.js";
import { usePages } from "./pages.js";
import { words } from "./words.js";

const text = words.operations.review;

export function Review({ turn, announce, refresh }) {
  const [decided, setDecided] = useState({});
  const onDecided = (group, verdict) => {
    setDecided((before) => ({ ...before, [group.id]: { verdict, from: group.first_window, to: group.last_window } }));
    refresh();
  };
  const deciding = { turn, decided, announce, onDecided };
  return html`
    <${Groups} id="holds" icon="scales" read=${operations.holds} text=${words.operations.holds} ...${deciding} />
    <${Groups} id="rejects" icon="warning" read=${operations.rejects} text=${words.operations.rejects} ...${deciding} />`;
}

/** One of the two lists; after a decision the keyboard goes to its title, for the line may be gone. */
function Groups({ id, icon, read, text: told, turn, decided, announce, onDecided }) {
  const list = usePages(read, id, { turn });
  const [asking, setAsking] = useState(null);
  const [heading, goToHeading] = useHeading();
  const done = (sentence) => {
    setAsking(null);
    goToHeading();
    announce(sentence);
    onDecided(asking.group, asking.verdict);
  };
  const buttons = (group) => html`<${Buttons} group=${group} decided=${verdictOn(group, decided[group.id])} onAsk=${(verdict) => setAsking({ group, verdict })} />`;
  return html`<${Listing} id=${id} icon=${icon} list=${list} text=${told} columns=${columnsWith(buttons)} keyOf=${(group) => group.id} heading=${heading} />
    ${asking && html`<${DecisionDialog} group=${asking.group} verdict=${asking.verdict} onDone=${done} onClose=${() => setAsking(null)} />`}`;
}

/** Return what was just decided of a group that is still listed; windows beyond those decided on are open again. */
function verdictOn({ first_window: first, last_window: last }, decided) {
  return decided && first >= decided.from && last <= decided.to ? decided.verdict : null;
}

const columnsWith = (buttons) => [
  { label: text.wrong, of: (group) => html`<${Wrong} group=${group} />` },
  { label: words.operations.usageType, of: (group) => html`<${UsageType} type=${group.usage_type} meter=${group.meter} />` },
  { label: words.operations.connection, of: (group) => html`<${ConnectionName} id=${group.connection} />` },
  { label: text.windows, of: (group) => html`<${Windows} connection=${group.connection} start=${group.first_window} end=${group.last_window} />` },
  { label: words.operations.records, side: "end", of: (group) => html`<${Count} count=${group.records} />` },
  { label: text.accounts, of: (group) => html`<${Accounts} group=${group} />` },
  { label: text.decide, side: "end", stacked: "bare", of: buttons },
];

function Wrong({ group: { kind, text: wrong, can_accept: acceptable, samples } }) {
  return html`<div class="wrong">
    <p class="wrong-text"><bdi>${asSentence(wrong)}</bdi></p>
    ${kind === "hold" && !acceptable && html`<p class="cell-hint">${text.cannotAccept}</p>`}
    ${samples.length > 0 && html`<details>
      <summary>${text.samples(samples.length)}</summary>
      ${samples.map((sample, place) => html`<pre key=${place} dir="ltr">${readable(sample)}</pre>`)}
    </details>`}
  </div>`;
}

/** Return a sample with its fields one below the other; what is no JSON stays as it is. */
function readable(sample) {
  try {
    return JSON.stringify(typeof sample === "string" ? JSON.parse(sample) : sample, null, 2);
  } catch {
    return sample;
  }
}

function Accounts({ group: { accounts, account_names: names } }) {
  if (accounts === 0) return html`<span class="muted">${text.noAccounts}</span>`;
  const shown = names.slice(0, 3);
  return html`<span class="two-lines"><${Count} count=${accounts} />
    ${shown.length > 0 && html`<small><bdi>${text.names(shown, accounts - shown.length)}</bdi></small>`}</span>`;
}

function Buttons({ group, decided, onAsk }) {
  if (decided) return html`<p class="note"><strong>${text.decided[decided]}</strong>, ${text.beingMetered}</p>`;
  const button = (verdict) => html`<button type="button" class="button button-small" aria-label=${text.verdictOn(text[verdict], group.text)}
    onClick=${() => onAsk(verdict)}>${text[verdict]}</button>`;
  return html`<div class="row-buttons">${group.can_accept && button("accept")}${button("refuse")}</div>`;
}
