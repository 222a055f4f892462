// The dialog in which it is said whose payment a line of a bank statement is, and what it pays.

import { AccountField } from "./account-field.js";
import { FormDialog, useSending } from "./dialogs.js";
import { Locale, asSentence, html, useContext, useState } from "./elements.js";
import { ChoiceField } from "./fields.js";
import { useLoad } from "./load.js";
import { formatMoney } from "./money.js";
import { chosenAccount } from "./money-form.js";
import { openDocuments } from "./open-documents.js";
import { words } from "./words.js";

const text = words.books.statement;

export function MatchDialog({ row: { line, amount, payer, reference, match }, accounts, onMatch, onClose }) {
  const { language } = useContext(Locale);
  const [typed, setTyped] = useState(match?.account.id ?? "");
  const [document, setDocument] = useState(match?.document ?? "");
  const account = chosenAccount(typed, accounts);
  const open = useLoad(async () => (account ? openDocuments(account.id) : []), `open ${account?.id ?? ""}`);
  const sending = useSending(onMatch);
  const documents = open.phase === "ready" ? open.data : [];
  const submit = () => {
    if (!account) return sending.refuse({ account: typed.trim() === "" ? words.books.accountMissing : words.books.accountUnknown });
    // What it was matched with stays, also while the documents are still being read.
    const before = open.phase !== "ready" && document === match?.document ? { id: document, number: match.number } : undefined;
    const paid = documents.find(({ id }) => id === document) ?? before;
    return sending.send(async () => ({ account: { id: account.id, name: account.name }, document: paid?.id ?? null, number: paid?.number ?? null, how: "none", sure: false, byHand: true }));
  };
  const shown = (each) => `${each.number}, ${formatMoney(each.payable, language)}`;
  const options = [["", text.dueFirst], ...documents.map((each) => [each.id, shown(each)])];
  const about = [payer, reference].filter(Boolean).join(", ");
  return html`<${FormDialog} title=${text.correctTitle(line)} intro=${text.correctIntro(formatMoney(amount, language), about)} sending=${sending} confirm=${text.correctConfirm} onSubmit=${submit} onClose=${onClose}>
    <${AccountField} id="account" label=${words.books.account} hint=${words.books.accountHint} accounts=${accounts} value=${typed} error=${sending.fields.account} onChange=${(value) => {
      setTyped(value);
      setDocument("");
    }} />
    <${ChoiceField} id="document" label=${text.document} hint=${open.phase === "failed" ? asSentence(open.error.message) : undefined} value=${document} options=${options} onChange=${setDocument} />
  <//>`;
}
