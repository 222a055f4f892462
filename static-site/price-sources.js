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
    // The message says in which line it is.
    throw error.status === 400 ? refused("file", error.message) : error;
  }
}

function readJson(content) {
  try {
    // The digits of a number as they stand in the file, where the browser tells them.
    const card = JSON.parse(content, (_, value, context) => (typeof value === "number" ? withoutExponent(context?.source ?? String(value)) : value));
    const prices = Array.isArray(card) ? card : card.prices;
    if (!Array.isArray(prices) || !prices.every(isPrice)) throw new SyntaxError();
    return { prices: prices.map(({ usage_type: type, ...price }) => ({ ...price, ...(type !== undefined && { usage_type: Number(type) }) })) };
  } catch {
    throw refused("file", text.unreadable);
  }
}

/** Return whether something has the shape of a price; whether it is a good one, the API says. */
function isPrice(price) {
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isText = (value) => value === undefined || value === null || typeof value === "string";
  if (!isObject(price)) return false;
  const { tiers, conditions, ...plain } = price;
  const tiersFit = !tiers || (Array.isArray(tiers) && tiers.every((tier) => isObject(tier) && Object.values(tier).every(isText)));
  const conditionsFit = !conditions || (isObject(conditions) && Object.values(conditions).flat().every((value) => typeof value === "string"));
  return tiersFit && conditionsFit && Object.values(plain).every(isText);
}

/** Return "1.5e-7" as "0.00000015". */
function withoutExponent(number) {
  const [, sign, whole, fraction = "", exponent] = number.match(/^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/) ?? [];
  if (exponent === undefined) return number;
  const digits = `${"0".repeat(Math.max(0, -exponent))}${whole}${fraction}${"0".repeat(Math.max(0, exponent))}`;
  const point = Math.max(0, -exponent) + whole.length + Number(exponent);
  const [before, after] = [digits.slice(0, point), digits.slice(point)];
  return `${sign}${before.replace(/^0+(?=.)/, "") || "0"}${after.replace(/0+$/, "") && `.${after.replace(/0+$/, "")}`}`;
}

function refused(field, why) {
  return new ApiError(400, { error: "InvalidInput", message: why, fields: { [field]: why } });
}
