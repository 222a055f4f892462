// The dialog that ends an agreement on a day.

import { pricing } from "./api.js";
import { FormDialog, useSending } from "./dialogs.js";
import { html, useState } from "./elements.js";
import { DayField } from "./fields.js";
import { words } from "./words.js";

const text = words.agreements.end;

export function EndAgreementDialog({ account, agreement, what, onDone, onClose }) {
  const [until, setUntil] = useState("");
  const sending = useSending(onDone);
  const submit = () => {
    if (until === "") sending.refuse({ until: text.missing });
    else sending.send(() => pricing.endAgreement(account.id, agreement.id, until));
  };
  return html`<${FormDialog} title=${text.title} intro=${text.intro(what)} sending=${sending} confirm=${text.confirm} onSubmit=${submit} onClose=${onClose}>
    <${DayField} id="until" label=${text.until} value=${until} error=${sending.fields.until} onChange=${setUntil} />
  <//>`;
}
