// What every dialog does: it opens, sends once, says what went wrong, and gives the keyboard back.

import { asSentence, html, useEffect, useLayoutEffect, useRef, useState } from "./elements.js";
import { words } from "./words.js";

const text = words.dialogs;
const IDLE = { busy: false, failure: null, fields: {} };

/** Open the dialog when it appears, and put the keyboard on the first field that is wrong. */
export function useOpenDialog(fields) {
  const dialog = useRef(null);
  useLayoutEffect(() => {
    // Closing gives the keyboard back to where it was; doing it on the way out covers every way out.
    const [element, opener] = [dialog.current, document.activeElement];
    element.showModal();
    return () => {
      element.close();
      // A browser that is busy may have given it to nobody.
      if (opener?.isConnected && document.activeElement === document.body) opener.focus();
    };
  }, []);
  useEffect(() => {
    dialog.current.querySelector("[aria-invalid=true]")?.focus();
  }, [fields]);
  return dialog;
}

/** Return {busy, failure, fields, send, refuse, clear}: `send` one request at a time, or `refuse` to because of fields. */
export function useSending(onDone) {
  const [state, setState] = useState(IDLE);
  const sending = useRef(false);
  const send = async (request) => {
    if (sending.current) return;
    sending.current = true;
    setState({ ...IDLE, busy: true });
    try {
      onDone(await request());
      setState(IDLE);
    } catch (error) {
      setState({ ...IDLE, fields: error.fields ?? {}, failure: failureOf(error) });
    }
    sending.current = false;
  };
  const refuse = (fields) => setState({ ...IDLE, fields, failure: text.check });
  return { ...state, send, refuse, clear: () => setState(IDLE) };
}

function failureOf({ status, message, fields }) {
  if (Object.keys(fields ?? {}).length > 0) return text.check;
  return status === 409 ? `${asSentence(message)} ${text.nothingChanged}` : asSentence(message);
}

/** Return what is wrong with fields that have no place of their own in the form; nothing where any field is marked. */
export function useUnmarked(form, fields) {
  const [unmarked, setUnmarked] = useState([]);
  useEffect(() => {
    const marked = form.current.querySelector("[aria-invalid=true], table [role=alert]");
    setUnmarked(marked ? [] : Object.values(fields));
  }, [fields]);
  return unmarked;
}

/** Why a form was not taken: a sentence, and what no field of it could say. */
export function FormFailure({ failure, unmarked }) {
  if (!failure) return null;
  return html`<div class="form-failure" role="alert"><p><bdi>${unmarked.length > 0 ? unmarked.map(asSentence).join(" ") : failure}</bdi></p></div>`;
}

/** Return [ref for a heading, what sends the keyboard there]: for when what opened a dialog is gone after it. */
export function useHeading() {
  const heading = useRef(null);
  const [sent, setSent] = useState(0);
  useEffect(() => {
    if (sent > 0) heading.current.focus();
  }, [sent]);
  return [heading, () => setSent(sent + 1)];
}

/** A form in a dialog: what it does, its fields, and the two ways out. */
export function FormDialog({ title, intro, sending, confirm, tone = "main", onSubmit, onClose, children }) {
  const dialog = useOpenDialog(sending.fields);
  const unmarked = useUnmarked(dialog, sending.fields);
  const submit = (event) => {
    event.preventDefault();
    onSubmit();
  };
  return html`<dialog class="dialog" ref=${dialog} aria-labelledby="dialog-title" aria-describedby="dialog-intro" onClose=${onClose}>
    <form novalidate onSubmit=${submit}>
      <h2 id="dialog-title">${title}</h2>
      <p id="dialog-intro" class="note"><bdi>${intro}</bdi></p>
      <${FormFailure} failure=${sending.failure} unmarked=${unmarked} />
      ${children}
      <div class="dialog-buttons">
        <button type="button" class="button" onClick=${() => dialog.current.close()}>${text.cancel}</button>
        <button type="submit" class=${`button button-${tone}`} aria-disabled=${String(sending.busy)}>${sending.busy ? text.sending : confirm}</button>
      </div>
    </form>
  </dialog>`;
}
