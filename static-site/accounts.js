// The accounts of the operator's page: roll-ups and billing accounts, or what is agreed with one of them.

import { AccountsList } from "./accounts-list.js";
import { AccountAgreements } from "./agreements.js";
import { html, useEffect, useRef, useState } from "./elements.js";
import { RollUps } from "./roll-ups.js";
import { words } from "./words.js";

export function Accounts({ turn, accounts, announce, refresh }) {
  const [account, setAccount] = useState(null);
  const left = useRef(null);
  const currencies = [...new Set(accounts.map(({ currency }) => currency).filter(Boolean))].sort();
  const back = () => {
    left.current = account;
    setAccount(null);
  };
  // The list is read again, so the keyboard goes to its title.
  useEffect(() => {
    if (!account && left.current) document.getElementById("accounts-title")?.focus();
  }, [account]);
  if (account) return html`<${AccountAgreements} account=${account} turn=${turn} currencies=${currencies} announce=${announce} refresh=${refresh}
    onTerms=${(terms) => setAccount({ ...account, ...terms })} onBack=${back} />`;
  return html`<${RollUps} turn=${turn} accounts=${accounts} announce=${announce} refresh=${refresh} />
    <${AccountsList} turn=${turn} onAgreements=${setAccount} />`;
}
