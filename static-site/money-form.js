// What the forms for money have in common: whose it is, and how much in the currency of that account.

import { AccountField, readAccount } from "./account-field.js";
import { wrongAmount } from "./amount-form.js";
import { billing } from "./api.js";
import { Locale, html, useContext, useEffect, useState } from "./elements.js";
import { NumberField } from "./fields.js";
import { formatMoney, isZero, readAmount } from "./money.js";
import { words } from "./words.js";

const text = words.books;

/** Return the account that was typed, by its id or its name; undefined where there is none. */
export function chosenAccount(typed, accounts) {
  const id = readAccount(typed, accounts);
  return accounts.find((account) => account.id === id);
}

/** Return {account, amount, fields}: `fields` is what is wrong. */
export function readMoney(typed, accounts, language) {
  const account = chosenAccount(typed.account, accounts);
  const currency = account?.currency ?? "";
  const amount = readAmount(typed.amount, language);
  const wrong = {
    account: !account && (typed.account.trim() === "" ? text.accountMissing : text.accountUnknown),
    amount: wrongAmount(typed.amount, amount, currency, null),
  };
  return { account, amount: { amount, currency }, fields: told(wrong) };
}

/** Return the fields of a form that something is told of. */
export function told(wrong) {
  return Object.fromEntries(Object.entries(wrong).filter(([, why]) => why));
}

export function MoneyFields({ typed, fields, accounts, change, children }) {
  const currency = chosenAccount(typed.account, accounts)?.currency;
  return html`<${AccountField} id="account" label=${text.account} hint=${text.accountHint} accounts=${accounts} value=${typed.account} error=${fields.account} onChange=${(account) => change({ account })} />
    ${children}
    <${NumberField} id="amount" label=${text.amount} affix=${currency} value=${typed.amount} error=${fields.amount} onChange=${(amount) => change({ amount })} />`;
}

/** The credit of the account that is chosen, once it is known; with `bought`, also what is left of top-ups it bought. */
export function CreditHint({ account, bought = false }) {
  const { language } = useContext(Locale);
  const [wallet, setWallet] = useState(null);
  const id = account?.id;
  useEffect(() => {
    let current = true;
    setWallet(null);
    if (id) billing.wallet(id).then((read) => current && setWallet(read), () => {});
    return () => {
      current = false;
    };
  }, [id]);
  const shown = (money) => formatMoney(money, language);
  const told = wallet && [text.payments.credit(shown(wallet.credit)), bought && !isZero(wallet.purchased.amount) && text.payments.bought(shown(wallet.purchased))];
  return html`<p class="field-hint credit-hint" role="status"><bdi>${told?.filter(Boolean).join(" ")}</bdi></p>`;
}
