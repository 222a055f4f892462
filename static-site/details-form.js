// What the form of billing details holds, and the details that are read from it.

import { readAmount, typedAmount } from "./money.js";
import { told } from "./money-form.js";
import { readWhole } from "./page-form.js";
import { isNobody, readParty, typedParty } from "./party-fields.js";
import { words } from "./words.js";

const { wrong } = words.details;
const MOST_RECIPIENTS = 10;

/** Return billing details as the form holds them: numbers are text, recipients one a line. */
export function typedDetails(details, issuers, language) {
  const typed = (money) => (money ? typedAmount(money.amount, language) : "");
  const { enforcement, due_days: due } = details;
  return {
    ...details,
    issuer: details.issuer || (issuers.length === 1 ? issuers[0].id : ""),
    party: typedParty(details.party),
    recipients: details.recipients.join("\n"),
    due_days: due === null ? "" : String(due),
    credit_limit: typed(details.credit_limit),
    low_balance: typed(details.low_balance),
    enforcement: { ...enforcement, after_days: String(enforcement.after_days) },
  };
}

/** Return {details} as the API takes them, or {fields} with what is wrong. */
export function readDetails(typed, { currency, language }) {
  const party = isNobody(typed.party) ? { party: null } : readParty(typed.party);
  const recipients = typed.recipients.split(/[\n,;]/).map((each) => each.trim()).filter(Boolean);
  const due = readWhole(typed.due_days);
  const after = readWhole(typed.enforcement.after_days);
  const prepaid = typed.payment_mode === "prepaid";
  const limit = readLimit(typed.credit_limit, currency, language);
  const low = readLimit(typed.low_balance, currency, language);
  const fields = told({
    issuer: typed.issuer === "" && wrong.issuer,
    ...party.wrong,
    recipients: recipients.length > MOST_RECIPIENTS ? wrong.tooMany : wrongRecipient(recipients),
    due_days: due.wrong && wrong.number,
    credit_limit: !prepaid && limit.wrong,
    low_balance: prepaid && low.wrong,
    "enforcement.after_days": (after.wrong || after.number === null) && wrong.number,
  });
  if (Object.keys(fields).length > 0) return { fields };
  const { issuer, payment_mode, tax_class, buyer_reference, enforcement } = typed;
  return {
    details: {
      issuer,
      party: party.party,
      recipients,
      payment_mode,
      due_days: due.number,
      tax_class: tax_class.trim(),
      buyer_reference: buyer_reference.trim(),
      credit_limit: limit.money ?? null,
      low_balance: low.money ?? null,
      enforcement: { ...enforcement, after_days: after.number },
    },
  };
}

function wrongRecipient(recipients) {
  const one = recipients.find((each) => !/^[^\s@]+@[^\s@]+$/.test(each));
  return one && wrong.recipients(one);
}

/** The API says whether an amount is one of its currency. */
function readLimit(typed, currency, language) {
  if (typed.trim() === "") return { money: null };
  const amount = readAmount(typed, language);
  return amount === null || amount.startsWith("-") ? { wrong: words.fields.amountNumber } : { money: { amount, currency } };
}
