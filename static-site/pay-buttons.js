// Buttons that lead to the page of a gateway, where a document is paid.

import { billing } from "./api.js";
import { asSentence, html } from "./elements.js";
import { useLeaving } from "./leaving.js";
import { words } from "./words.js";

const text = words.invoice;

export function PayButtons({ document, account }) {
  const gateways = document.pay?.gateways ?? [];
  const { busy, failure, leave } = useLeaving();
  if (gateways.length === 0) return null;
  return html`<div class="pay">
    ${gateways.map((gateway) => html`<button key=${gateway} type="button" class="button button-main" aria-disabled=${String(busy)} onClick=${() => leave(() => billing.pay(account, document.id, gateway))}>
      ${busy ? text.payBusy : (text.pay[gateway] ?? text.payWith(gateway))}</button>`)}
    ${failure && html`<p class="form-failure" role="alert"><bdi>${asSentence(failure.message)}</bdi></p>`}
  </div>`;
}
