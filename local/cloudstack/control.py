"""The simulator's own knobs, under /simulator; no CloudStack has these."""

import json
from collections.abc import Callable, Mapping

from local.cloudstack.api import Answer
from local.cloudstack.clock import Clock
from local.cloudstack.faults import Faults
from local.exchange_rates import XML_TYPE, rates_file

PREFIX = "/simulator/"
EXCHANGE_RATES = f"{PREFIX}exchange-rates/"
JSON_TYPE = "application/json"
FAULT_FIELDS = frozenset({"kind", "times", "command", "after", "seconds"})


class Control:
    """Moves the clock, shows the state, breaks and heals; tells exchange rates by that clock."""

    def __init__(
        self, clock: Clock, faults: Faults, state: Callable[[], Mapping[str, object]]
    ) -> None:
        self._clock, self._faults, self._state = clock, faults, state

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Return the answer to a request for a path under `/simulator/`."""
        if method == "GET" and path.startswith(EXCHANGE_RATES):
            body = rates_file(path.removeprefix(EXCHANGE_RATES), self._clock.now()) or b""
            return Answer(200 if body else 404, body, XML_TYPE)
        routes: dict[tuple[str, str], Callable[[dict[str, object]], Mapping[str, object]]] = {
            ("GET", "state"): lambda content: self._state(),
            ("POST", "clock"): self._move,
            ("POST", "faults"): self._break,
            ("DELETE", "faults"): self._heal,
        }
        route = routes.get((method, path.removeprefix(PREFIX)))
        if route is None:
            return _json(404, {"error": f"no such route: {method} {path}"})
        try:
            content = json.loads(body or b"{}")
            if not isinstance(content, dict):
                raise ValueError("the body is not a JSON object")
            return _json(200, route(content))
        except (ValueError, TypeError) as error:
            return _json(400, {"error": str(error)})

    def _move(self, content: dict[str, object]) -> Mapping[str, object]:
        """Move by days, by hours or both; by a day where neither is said."""
        moved = {name: content.get(name, 0) for name in ("days", "hours")}
        if not content:
            moved["days"] = 1
        if set(content) - set(moved):
            raise ValueError(f"the clock is moved by days and hours: {content!r}")
        for name, number in moved.items():
            if isinstance(number, bool) or not isinstance(number, int):
                raise ValueError(f"{name} is no whole number: {number!r}")
        # Checked just above.
        self._clock.advance(**moved)  # type: ignore[arg-type]
        return self._state()

    def _break(self, content: dict[str, object]) -> Mapping[str, object]:
        unknown = set(content) - FAULT_FIELDS
        if unknown or "kind" not in content:
            raise ValueError(f"a fault has kind, times, command, after, seconds: {content!r}")
        # Faults.add checks every value itself.
        self._faults.add(**content)  # type: ignore[arg-type]
        return self._state()

    def _heal(self, content: dict[str, object]) -> Mapping[str, object]:
        self._faults.clear()
        return self._state()


def _json(status: int, content: Mapping[str, object]) -> Answer:
    return Answer(status, json.dumps(content).encode() + b"\n", JSON_TYPE)
