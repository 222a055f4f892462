// What is in the wallet: what is available of it, and of what that is made.

import { negated } from "./documents.js";
import { Locale, Money, Pill, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { formatMoney } from "./money.js";
import { WALLET_TONES } from "./wallet-strip.js";
import { words } from "./words.js";

const text = words.wallet;
const PARTS = ["purchased", "granted", "credit"];

export function WalletCard({ wallet }) {
  const { language } = useContext(Locale);
  const { available, state, low_balance: lowBalance } = wallet;
  const notice = text.notices[state];
  return html`<section class="card wallet" aria-labelledby="wallet-title">
    <div class="card-head"><h2 id="wallet-title"><${Icon} name="coins" />${text.strip}</h2><${Pill} tone=${WALLET_TONES[state] ?? "neutral"}>${text.states[state] ?? state}<//></div>
    <p class="balance-label">${text.available}</p>
    <p class="balance"><${Money} money=${available} /></p>
    ${notice && html`<p class=${`wallet-notice wallet-notice-${state}`}><${Icon} name="warning" /><span><bdi>${notice}</bdi></span></p>`}
    <${Parts} wallet=${wallet} />
    <p class="note"><bdi>${text.explain} ${lowBalance && text.warnsBelow(formatMoney(lowBalance, language))}</bdi></p>
  </section>`;
}

/** What the balance is made of, and what is taken off it. */
function Parts({ wallet }) {
  return html`<dl class="facts wallet-parts">
    ${PARTS.map((part) => html`<div key=${part}><dt>${text[part]}</dt><dd><${Money} money=${wallet[part]} /></dd></div>`)}
    <div class="wallet-sum"><dt>${text.balance}</dt><dd><${Money} money=${wallet.balance} /></dd></div>
    <div><dt>${text.notDrawn}</dt><dd><${Money} money=${negated(wallet.not_drawn)} /></dd></div>
    <div class="wallet-sum"><dt>${text.available}</dt><dd><${Money} money=${wallet.available} /></dd></div>
  </dl>`;
}
