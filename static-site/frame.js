// What stands around every view: the way to skip to it, the product, the account, the way out.

import { AccountPicker } from "./account-picker.js";
import { html } from "./elements.js";
import { Logo } from "./icons.js";
import { localeOf } from "./locale.js";
import { words } from "./words.js";

const text = words.frame;
// Amounts that are paid are with tax.
const FOOTERS = {
  usage: text.usageFooter,
  estimate: () => words.estimate.footer,
  invoices: text.taxFooter,
  wallet: text.taxFooter,
  statement: text.taxFooter,
};

export function Frame({ session, account, route, onPick, onSignOut, said, children }) {
  const zone = route.view !== "operations" && account?.time_zone && localeOf(account).timeZone;
  const footer = FOOTERS[route.view] ?? text.footer;
  return html`
    <a class="skip" href="#main" onClick=${skip}>${words.skip}</a>
    <header class="top">
      <div class="top-in">
        <a class="brand" href="#/"><${Logo} /><span>${words.product}</span></a>
        <${Views} route=${route} account=${account} operator=${session.role === "operator"} />
        ${route.view !== "operations" && html`<${AccountPicker} accounts=${session.accounts} current=${account} onPick=${onPick} />`}
        <div class="who">
          <span class="who-name"><span class="hidden">${text.signedInAs} </span><bdi>${session.name || session.user}</bdi>
            ${text.roles[session.role] && html`<small>${text.roles[session.role]}</small>`}</span>
          <button type="button" class="button" onClick=${onSignOut}>${text.signOut}</button>
        </div>
      </div>
    </header>
    <main id="main" tabindex="-1">${children}</main>
    <footer class="bottom">${zone && html`<p><bdi>${footer(zone)}</bdi></p>`}</footer>
    <div class="toast" role="status">${said && html`<p>${said}</p>`}</div>
  `;
}

function Views({ route, account, operator }) {
  const link = (view, href, label) =>
    html`<a href=${href} aria-current=${route.view === view ? "page" : undefined}>${label}</a>`;
  return html`<nav class="views" aria-label=${text.views}>
    ${link("overview", account ? `#/account/${account.id}` : "#/", text.overview)}
    ${link("charges", account ? `#/charges/${account.id}` : "#/charges", text.charges)}
    ${link("usage", account ? `#/usage/${account.id}` : "#/usage", text.usage)}
    ${link("invoices", account ? `#/invoices/${account.id}` : "#/invoices", text.invoices)}
    ${link("wallet", account ? `#/wallet/${account.id}` : "#/wallet", text.wallet)}
    ${link("statement", account ? `#/statement/${account.id}` : "#/statement", text.statement)}
    ${link("estimate", account ? `#/estimate/${account.id}` : "#/estimate", text.estimate)}
    ${operator && link("operations", "#/operations", text.operations)}
  </nav>`;
}

// The address after # is the route, so the skip link moves the keyboard itself.
function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}
