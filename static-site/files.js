// Files of the API: fetched when asked for, and asked for again while they are being made.

import { asSentence, html, useEffect, useRef, useState } from "./elements.js";
import { Icon } from "./icons.js";
import { saveFile } from "./save-file.js";
import { words } from "./words.js";

const text = words.files;
const IDLE = { phase: "idle", said: "" };
// How long to wait before asking again for a file that is being made.
const WAITS_MS = [3000, 5000, 10_000, 20_000, 30_000, 60_000];

/** Return {phase: "idle" | "busy" | "making" | "failed", said, save}: `save` gets the file by `read` and saves it as `name`. */
export function useFile(read, name) {
  const [state, setState] = useState(IDLE);
  const turn = useRef(0);
  const timer = useRef(0);
  const attempt = async (own, tried) => {
    try {
      const blob = await read();
      if (turn.current !== own) return;
      saveFile(blob, name);
      setState({ phase: "idle", said: text.saved(name) });
    } catch (error) {
      if (turn.current === own) answerTo(error, own, tried);
    }
  };
  const answerTo = (error, own, tried) => {
    const wait = error.status === 503 ? WAITS_MS[tried] : undefined;
    if (wait === undefined) return setState({ phase: "failed", said: asSentence(error.message) });
    setState({ phase: "making", said: `${asSentence(error.message)} ${text.again}` });
    timer.current = setTimeout(() => attempt(own, tried + 1), wait);
    return undefined;
  };
  const save = () => {
    if (["busy", "making"].includes(state.phase)) return;
    turn.current += 1;
    setState({ phase: "busy", said: "" });
    attempt(turn.current, 0);
  };
  useEffect(() => () => {
    turn.current += 1;
    clearTimeout(timer.current);
  }, []);
  return { ...state, save };
}

/** Buttons for files: each is {format, read, name}; `title` is what they are files of. What happened stands below. */
export function Files({ files, title, small = false }) {
  return html`<div class=${small ? "files files-small" : "files"}>${files.map((file) => html`<${FileButton} key=${file.name} file=${file} title=${title} small=${small} />`)}</div>`;
}

function FileButton({ file: { format, read, name }, title, small }) {
  const { phase, said, save } = useFile(read, name);
  const busy = phase === "busy" || phase === "making";
  const label = text.formats[format];
  const shown = { busy: text.busy, making: text.making }[phase] ?? label;
  const named = text.downloadOf(label, title);
  return html`<span class="file">
    <button type="button" class=${small ? "button button-small" : "button"} aria-label=${busy ? `${shown} ${named}` : named} aria-disabled=${String(busy)} aria-busy=${String(busy)} onClick=${save}>
      <${Icon} name=${phase === "making" ? "clock" : "download"} />${shown}</button>
    <span class=${`file-said ${phase === "idle" ? "hidden" : ""} ${phase === "failed" ? "tone-bad" : ""}`} role="status"><bdi>${said}</bdi></span>
  </span>`;
}
