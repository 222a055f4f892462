// What a draft of prices can begin with: the newest card of its list, nothing, a file, CloudStack's Quota tariffs.

import { ApiError } from "./api.js";
import { draftOf, editable, instantOf } from "./price-draft.js";
import { newestOf } from "./rate-cards.js";
import { words } from "./words.js";

const text = words.prices.begin;
const LARGEST_FILE = 4 * 1024 * 1024;

/** Return the draft that was `asked` for. */
export async function beginDraft(asked, { cards, catalogue, pricing, now }) {
  const { currency, account, accountName, source } = asked;
  const newest = newestOf(cards, { currency, account });
  const list = { currency, account, accountName, after: newest?.effective_from };
  if (source === "newest") return draftOfNewest(list, newest, catalogue, now);
  if (source === "empty") return draftOf({ ...list, origin: ["empty"] }, now);
  const from = instantOf(draftOf({ ...list, origin: ["empty"] }, now));
  if (source === "file") return draftOfFile(list, asked.file, { from, catalogue, pricing, now });
  const answer = await pricing.quotaTariffs({ connection: asked.connection, currency, effective_from: from });
  const prices = editable(answer.rate_card.prices, catalogue);
  return draftOf({ ...list, prices, origin: ["quota"], needsPerson: answer.needs_person, asOf: answer.as_of }, now);
}

function draftOfNewest(list, newest, catalogue, now) {
  if (!newest) throw refused("source", text.none);
  return draftOf({ ...list, prices: editable(newest.prices, catalogue), origin: ["newest", newest.effective_from] }, now);
}

/** The API reads CSV; JSON is read here, so that what is wrong in it can be put right in the editor. */
async function draftOfFile(list, file, { from, catalogue, pricing, now }) {
  if (file.size > LARGEST_FILE) throw refused("file", text.tooLarge);
  const content = await file.text();
  const csv = !/^\s*[[{]/.test(content);
  const { currency, account } = list;
  const read = csv ? (await readCsv(content, { currency, account, effective_from: from }, pricing)).rate_card : readJson(content);
  return draftOf({ ...list, prices: editable(read.prices, catalogue), origin: ["file", file.name] }, now);
}

async function readCsv(content, list, pricing) {
  try {
    return await pricing.readCsv(content, list);
  } catch (error) {
    const why = Object.values(error.fields ?? {});
    throw error.status === 400 ? refused("file", why.length > 0 ? why.join("; ") : error.message) : error;
  }
}

function readJson(content) {
  try {
    // The digits of a number as they stand in the file, where the browser tells them.
    const card = JSON.parse(content, (_, value, context) => (typeof value === "number" ? (context?.source ?? String(value)) : value));
    const prices = Array.isArray(card) ? card : card.prices;
    if (!Array.isArray(prices) || prices.some((price) => typeof price !== "object" || price === null)) throw new SyntaxError();
    return { prices: prices.map(({ usage_type: type, ...price }) => ({ ...price, ...(type !== undefined && { usage_type: Number(type) }) })) };
  } catch {
    throw refused("file", text.unreadable);
  }
}

function refused(field, why) {
  return new ApiError(400, { error: "InvalidInput", message: why, fields: { [field]: why } });
}
