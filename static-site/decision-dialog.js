// The dialog in which the operator accepts or refuses a group of usage records.

import { operations } from "./api.js";
import { UsageType, Windows, ConnectionName } from "./connections.js";
import { FormDialog, useSending } from "./dialogs.js";
import { asSentence, html, useState } from "./elements.js";
import { Field } from "./fields.js";
import { words } from "./words.js";

const text = words.operations.decision;
const MOST_NOTE = 500;

export function DecisionDialog({ group, verdict, onDone, onClose }) {
  const [note, setNote] = useState("");
  const sending = useSending(({ windows }) => onDone(text.done[verdict](windows)));
  const submit = () => {
    if (note.trim().length > MOST_NOTE) sending.refuse({ note: text.noteTooLong(MOST_NOTE) });
    else sending.send(() => operations.decide(decisionOn(group, verdict, note.trim())));
  };
  const consequence = text.consequences[verdict](group.records, group.accounts);
  return html`<${FormDialog} title=${text.titles[verdict]} intro=${html`<strong>${consequence}</strong> ${text.then}`} sending=${sending}
    confirm=${text.confirm[verdict]} tone=${verdict === "accept" ? "main" : "danger"} onSubmit=${submit} onClose=${onClose}>
    <${Subject} group=${group} />
    <${Field} id="note" label=${text.note} hint=${text.noteHint} error=${sending.fields.note}>
      ${(attributes) => html`<textarea ...${attributes} rows="3" value=${note} onInput=${(event) => setNote(event.target.value)}></textarea>
        <p class=${note.trim().length > MOST_NOTE ? "counter counter-over" : "counter"}><bdi>${text.noteCount(note.trim().length, MOST_NOTE)}</bdi></p>`}
    <//>
  <//>`;
}

function Subject({ group }) {
  return html`<dl class="facts subject">
    <div><dt>${words.operations.review.wrong}</dt><dd><bdi>${asSentence(group.text)}</bdi></dd></div>
    <div><dt>${words.operations.usageType}</dt><dd><${UsageType} type=${group.usage_type} meter=${group.meter} /></dd></div>
    <div><dt>${words.operations.connection}</dt><dd><${ConnectionName} id=${group.connection} /></dd></div>
    <div><dt>${words.operations.review.windows}</dt><dd><${Windows} connection=${group.connection} start=${group.first_window} end=${group.last_window} /></dd></div>
  </dl>`;
}

/** The span is that of the group as it is shown, so what comes in meanwhile is not decided on unseen. */
function decisionOn(group, verdict, note) {
  const { connection, usage_type, reason, first_window: from, last_window: to } = group;
  return { connection, usage_type, reason, from, to, verdict, ...(note && { note }) };
}
