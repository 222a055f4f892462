// Reads a list from the API page by page.

import { useEffect, useRef, useState } from "./elements.js";
import { useLoad } from "./load.js";

const NONE = { rows: [], next: undefined, error: null, busy: false };

/**
 * Return {phase, error, stale, first, rows, next, more, moreError, reload}: `rows` so far, `more` to get the next page.
 *
 * `read` gets the page after `next`, the first without; its rows are at `rowsAt`. A new `key` starts over; a new
 * `turn` reads the list again behind what is shown.
 */
export function usePages(read, rowsAt, { key = rowsAt, turn = 0 } = {}) {
  const [further, setFurther] = useState(NONE);
  const latest = useRef(read);
  const reading = useRef(0);
  latest.current = read;
  const load = useLoad(async () => {
    const asked = (reading.current += 1);
    const page = await latest.current();
    if (asked === reading.current) setFurther(NONE);
    return page;
  }, key);
  useEffect(() => {
    if (turn > 0) load.reload({ quiet: load.phase === "ready" });
  }, [turn]);
  const next = further.next === undefined ? load.data?.next : further.next;
  const more = async () => {
    if (further.busy) return;
    const asked = reading.current;
    setFurther({ ...further, busy: true });
    const read = await latest.current(next).then(
      (page) => ({ rows: [...further.rows, ...page[rowsAt]], next: page.next, error: null, busy: false }),
      (error) => ({ ...further, error, busy: false }),
    );
    if (asked === reading.current) setFurther(read);
  };
  const { phase, data, error, stale, reload } = load;
  const rows = phase === "ready" ? [...data[rowsAt], ...further.rows] : [];
  return { phase, error, stale, first: data, rows, next, more, moreError: further.error, reload };
}
