// What a prepaid account has left, above the cards of the overview.

import { Money, Pill, html } from "./elements.js";
import { Icon } from "./icons.js";
import { walletAddress } from "./invoice-links.js";
import { words } from "./words.js";

const text = words.wallet;
export const WALLET_TONES = { ok: "good", low: "warn", empty: "bad" };

export function WalletStrip({ wallet: { available, balance, state }, account }) {
  const short = state !== "ok";
  return html`<section class=${`card wallet-strip wallet-${state}`} aria-labelledby="wallet-strip-title">
    <h2 id="wallet-strip-title"><${Icon} name="coins" />${text.strip}</h2>
    <${Pill} tone=${WALLET_TONES[state] ?? "neutral"}>${text.states[state] ?? state}<//>
    <dl class="wallet-figures">
      ${available && html`<div><dt>${text.available}</dt><dd><${Money} money=${available} /></dd></div>`}
      <div><dt>${text.balance}</dt><dd><${Money} money=${balance} /></dd></div>
    </dl>
    ${short && html`<p class="wallet-notice"><bdi>${text.notices[state]}</bdi></p>`}
    <a class=${short ? "button button-main" : "button"} href=${walletAddress(account)}>${short ? text.topUp : text.details}</a>
  </section>`;
}
