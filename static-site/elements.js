// Preact with htm, and the small elements that every view uses.

import { createContext, html, useContext, useEffect } from "./vendor/htm/preact/standalone.module.js";
import { formatInstant, formatSpan } from "./dates.js";
import { localeOf } from "./locale.js";
import { formatCount, formatMoney, formatPercent } from "./money.js";
import { words } from "./words.js";

export {
  createContext,
  html,
  render,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "./vendor/htm/preact/standalone.module.js";

/** The language, time zone and direction of the account on the page. */
export const Locale = createContext(localeOf(null));

export function Money({ money }) {
  const { language } = useContext(Locale);
  return html`<bdi class="money" lang=${language}>${formatMoney(money, language)}</bdi>`;
}

export function Percent({ percent }) {
  const { language } = useContext(Locale);
  return html`<bdi class="number" lang=${language}>${formatPercent(percent, language)}</bdi>`;
}

export function Instant({ at, zone }) {
  const { language, timeZone } = useContext(Locale);
  return html`<time datetime=${at} lang=${language}><bdi>${formatInstant(at, language, zone ?? timeZone)}</bdi></time>`;
}

/** A span of time: its days where it is whole days of `zone`. */
export function Span({ start, end, zone }) {
  const { language, timeZone } = useContext(Locale);
  return html`<bdi class="span" lang=${language}>${formatSpan(start, end, language, zone ?? timeZone)}</bdi>`;
}

export function Count({ count }) {
  const { language } = useContext(Locale);
  return html`<bdi class="number" lang=${language}>${formatCount(count ?? 0, language)}</bdi>`;
}

export function Pill({ tone = "neutral", children }) {
  return html`<span class=${`pill pill-${tone}`}>${children}</span>`;
}

/** Set the document's title: the view first, the product last. */
export function useTitle(...parts) {
  const title = [...parts.filter(Boolean), words.product].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** Lay the page out in this direction while the view is shown. */
export function useDirection(direction) {
  useEffect(() => {
    document.documentElement.dir = direction;
    return () => {
      document.documentElement.dir = "ltr";
    };
  }, [direction]);
}

/** Return "user name is wrong" as "User name is wrong." */
export function asSentence(text) {
  const trimmed = String(text).trim();
  const start = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
