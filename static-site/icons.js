// Drawings. All of them repeat a text beside them, so assistive technology skips them.

import { html } from "./elements.js";

const PATHS = {
  bell: "M6 10a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4S6 15 6 10Zm4 9.5a2.2 2.2 0 0 0 4 0",
  warning: "M12 4.2 2.8 20h18.4L12 4.2Zm0 6v4.6m0 2.6v.1",
  receipt: "M6 3.5h12v17l-2.4-1.6-2.4 1.6-1.2-.9-1.2.9-2.4-1.6L6 20.5v-17Zm3 5h6m-6 4h6",
  gauge: "M4 18a9 9 0 1 1 16 0M12 14l4-4.5",
  tray: "M4 13.5 6.5 5h11L20 13.5V19H4v-5.5Zm0 0h4.5a3.5 3.5 0 0 0 7 0H20",
  scales: "M12 4v16m-4.5 0h9M5 7h14M5 7l-2.5 6.5a2.6 2.6 0 0 0 5 0L5 7Zm14 0-2.5 6.5a2.6 2.6 0 0 0 5 0L19 7Z",
  branch: "M4 5.5h4.5a3.5 3.5 0 0 1 3.5 3.5v6a3.5 3.5 0 0 0 3.5 3.5H20m-3-3 3 3-3 3M4 18.5h4.5",
  tag: "M4 4.5h7.2l8.6 8.6a1.6 1.6 0 0 1 0 2.3l-4.4 4.4a1.6 1.6 0 0 1-2.3 0L4 11.2V4.5Zm4 4v.1",
  coins: "M4 7.5c0-1.7 2.7-3 6-3s6 1.3 6 3-2.7 3-6 3-6-1.3-6-3Zm0 0v5c0 1.7 2.7 3 6 3m6-8v3.5m-6 5.5c0-1.7 2.2-3 5-3s5 1.3 5 3-2.2 3-5 3-5-1.3-5-3Zm0 0v1c0 1.7 2.2 3 5 3s5-1.3 5-3v-1",
  back: "m14.5 6-6 6 6 6",
  forward: "m9.5 6 6 6-6 6",
  download: "M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14",
  chevron: "m6 9.5 6 6 6-6",
  check: "m5 12.5 4.5 4.5L19 7.5",
  cross: "m6.5 6.5 11 11m0-11-11 11",
  plus: "M12 5.5v13M5.5 12h13",
  broken: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm0 4.8v5m0 3v.1",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm0 4.5V12l3 2",
};

export function Icon({ name, class: extra = "" }) {
  return html`<svg class=${`icon ${extra}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} />
  </svg>`;
}

export function Logo() {
  return html`<svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="7" />
    <path class="logo-strokes" d="M8.5 8v16M13.5 8v16M18.5 8v16M23.5 8v16" />
    <path class="logo-slash" d="M5.5 21.5 26.5 10.5" />
  </svg>`;
}
