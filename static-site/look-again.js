// Looks again for what is confirmed a moment after a customer came back from a payment page.

import { useEffect } from "./elements.js";

const WAITS_MS = [3000, 10_000, 30_000];

/** Read what is shown again a few times while `wanted`. */
export function useLookingAgain(wanted, reload) {
  useEffect(() => {
    if (!wanted) return undefined;
    const timers = WAITS_MS.map((wait) => setTimeout(() => reload({ quiet: true }), wait));
    return () => timers.forEach(clearTimeout);
  }, [wanted, reload]);
}
