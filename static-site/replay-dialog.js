// The dialog that has the windows of some days metered again from the archive.

import { operations } from "./api.js";
import { Connections } from "./connections.js";
import { dayAfter, startOfDay } from "./dates.js";
import { FormDialog, useSending } from "./dialogs.js";
import { html, useContext, useState } from "./elements.js";
import { ConnectionField, DayField } from "./fields.js";
import { knownTimeZone } from "./locale.js";
import { words } from "./words.js";

const text = words.operations.replay;

export function ReplayDialog({ onDone, onClose }) {
  const connections = useContext(Connections);
  const [typed, setTyped] = useState({ connection: connections[0]?.id ?? "", from: "", to: "" });
  const sending = useSending(({ windows }) => onDone(text.done(windows)));
  const change = (part) => setTyped({ ...typed, ...part });
  const submit = () => {
    const wrong = wrongFields(typed);
    if (Object.keys(wrong).length > 0) sending.refuse(wrong);
    else sending.send(() => replay(typed, connections));
  };
  return html`<${FormDialog} title=${text.title} intro=${text.intro} sending=${sending} confirm=${text.confirm} onSubmit=${submit} onClose=${onClose}>
    <${ConnectionField} connections=${connections} value=${typed.connection} error=${sending.fields.connection} onChange=${(connection) => change({ connection })} />
    <div class="field-row">
      <${DayField} id="from" label=${text.from} value=${typed.from} error=${sending.fields.from} onChange=${(from) => change({ from })} />
      <${DayField} id="to" label=${text.to} value=${typed.to} error=${sending.fields.to} onChange=${(to) => change({ to })} />
    </div>
  <//>`;
}

function wrongFields({ connection, from, to }) {
  const wrong = {
    connection: connection === "" && text.connectionMissing,
    from: from === "" && text.dayMissing,
    to: to === "" ? text.dayMissing : to < from && text.order,
  };
  return Object.fromEntries(Object.entries(wrong).filter(([, why]) => why));
}

/** The days are the connection's own, so they begin at midnight in its time zone. */
async function replay({ connection, from, to }, connections) {
  const zone = knownTimeZone(connections.find(({ id }) => id === connection)?.time_zone);
  const answer = await operations.replay({ connection, from: startOfDay(from, zone), to: startOfDay(dayAfter(to), zone) });
  if (answer.windows === 0) throw new Error(text.nothing);
  return answer;
}
