// The file of a bank: small enough, and in whatever encoding the bank writes.

import { ApiError } from "./api.js";
import { words } from "./words.js";

const LARGEST = 1_000_000;

/** Return the text of a file. */
export async function textOf(file) {
  if (!file) throw refused(words.books.statement.fileMissing);
  if (file.size > LARGEST) throw refused(words.books.statement.tooLarge);
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Older software of banks writes the letters of Western Europe in one byte each.
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function refused(why) {
  return new ApiError(400, { error: "InvalidInput", message: why, fields: { file: why } });
}
