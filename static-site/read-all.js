// Reads a list of the API to its end, where half of it would say something wrong.

const MOST_PAGES = 50;

/** Return {rows, more}: the rows of all pages that `read` gets, and whether there are yet more than a limit. */
export async function readAll(read, rowsAt) {
  let rows = [];
  let next;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await read(next);
    rows = [...rows, ...answer[rowsAt]];
    next = answer.next;
    if (!next) break;
  }
  return { rows, more: Boolean(next) };
}
