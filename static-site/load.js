// Reads something from the API for a view and keeps track of how that went.

import { useCallback, useEffect, useRef, useState } from "./elements.js";

/**
 * Return {phase: "loading" | "ready" | "failed", data, error, stale, reload}.
 *
 * A new `key` starts over; `reload({quiet: true})` keeps what is shown until the new answer is there. If none
 * comes, `stale` is why, and what is shown is old.
 */
export function useLoad(read, key) {
  const [state, setState] = useState({ phase: "loading", key });
  const latest = useRef(0);
  const start = useCallback(
    async ({ quiet = false } = {}) => {
      const turn = (latest.current += 1);
      const settle = (next) => turn === latest.current && setState({ ...next, key });
      if (!quiet) settle({ phase: "loading" });
      try {
        settle({ phase: "ready", data: await read() });
      } catch (error) {
        if (!quiet) settle({ phase: "failed", error });
        else if (turn === latest.current) setState((before) => ({ ...before, stale: error }));
      }
    },
    [key],
  );
  useEffect(() => {
    start();
    return () => {
      latest.current += 1;
    };
  }, [start]);
  // Between a change of key and its effect, the old answer must not be shown as the new one's.
  const current = state.key === key ? state : { phase: "loading", key };
  return { ...current, reload: start };
}
