"""What time it is for the simulator, and where that is kept between two starts."""

import json
import os
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from threading import Lock

from local.cloudstack.lives import first_of_month

HISTORY_MONTHS = 3
FURTHEST_DAYS = 3660
HOURS_OF_DAY = 24


class Clock:
    """Now: the real instant, or a fixed one, plus the days and hours it was moved.

    A fixed day means its midnight in `zone`, the aggregation zone, whose days are counted here.
    The history begins three months before the month the clock was first set up in, and stays
    there: moving on only appends. Time moved and that beginning outlive a restart in `state`.
    """

    def __init__(
        self, fixed: date | None = None, state: Path | None = None, zone: tzinfo = UTC
    ) -> None:
        if isinstance(fixed, datetime) and fixed.tzinfo is None:
            raise ValueError(f"an instant without a time zone: {fixed!r}")
        self._fixed, self._state, self._zone = fixed, state, zone
        self._lock = Lock()
        kept = _read(state) if state is not None and state.exists() else None
        self.offset_days, self.offset_hours = kept[0] if kept else (0, 0)
        self.history_start = kept[1] if kept else first_of_month(self.today(), -HISTORY_MONTHS)
        if state is not None and kept is None:
            self._keep(state)

    def now(self) -> datetime:
        """Return the instant it is; days are moved by the calendar, hours by the clock."""
        fixed = self._fixed
        if fixed is None:
            local = datetime.now(self._zone)
        elif isinstance(fixed, datetime):
            local = fixed.astimezone(self._zone)
        else:
            local = datetime.combine(fixed, time(), self._zone)
        moved = local + timedelta(days=self.offset_days)
        return moved.astimezone(UTC) + timedelta(hours=self.offset_hours)

    def today(self) -> date:
        """Return the day it is; its usage is not all there yet."""
        return self.now().astimezone(self._zone).date()

    def advance(self, days: int = 0, hours: int = 0) -> date:
        """Return the day it is after moving on.

        Raises:
            ValueError: it would go back, or absurdly far.
        """
        for name, number, furthest in (
            ("days", days, FURTHEST_DAYS),
            ("hours", hours, FURTHEST_DAYS * HOURS_OF_DAY),
        ):
            if not 0 <= number <= furthest:
                raise ValueError(f"{name} to move is not 0 to {furthest}: {number!r}")
        with self._lock:
            self.offset_days += days
            self.offset_hours += hours
            if self._state is not None:
                self._keep(self._state)
            return self.today()

    def _keep(self, state: Path) -> None:
        """Replace the state file in one step, so that a crash leaves the old or the new one."""
        content = {
            "offset_days": self.offset_days,
            "offset_hours": self.offset_hours,
            "history_start": str(self.history_start),
        }
        beside = state.with_name(f"{state.name}.{os.getpid()}")
        beside.write_text(json.dumps(content) + "\n", encoding="utf-8")
        beside.replace(state)


def _read(state: Path) -> tuple[tuple[int, int], date]:
    """Return days and hours moved, and the beginning of the history.

    Raises:
        ValueError: the file is not one the simulator wrote.
    """
    try:
        content = json.loads(state.read_text(encoding="utf-8"))
        # A state of before hours could be moved has none.
        moved = (int(content["offset_days"]), int(content.get("offset_hours", 0)))
        return moved, date.fromisoformat(content["history_start"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"cannot read the simulator's state file {str(state)!r}") from error
