// How much more or less something would cost.

import { Locale, html, useContext } from "./elements.js";
import { formatDifference } from "./tariff-words.js";

export function Difference({ money }) {
  const { language } = useContext(Locale);
  return html`<bdi class="money" lang=${language}>${formatDifference(money, language)}</bdi>`;
}
