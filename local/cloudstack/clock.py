"""What day it is for the simulator, and where that is kept between two starts."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock

from local.cloudstack.lives import first_of_month

HISTORY_MONTHS = 3
FURTHEST_DAYS = 3660


class Clock:
    """Today: the real UTC day, or a fixed one, plus the days it was moved.

    The history begins three months before the month the clock was first set up in, and stays
    there: moving on only appends. Days moved and that beginning outlive a restart in `state`.
    """

    def __init__(self, fixed: date | None = None, state: Path | None = None) -> None:
        self._fixed, self._state = fixed, state
        self._lock = Lock()
        kept = _read(state) if state is not None and state.exists() else None
        self.offset_days = kept[0] if kept else 0
        self.history_start = kept[1] if kept else first_of_month(self.today(), -HISTORY_MONTHS)
        if state is not None and kept is None:
            self._keep(state)

    def today(self) -> date:
        """Return the day it is; its usage is not aggregated yet."""
        return (self._fixed or datetime.now(UTC).date()) + timedelta(days=self.offset_days)

    def advance(self, days: int) -> date:
        """Return the day it is after moving on.

        Raises:
            ValueError: it would go back, or absurdly far.
        """
        if not 0 <= days <= FURTHEST_DAYS:
            raise ValueError(f"days to move is not 0 to {FURTHEST_DAYS}: {days!r}")
        with self._lock:
            self.offset_days += days
            if self._state is not None:
                self._keep(self._state)
            return self.today()

    def _keep(self, state: Path) -> None:
        """Replace the state file in one step, so that a crash leaves the old or the new one."""
        content = {"offset_days": self.offset_days, "history_start": str(self.history_start)}
        beside = state.with_name(f"{state.name}.{os.getpid()}")
        beside.write_text(json.dumps(content) + "\n", encoding="utf-8")
        beside.replace(state)


def _read(state: Path) -> tuple[int, date]:
    """Return days moved and the beginning of the history.

    Raises:
        ValueError: the file is not one the simulator wrote.
    """
    try:
        content = json.loads(state.read_text(encoding="utf-8"))
        return int(content["offset_days"]), date.fromisoformat(content["history_start"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"cannot read the simulator's state file {str(state)!r}") from error
