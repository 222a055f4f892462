// The head of a billing account's view: whose it is, which month it shows, and how old its usage is.

import { formatMonth } from "./dates.js";
import { Instant, Locale, Pill, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { words } from "./words.js";

const text = words.overview;

/** `asOf` is undefined while it is not known and null where nothing was collected yet. */
export function AccountHeading({ title, account, heading, note, period, asOf, stale }) {
  const { language } = useContext(Locale);
  return html`<div class="page-head">
    <div>
      <h1 tabindex="-1" ref=${heading}>${title}</h1>
      <p class="page-account">
        <strong><bdi>${account.name}</bdi></strong>
        ${account.kind === "project" && html`<${Pill}>${text.project}<//>`}
        ${account.domain && html`<span><bdi>${account.domain}</bdi></span>`}
        ${note && html`<span><bdi>${note}</bdi></span>`}
      </p>
    </div>
    ${asOf !== undefined && html`<p class="page-period">
      ${period && html`<strong lang=${language}>${formatMonth(period, language)}</strong>`}
      <span><bdi>${asOf ? html`${text.usageUpTo} <${Instant} at=${asOf} />` : text.noUsage}</bdi></span>
      ${stale && html`<${Pill} tone="warn"><${Icon} name="clock" />${text.stale}<//>`}
    </p>`}
  </div>`;
}
