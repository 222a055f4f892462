// The dialogs that add a roll-up and end one.

import { AccountField, readAccount } from "./account-field.js";
import { operations } from "./api.js";
import { Connections } from "./connections.js";
import { FormDialog, useSending } from "./dialogs.js";
import { html, useContext, useState } from "./elements.js";
import { ChoiceField, ConnectionField, DayField, Field } from "./fields.js";
import { words } from "./words.js";

const text = words.operations.rollUps;

export function AddRollUpDialog({ accounts, onDone, onClose }) {
  const connections = useContext(Connections);
  const [typed, setTyped] = useState({ connection: connections[0]?.id ?? "", kind: "account", source: "", billing_account: "", from: "" });
  const sending = useSending((rollUp) => onDone(text.added(rollUp.source_name || rollUp.source)));
  const change = (part) => setTyped({ ...typed, ...part });
  const submit = () => {
    const rollUp = readRollUp(typed, accounts);
    const missing = Object.keys(rollUp).filter((field) => rollUp[field] === "");
    if (missing.length > 0) sending.refuse(Object.fromEntries(missing.map((field) => [field, text.missing[field]])));
    else sending.send(() => operations.addRollUp(rollUp));
  };
  const { fields } = sending;
  return html`<${FormDialog} title=${text.addTitle} intro=${text.addIntro} sending=${sending} confirm=${text.save} onSubmit=${submit} onClose=${onClose}>
    <${ConnectionField} connections=${connections} value=${typed.connection} error=${fields.connection} onChange=${(connection) => change({ connection })} />
    <${ChoiceField} id="kind" label=${text.kind} value=${typed.kind} options=${Object.entries(text.kinds)} error=${fields.kind} onChange=${(kind) => change({ kind })} />
    <${SourceField} typed=${typed} error=${fields.source} onChange=${(source) => change({ source })} />
    <${AccountField} id="billing_account" label=${text.billingAccount} hint=${text.billingAccountHint} accounts=${accounts} value=${typed.billing_account} error=${fields.billing_account} onChange=${(id) => change({ billing_account: id })} />
    <${DayField} id="from" label=${text.from} hint=${text.fromHint} value=${typed.from} error=${fields.from} onChange=${(from) => change({ from })} />
  <//>`;
}

/** Return the roll-up as the API takes it; a billing account may be typed by its name where only one has it. */
function readRollUp({ connection, kind, source, billing_account: typed, from }, accounts) {
  return { connection, kind, source: source.trim(), billing_account: readAccount(typed, accounts), from };
}

function SourceField({ typed: { kind, source }, error, onChange }) {
  return html`<${Field} id="source" label=${text.sources[kind]} hint=${text.sourceHints[kind]} error=${error}>
    ${(attributes) => html`<input ...${attributes} autocomplete="off" autocapitalize="off" spellcheck="false" dir="ltr" required value=${source} onInput=${(event) => onChange(event.target.value)} />`}
  <//>`;
}

export function EndRollUpDialog({ rollUp, onDone, onClose }) {
  const name = rollUp.source_name || rollUp.source;
  const [until, setUntil] = useState("");
  const sending = useSending(() => onDone(text.ended(name)));
  const submit = () => {
    if (until === "") sending.refuse({ until: text.missing.until });
    else sending.send(() => operations.endRollUp(rollUp.id, until));
  };
  return html`<${FormDialog} title=${text.endTitle(name)} intro=${text.endIntro} sending=${sending} confirm=${text.endConfirm} onSubmit=${submit} onClose=${onClose}>
    <${DayField} id="until" label=${text.until} value=${until} error=${sending.fields.until} onChange=${setUntil} />
  <//>`;
}
