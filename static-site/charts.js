// Charts repeat what a table or a list on the same card says; without Chart.js the page loses nothing but looks.

import { Locale, html, useContext, useEffect, useRef, useState } from "./elements.js";
import { formatScale } from "./money.js";

const DARK = window.matchMedia("(prefers-color-scheme: dark)");

/** A canvas that draws what `configure(colours, locale)` describes, again whenever `data` or the colours change. */
export function Chart({ label, configure, data, class: extra = "" }) {
  const canvas = useRef(null);
  const locale = useContext(Locale);
  const dark = useDark();
  useEffect(() => {
    if (!window.Chart) return undefined;
    const chart = new window.Chart(canvas.current, withHouseStyle(configure(colour, locale), locale));
    return () => chart.destroy();
  }, [data, dark, locale]);
  return html`<div class=${`chart ${extra}`}>
    <canvas ref=${canvas} role="img" aria-label=${label}></canvas>
  </div>`;
}

/** Return the value of a custom property of colours.css. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Return stripes in `ink`, the mark of what is expected and not yet spent. */
export function stripes(ink, paper) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.fillStyle = paper;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = ink;
  pen.lineWidth = 2.2;
  pen.beginPath();
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

/** Return the two axes of a bar chart of money: few lines, short labels, mirrored for right-to-left. */
export function moneyAxes({ language, direction, currency }, ticks = {}) {
  const grid = { color: colour("line-soft"), drawTicks: false };
  const text = { color: colour("text-muted"), font: { size: 11 } };
  return {
    x: {
      reverse: direction === "rtl",
      grid: { display: false },
      border: { color: colour("line") },
      ticks: { ...text, maxRotation: 0, ...ticks },
    },
    y: {
      beginAtZero: true,
      position: direction === "rtl" ? "right" : "left",
      grid,
      border: { display: false },
      ticks: { ...text, maxTicksLimit: 4, padding: 6, callback: (value) => formatScale(value, currency, language) },
    },
  };
}

function withHouseStyle(configuration, { direction }) {
  const tooltip = {
    rtl: direction === "rtl",
    backgroundColor: colour("tooltip"),
    titleColor: colour("tooltip-text"),
    bodyColor: colour("tooltip-text"),
    padding: 10,
    cornerRadius: 6,
    displayColors: false,
  };
  const { options } = configuration;
  const plugins = { legend: { display: false }, ...options.plugins, tooltip: { ...tooltip, ...options.plugins?.tooltip } };
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
  // Bars that grow are missing from a print or a picture taken while they do.
  const animation = false;
  return { ...configuration, options: { responsive: true, maintainAspectRatio: false, animation, font, ...options, plugins } };
}

function useDark() {
  const [dark, setDark] = useState(DARK.matches);
  useEffect(() => {
    const follow = () => setDark(DARK.matches);
    DARK.addEventListener("change", follow);
    return () => DARK.removeEventListener("change", follow);
  }, []);
  return dark;
}
