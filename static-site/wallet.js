// What a prepaid account has left, and how it is topped up; what another account owes.

import { AccountHeading } from "./account-heading.js";
import { billing } from "./api.js";
import { Locale, html, useDirection, useMemo, useTitle } from "./elements.js";
import { Listing } from "./listing.js";
import { localeOf } from "./locale.js";
import { useLookingAgain } from "./look-again.js";
import { Owed } from "./owed.js";
import { usePages } from "./pages.js";
import { Failed, Skeleton } from "./states.js";
import { TopUpCard } from "./top-up.js";
import { WalletCard } from "./wallet-card.js";
import { lotColumns, movementColumns } from "./wallet-columns.js";
import { words } from "./words.js";

const text = words.wallet;

export function WalletView({ account, back, heading }) {
  const locale = useMemo(() => localeOf(account), [account]);
  const list = usePages((next) => billing.wallet(account.id, next), "movements", { key: account.id });
  const wallet = list.phase === "ready" ? list.first : null;
  const paid = back?.includes("paid") ?? false;
  useTitle(text.title, account.name);
  useDirection(locale.direction);
  useLookingAgain(paid, list.reload);
  return html`<${Locale.Provider} value=${locale}>
    <${AccountHeading} title=${text.title} account=${account} heading=${heading} note=${account.currency} />
    <p class="hidden" role="status">${wallet ? text.shown : ""}</p>
    ${list.phase === "loading" && html`<${Skeleton} label=${text.loading} cards=${2} />`}
    ${list.phase === "failed" && html`<${Failed} title=${text.failed} error=${list.error} retry=${list.reload} />`}
    ${wallet && html`<div class="sections">
      ${paid && html`<p class="form-notice" role="status"><bdi>${text.toppedUpNotice}</bdi></p>`}
      <${wallet.mode === "prepaid" ? Prepaid : Owed} key=${wallet.mode} wallet=${wallet} account=${account} />
      ${(wallet.mode === "prepaid" || list.rows.length > 0) && html`<${Movements} list=${list} mode=${wallet.mode} />`}
    </div>`}
  <//>`;
}

function Prepaid({ wallet, account }) {
  const lots = { phase: "ready", rows: wallet.lots, next: null };
  const told = { title: text.lots, rowsIntro: text.lotsNote, empty: text.noLots, emptyNext: text.noLotsNext, shown: text.lotsShown };
  return html`<div class="cards">
      <${WalletCard} wallet=${wallet} />
      <${TopUpCard} key=${account.id} wallet=${wallet} account=${account.id} />
    </div>
    <${Listing} id="lots" icon="tray" list=${lots} text=${told} columns=${lotColumns} keyOf=${({ id }) => id} />`;
}

function Movements({ list, mode }) {
  const told = { ...text.movements, title: text.movements.titles[mode] ?? text.movements.titles.prepaid };
  return html`<${Listing} id="movements" icon="clock" list=${list} text=${told} columns=${movementColumns} />`;
}
