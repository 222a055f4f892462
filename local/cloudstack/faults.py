"""The ways the simulator can be broken on purpose, each for so many calls."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from threading import Lock

from local.cloudstack.errors import ERROR_TEXTS

BROKEN = ("down", "slow", "nonsense", "cut")
KINDS = (*BROKEN, *(str(code) for code in ERROR_TEXTS))


@dataclass(slots=True)
class Fault:
    """One way to fail.

    Attributes:
        kind: `down` closes without an answer, `slow` waits first, `nonsense` answers 200 with
            HTML or half a JSON document in turn, `cut` breaks off in the middle of the body,
            a number refuses with that code.
        times: how many calls it still spoils; None until it is cleared.
        command: the only command it spoils; None for any.
        after: how many calls it lets pass before.
        seconds: how long `slow` waits.
        struck: how many calls it has spoiled.
    """

    kind: str
    times: int | None = 1
    command: str | None = None
    after: int = 0
    seconds: float = 5.0
    struck: int = 0

    def __post_init__(self) -> None:
        """Refuse what no fault can be."""
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {self.kind!r}")
        for name, value in (("times", self.times), ("after", self.after)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
                raise ValueError(f"{name} is no whole number: {value!r}")
        if isinstance(self.seconds, bool) or not isinstance(self.seconds, int | float):
            raise ValueError(f"seconds is no number: {self.seconds!r}")
        if (self.times or 0) < 0 or self.after < 0 or self.seconds < 0:
            raise ValueError("times, after and seconds are zero or more")


class Faults:
    """The faults that wait for calls; the first that fits spoils a call."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = Lock()

    def add(
        self,
        kind: str,
        times: int | None = 1,
        command: str | None = None,
        after: int = 0,
        seconds: float = 5.0,
    ) -> Fault:
        """Return the fault that now waits.

        Raises:
            ValueError: there is no such kind, or a number makes no sense.
        """
        fault = Fault(kind, times, command, after, seconds)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Heal everything."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[Mapping[str, object]]:
        """Return the faults that still wait."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def strike(self, command: str | None) -> Fault | None:
        """Return the fault that spoils this call as it now is, if any, and count it down."""
        with self._lock:
            for fault in self._waiting:
                if fault.command is not None and fault.command != command:
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                self._waiting = [each for each in self._waiting if each.times != 0]
                fault.struck += 1
                return replace(fault)
        return None
