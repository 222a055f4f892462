// Asks the API for the address of another page, and goes there.

import { useEffect, useRef, useState } from "./elements.js";

const IDLE = { busy: false, failure: null };

/** Return {busy, failure, leave}: `leave` goes to the `url` that a request is answered with. */
export function useLeaving() {
  const [state, setState] = useState(IDLE);
  const asking = useRef(false);
  useEffect(() => {
    // A browser may show this page again as it was left.
    const shown = ({ persisted }) => {
      if (!persisted) return;
      asking.current = false;
      setState(IDLE);
    };
    window.addEventListener("pageshow", shown);
    return () => window.removeEventListener("pageshow", shown);
  }, []);
  const leave = async (request) => {
    if (asking.current) return;
    asking.current = true;
    setState({ busy: true, failure: null });
    try {
      const { url } = await request();
      window.location.assign(url);
    } catch (failure) {
      asking.current = false;
      setState({ busy: false, failure });
    }
  };
  return { ...state, leave };
}
