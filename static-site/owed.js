// What an account that pays afterwards owes, said plainly, and what it has paid ahead.

import { dayOf } from "./dates.js";
import { Locale, Money, html, useContext } from "./elements.js";
import { Icon } from "./icons.js";
import { invoicesAddress, statementAddress } from "./invoice-links.js";
import { isZero } from "./money.js";
import { words } from "./words.js";

const text = words.wallet;

export function Owed({ wallet: { owed, credit }, account }) {
  const { timeZone } = useContext(Locale);
  const month = dayOf(new Date().toISOString(), timeZone).slice(0, 7);
  const nothing = isZero(owed.amount);
  return html`<div class="cards">
    <section class="card owed" aria-labelledby="owed-title">
      <h2 id="owed-title"><${Icon} name="receipt" />${nothing ? text.owedNothing : text.owed}</h2>
      <p class="balance"><${Money} money=${owed} /></p>
      <p class="note"><bdi>${nothing ? text.owedNothingNote : text.owedNote}</bdi></p>
      <p class="card-links"><a href=${invoicesAddress(account.id)}>${text.toInvoices}</a> <a href=${statementAddress(account.id, month)}>${text.toStatement}</a></p>
    </section>
    <section class="card credit" aria-labelledby="credit-title">
      <h2 id="credit-title"><${Icon} name="coins" />${text.yourCredit}</h2>
      <p class="balance"><${Money} money=${credit} /></p>
      <p class="note"><bdi>${isZero(credit.amount) ? text.noCredit : text.creditNote}</bdi></p>
    </section>
  </div>`;
}
