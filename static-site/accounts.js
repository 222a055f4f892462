// The accounts of the operator's page: roll-ups and billing accounts, or what is agreed with one of them, or how it is billed.

import { AccountBilling } from "./account-billing.js";
import { AccountsList } from "./accounts-list.js";
import { AccountAgreements } from "./agreements.js";
import { html, useEffect, useRef, useState } from "./elements.js";
import { RollUps } from "./roll-ups.js";
import { words } from "./words.js";

/** `item` is the account whose billing details are shown first. */
export function Accounts({ item, turn, accounts, issuers, announce, refresh }) {
  const [account, setAccount] = useState(null);
  const [billed, setBilled] = useState(() => accounts.find(({ id }) => id === item) ?? null);
  const left = useRef(null);
  const currencies = [...new Set(accounts.map(({ currency }) => currency).filter(Boolean))].sort();
  const back = () => {
    left.current = account ?? billed;
    setAccount(null);
    setBilled(null);
    if (item) window.history.replaceState(null, "", "#/operations/accounts");
  };
  // The list is read again, so the keyboard goes to its title.
  useEffect(() => {
    if (!account && !billed && left.current) document.getElementById("accounts-title")?.focus();
  }, [account, billed]);
  if (billed) return html`<${AccountBilling} account=${billed} issuers=${issuers} announce=${announce} onBack=${back} />`;
  if (account) return html`<${AccountAgreements} account=${account} turn=${turn} currencies=${currencies} announce=${announce} refresh=${refresh}
    onTerms=${(terms) => setAccount({ ...account, ...terms })} onBack=${back} />`;
  return html`<${RollUps} turn=${turn} accounts=${accounts} announce=${announce} refresh=${refresh} />
    <${AccountsList} turn=${turn} onAgreements=${setAccount} onBilling=${setBilled} />`;
}
