// The page: who is signed in, which view is shown, and for which account.

import { session as sessions, whenSignedOut } from "./api.js";
import { asSentence, html, render, useEffect, useRef, useState } from "./elements.js";
import { chargesAddress, chargesRoute } from "./charge-links.js";
import { ChargesView } from "./charges.js";
import { Frame } from "./frame.js";
import { EstimateView } from "./estimate.js";
import { billingRoute, invoicesAddress, statementAddress, walletAddress } from "./invoice-links.js";
import { InvoicesView } from "./invoices.js";
import { Operations } from "./operations.js";
import { NoAccounts, Overview } from "./overview.js";
import { forgetDraft } from "./price-draft.js";
import { rememberSession, rememberedSession } from "./remembered.js";
import { SignIn } from "./sign-in.js";
import { StatementView } from "./statement.js";
import { Failed, Skeleton } from "./states.js";
import { UsageView } from "./usage.js";
import { WalletView } from "./wallet.js";
import { words } from "./words.js";

const SAID_FOR_MS = 8000;
const BILLING = ["invoices", "wallet", "statement"];

function App() {
  const { session, entered, notice, error, open, signOut, retry } = useSession();
  if (error) return html`<main class="opening"><h1>${words.product}</h1><${Failed} title=${words.overview.failed} error=${error} retry=${retry} /></main>`;
  if (session === undefined) return html`<main class="opening"><h1 class="hidden">${words.product}</h1><${Skeleton} cards=${4} /></main>`;
  if (session === null) return html`<${SignIn} notice=${notice} onSignedIn=${(opened) => open(opened, true)} />`;
  return html`<${SignedIn} session=${session} entered=${entered} onSignOut=${signOut} />`;
}

function SignedIn({ session, entered, onSignOut }) {
  const route = useRoute(session.role);
  const [said, announce] = useSaid();
  const heading = useHeadingFocus(`${route.view} ${route.document ?? ""}`, entered);
  const account = accountOf(session, route);
  const pick = (id) => {
    window.location.hash = addressFor(route, id);
  };
  const leave = () => onSignOut().catch((error) => error.status !== 401 && announce(asSentence(error.message)));
  return html`<${Frame} session=${session} account=${account} route=${route} onPick=${pick} onSignOut=${leave} said=${said}>
    ${viewOf({ session, route, account, announce, heading })}
  <//>`;
}

/** Return the account of the address, else the first; one that the session does not list, the API decides about. */
function accountOf({ accounts }, { account: id }) {
  if (!id) return accounts[0];
  return accounts.find((account) => account.id === id) ?? { id, name: "" };
}

function viewOf({ session, route, account, announce, heading }) {
  const operator = session.role === "operator";
  if (operator && route.view === "operations") return html`<${Operations} section=${route.section} item=${route.item} accounts=${session.accounts} announce=${announce} heading=${heading} />`;
  if (!account) return html`<${NoAccounts} title=${(words[route.view] ?? words.overview).title} operator=${operator} heading=${heading} />`;
  if (route.view === "usage") return html`<${UsageView} account=${account} heading=${heading} />`;
  if (route.view === "charges") return html`<${ChargesView} account=${account} route=${route} heading=${heading} />`;
  if (route.view === "invoices") return html`<${InvoicesView} key=${account.id} account=${account} route=${route} operator=${operator} heading=${heading} />`;
  if (route.view === "wallet") return html`<${WalletView} key=${account.id} account=${account} back=${route.back} heading=${heading} />`;
  if (route.view === "statement") return html`<${StatementView} account=${account} route=${route} heading=${heading} />`;
  if (route.view === "estimate") return html`<${EstimateView} key=${account.id} account=${account} announce=${announce} heading=${heading} />`;
  return html`<${Overview} account=${account} announce=${announce} heading=${heading} />`;
}

/** Return the address that shows another account in the same view, and the same month. */
function addressFor({ view, period }, id) {
  if (view === "charges") return chargesAddress(id, period);
  if (view === "statement") return statementAddress(id, period);
  if (view === "invoices") return invoicesAddress(id);
  if (view === "wallet") return walletAddress(id);
  return `#/${["usage", "estimate"].includes(view) ? view : "account"}/${id}`;
}

/** The session: undefined while unknown, null when signed out. */
function useSession() {
  const [state, setState] = useState({ session: rememberedSession() ? undefined : null });
  const close = (notice) => {
    rememberSession(null);
    setState({ session: null, notice });
  };
  const open = (session, entered) => {
    rememberSession(session);
    setState({ session, entered });
  };
  const read = () => {
    setState({ session: undefined });
    sessions.read().then((session) => open(session, false), (error) => error.status !== 401 && setState({ error }));
  };
  const signOut = async () => {
    await sessions.signOut();
    forgetDraft();
    close(words.signIn.signedOut);
  };
  useEffect(() => {
    whenSignedOut(() => close(words.signIn.expired));
    if (state.session === undefined) read();
  }, []);
  return { ...state, open, signOut, retry: read };
}

/**
 * The view, and the account or section, of the address: #/, #/account/<id>, #/usage/<id>, #/estimate/<id>,
 * #/charges/<id>/<period>/<service>/<line>, #/invoices/<id>/<document>, #/wallet/<id>, #/statement/<id>/<period>,
 * #/operations/<section>, #/operations/accounts/<id>.
 */
function useRoute(role) {
  const [route, setRoute] = useState(routeOf(window.location.hash, role));
  useEffect(() => {
    const follow = () => setRoute(routeOf(window.location.hash, role));
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return route;
}

/** #/ is where the role begins. */
function routeOf(hash, role) {
  const [, view, part, item] = hash.split("/");
  if (view === "operations" || (!view && role === "operator")) return { view: "operations", section: part, item };
  if (view === "usage" || view === "estimate") return { view, account: part };
  if (view === "charges") return chargesRoute(hash);
  if (BILLING.includes(view?.split("?")[0])) return billingRoute(hash);
  return { view: "overview", account: view === "account" ? part : undefined };
}

/** A sentence for the live region, gone again after a while. */
function useSaid() {
  const [said, setSaid] = useState("");
  const timer = useRef(0);
  const say = (sentence) => {
    clearTimeout(timer.current);
    setSaid(sentence);
    timer.current = setTimeout(() => setSaid(""), SAID_FOR_MS);
  };
  return [said, say];
}

/** Return a ref for the view's heading, which gets the keyboard when what is shown changes, and after the sign-in. */
function useHeadingFocus(shown, entered) {
  const heading = useRef(null);
  const moved = useRef(entered);
  useEffect(() => {
    if (moved.current) heading.current?.focus({ preventScroll: true });
    moved.current = true;
  }, [shown]);
  return heading;
}

render(html`<${App} />`, document.getElementById("page"));
