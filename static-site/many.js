// Counts in a sentence: "1 record", "112,000 records".

/** Return `count` with the word for one or for more. */
export function many(count, one, more) {
  return `${new Intl.NumberFormat("en").format(count)} ${count === 1 ? one : more}`;
}
