// The billing API on the page's own origin. The session is a cookie that the page cannot read.

import { words } from "./words.js";

const TIMEOUT_MS = 30_000;
const TYPES = { pdf: "application/pdf", xml: "application/xml", csv: "text/csv" };
let signedOut = () => {};

/** What the API refused or could not do: `kind`, `message`, `fields`, and `status` (0: it was not reached). */
export class ApiError extends Error {
  constructor(status, { error, message, fields } = {}) {
    super(message || (status === 0 ? words.errors.unreachable : words.errors.unexpected(status)));
    this.status = status;
    this.kind = error ?? "";
    this.fields = fields ?? {};
  }
}

/** Call `listener` whenever the API says that the session is over. */
export function whenSignedOut(listener) {
  signedOut = listener;
}

export const session = {
  read: () => call("GET", "/session"),
  signIn: (credentials) => call("POST", "/session", credentials, { opening: true }),
  signOut: () => call("DELETE", "/session"),
};

export const billing = {
  overview: (account) => call("GET", of("/overview", { account })),
  alerts: (account) => call("GET", of("/alerts", { account })),
  saveBudget: (account, budget) => call("PUT", of("/budgets/monthly", { account }), budget),
  removeBudget: (account) => call("DELETE", of("/budgets/monthly", { account })),
  /** What was used in the days `from` to `to`, both included, summed up by `group`. */
  usage: (account, { from, to, group }, next) => call("GET", of("/usage", { account, from, to, group, next })),
  charges: (account, period) => call("GET", of("/charges", { account, period })),
  /** How the amount of one line of the charges came about; the resources come page by page. */
  workings: (account, period, line, next) => call("GET", of(`/charges/${encodeURIComponent(line)}`, { account, period, next })),
  catalogue: (account) => call("GET", of("/catalogue", { account })),
  /** One page of the documents, newest first, the draft of the running month before all. */
  invoices: (account, sought, next) => call("GET", of("/invoices", { account, ...sought, next })),
  invoice: (account, id) => call("GET", of(invoicePath(id), { account })),
  invoiceFile: (account, id, format) => file(of(`${invoicePath(id)}/${format}`, { account }), format),
  /** Where to pay for a document: the address of the gateway's page. */
  pay: (account, id, gateway) => call("POST", of(`${invoicePath(id)}/pay`, { account }), { gateway }),
  wallet: (account, next) => call("GET", of("/wallet", { account, next })),
  topUp: (account, topUp) => call("POST", of("/wallet/top-ups", { account }), topUp),
  statement: (account, period) => call("GET", of(`/statements/${period}`, { account })),
  statementFile: (account, period, format) => file(of(`/statements/${period}/${format}`, { account }), format),
  estimate: (account, plan) => call("POST", of("/estimates", { account }), plan),
};

export const operations = {
  windows: (state, next) => call("GET", of("/admin/windows", { state, next })),
  holds: (next) => call("GET", of("/admin/holds", { next })),
  rejects: (next) => call("GET", of("/admin/rejects", { next })),
  decisions: (next) => call("GET", of("/admin/decisions", { next })),
  decide: (decision) => call("POST", "/admin/decisions", decision),
  collectNow: () => call("POST", "/admin/runs", { run: "plan_collection" }),
  /** Have the windows of a span metered again, from the archive. */
  replay: (span) => call("POST", "/admin/runs", { run: "replay", ...span }),
  rollUps: (next) => call("GET", of("/admin/roll-ups", { next })),
  addRollUp: (rollUp) => call("POST", "/admin/roll-ups", rollUp),
  endRollUp: (id, until) => call("POST", `/admin/roll-ups/${encodeURIComponent(id)}/end`, { until }),
  accounts: (next) => call("GET", of("/admin/accounts", { next })),
};

/** What the operator sells for what: rate cards, exchange rates, and what is agreed with an account. */
export const pricing = {
  catalogue: () => call("GET", "/catalogue"),
  missing: (next) => call("GET", of("/admin/missing-prices", { next })),
  /** All lists, or the cards of one. */
  cards: (list, next) => call("GET", of("/admin/rate-cards", { ...list, next })),
  /** Read a CSV file as a rate card; nothing is stored. */
  readCsv: (csv, list) => call("POST", of("/admin/rate-cards", list), csv, { type: "text/csv" }),
  preview: (card, next) => call("POST", of("/admin/rate-cards", { next }), card),
  putIntoForce: (card, confirm) => call("POST", of("/admin/rate-cards", { confirm }), card),
  /** The address of the file of a card, to download. */
  file: (card, format) => `/api${of("/admin/rate-cards/file", { ...card, format })}`,
  quotaTariffs: (list) => call("GET", of("/admin/quota-tariffs", list)),
  rates: (pair, next) => call("GET", of("/admin/exchange-rates", { ...pair, next })),
  addRate: (rate) => call("POST", "/admin/exchange-rates", rate),
  fetchRates: () => call("POST", "/admin/runs", { run: "fetch_exchange_rates" }),
  setTerms: (account, terms) => call("PUT", accountPath(account), terms),
  agreements: (account, next) => call("GET", of(`${accountPath(account)}/agreements`, { next })),
  agree: (account, agreement) => call("POST", `${accountPath(account)}/agreements`, agreement),
  endAgreement: (account, id, until) => call("POST", `${accountPath(account)}/agreements/${encodeURIComponent(id)}/end`, { until }),
};

/** The operator's side of invoices and money: runs, documents, payments, who issues what to whom. */
export const books = {
  /** The invoices of a month; of the last that is over where none is told. */
  run: (period, next) => call("GET", of("/admin/billing-runs", { period, next })),
  runNow: (period) => call("POST", "/admin/billing-runs", { period }),
  issueAnyway: (period, account, reason) => call("POST", `/admin/billing-runs/${period}/accounts/${encodeURIComponent(account)}`, { reason }),
  documents: (series, next) => call("GET", of("/admin/documents", { ...series, next })),
  payments: (month, next) => call("GET", of("/admin/payments", { month, next })),
  recordPayment: (payment) => record("/admin/payments", payment),
  recordRefund: (refund) => record("/admin/refunds", refund),
  useCredit: (account) => call("POST", "/admin/allocations", { account }),
  previewStatement: (csv, currency) => call("POST", of("/admin/bank-statements/preview", { currency }), csv, { type: "text/csv" }),
  recordStatement: (rows) => call("POST", "/admin/bank-statements", { rows }),
  topUps: (month, next) => call("GET", of("/admin/top-ups", { month, next })),
  recordTopUp: (topUp) => record("/admin/top-ups", topUp),
  credit: (note) => record("/admin/credit-notes", note),
  writeOff: (end) => call("POST", "/admin/write-offs", end),
  void: (end) => call("POST", "/admin/void", end),
  dunning: (next) => call("GET", of("/admin/dunning", { next })),
  enforce: (account, action) => call("POST", `${accountPath(account)}/enforcement`, { action }),
  trialBalance: (at) => call("GET", of("/admin/trial-balance", { at })),
  gateways: () => call("GET", "/admin/gateways"),
  /** Post what could not be posted when a gateway told it. */
  tryAgain: (event) => call("POST", unpostedPath(event)),
  dismiss: (event, reason) => call("DELETE", of(unpostedPath(event), { reason })),
  issuers: () => call("GET", "/admin/issuers"),
  saveIssuer: (id, issuer) => call("PUT", `/admin/issuers/${encodeURIComponent(id)}`, issuer),
  saveLogo: (id, logo) => call("PUT", `/admin/issuers/${encodeURIComponent(id)}/logo`, logo),
  details: (account) => call("GET", `${accountPath(account)}/billing`),
  saveDetails: (account, details) => call("PUT", `${accountPath(account)}/billing`, details),
};

function invoicePath(id) {
  return `/invoices/${encodeURIComponent(id)}`;
}

function accountPath(account) {
  return `/admin/accounts/${encodeURIComponent(account)}`;
}

function unpostedPath(event) {
  return `/admin/gateways/unposted/${encodeURIComponent(event)}`;
}

function of(path, query) {
  const given = Object.entries(query).filter(([, value]) => value);
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
}

async function call(method, path, body, { opening = false, ...options } = {}) {
  const response = await ask(method, path, body, options);
  const reply = await bodyOf(response);
  if (response.ok) return reply;
  throw refusal(response, reply, opening);
}

/** Record something; `known` is whether it was recorded before, so that nothing was changed. */
async function record(path, body) {
  const response = await ask("POST", path, body, {});
  const reply = await bodyOf(response);
  if (!response.ok) throw refusal(response, reply);
  return { ...reply, known: response.status === 200 };
}

/** Return the file at `path` as a blob. */
async function file(path, format) {
  const response = await ask("GET", path, undefined, { accept: TYPES[format] });
  if (!response.ok) throw refusal(response, await bodyOf(response));
  try {
    return await response.blob();
  } catch {
    throw new ApiError(0);
  }
}

function refusal({ status }, reply, opening = false) {
  if (status === 401 && !opening) signedOut();
  return new ApiError(status, reply ?? {});
}

async function ask(method, path, body, { type = "application/json", accept = "application/json" }) {
  const headers = { accept };
  const options = { method, headers, cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (method !== "GET") headers["content-type"] = type;
  if (body !== undefined) options.body = type === "application/json" ? JSON.stringify(body) : body;
  try {
    return await fetch(`/api${path}`, options);
  } catch {
    throw new ApiError(0);
  }
}

async function bodyOf(response) {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch {
    if (response.ok) throw new ApiError(response.status);
    return null;
  }
}
