// Tops up a wallet on the page of a gateway.

import { wrongAmount } from "./amount-form.js";
import { billing } from "./api.js";
import { Locale, asSentence, html, useContext, useEffect, useRef, useState } from "./elements.js";
import { NumberField } from "./fields.js";
import { Icon } from "./icons.js";
import { useLeaving } from "./leaving.js";
import { decimalsOf, readAmount } from "./money.js";
import { words } from "./words.js";

const text = words.wallet;

export function TopUpCard({ wallet, account }) {
  return html`<section class="card top-up" aria-labelledby="top-up-title">
    <h2 id="top-up-title"><${Icon} name="plus" />${text.topUp}</h2>
    ${wallet.gateways.length > 0 ? html`<${TopUpForm} wallet=${wallet} account=${account} />` : html`<p class="note"><bdi>${text.noGateway}</bdi></p>`}
  </section>`;
}

function TopUpForm({ wallet: { currency, balance, gateways }, account }) {
  const form = useTopUp({ account, currency, decimals: decimalsOf(balance.amount) });
  const { busy, failure } = form.leaving;
  const field = useRef(null);
  const error = form.error ?? failure?.fields?.amount;
  // Where the amount is wrong, the keyboard goes to it.
  useEffect(() => {
    if (error) field.current.querySelector("input").focus();
  }, [form.tries, failure]);
  const submit = (event) => {
    event.preventDefault();
    form.send(event.submitter?.value || gateways[0]);
  };
  return html`<form class="top-up-form" novalidate onSubmit=${submit} ref=${field}>
    <${NumberField} id="top-up-amount" label=${text.amount} hint=${text.amountHint(currency)} affix=${currency} value=${form.typed} error=${error} onChange=${form.change} />
    ${failure && !error && html`<p class="form-failure" role="alert"><bdi>${asSentence(failure.message)}</bdi></p>`}
    <div class="top-up-buttons">
      ${gateways.map((gateway) => html`<button key=${gateway} type="submit" class="button button-main" value=${gateway} aria-disabled=${String(busy)}>${busy ? text.payBusy : (text.pay[gateway] ?? text.payWith(gateway))}</button>`)}
    </div>
    <p class="note"><bdi>${text.payNote}</bdi></p>
  </form>`;
}

/** Return {typed, error, tries, leaving, change, send}: an amount is checked before the gateway is asked for its page. */
function useTopUp({ account, currency, decimals }) {
  const { language } = useContext(Locale);
  const [state, setState] = useState({ typed: "", error: null, tries: 0 });
  const leaving = useLeaving();
  const change = (typed) => setState({ ...state, typed });
  const send = (gateway) => {
    const amount = readAmount(state.typed, language);
    const error = wrongAmount(state.typed, amount, currency, decimals);
    setState({ ...state, error, tries: state.tries + 1 });
    if (!error) leaving.leave(() => billing.topUp(account, { amount: { amount, currency }, gateway }));
  };
  return { ...state, leaving, change, send };
}
