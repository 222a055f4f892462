// Where documents, the wallet and statements are shown: the addresses of their views.

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Return the address of an account's documents, or of one of them. */
export function invoicesAddress(account, document) {
  return addressOf("invoices", account, document);
}

/** Return the address of an account's balance. */
export function walletAddress(account) {
  return addressOf("wallet", account);
}

/** Return the address of an account's statement of a period. */
export function statementAddress(account, period) {
  return addressOf("statement", account, period);
}

/** Return what such an address asks for; `back` is what a payment page added when it sent the customer back. */
export function billingRoute(hash) {
  const [path, back] = hash.split("?");
  const [, view, account, part] = path.split("/").map(decoded);
  const route = { view, account: account || undefined, back: back || undefined };
  if (view === "invoices") return { ...route, document: part || undefined };
  return view === "statement" ? { ...route, period: MONTH.test(part) ? part : undefined } : route;
}

function addressOf(...parts) {
  return `#/${parts.filter(Boolean).map(encodeURIComponent).join("/")}`;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
