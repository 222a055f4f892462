"""The windows usage is aggregated in: days of the aggregation zone, or so many minutes each.

Instants are whole seconds since the epoch, windows half-open; a record ends a second earlier.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MINUTES_OF_DAY = 1440
# Windows shorter than a day follow each other without a break from this day's midnight on.
ANCHOR = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that has its own usage records."""

    start: int
    end: int

    @property
    def day(self) -> date:
        """Return the UTC day of the last second."""
        return datetime.fromtimestamp(self.end - 1, UTC).date()

    def seconds(self, start: int, end: int) -> int:
        """Return how many seconds of the window lie between two instants."""
        return max(0, min(end, self.end) - max(start, self.start))


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How the usage server cuts time.

    Attributes:
        minutes: `usage.stats.job.aggregation.range`; 1440 means calendar days of the zone, which
            have 23 or 25 hours where clocks change, anything else a fixed step.
        zone: `usage.aggregation.timezone`.

    >>> day = Aggregation().around(Aggregation().midnight(date(2026, 11, 1)) + 7)
    >>> day.day, day.end - day.start
    (datetime.date(2026, 11, 1), 86400)
    """

    minutes: int = MINUTES_OF_DAY
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        """Refuse a range that no usage server has."""
        if not 1 <= self.minutes <= MINUTES_OF_DAY:
            raise ValueError(f"aggregation minutes are not 1 to 1440: {self.minutes!r}")

    def midnight(self, day: date) -> int:
        """Return the instant a day begins in the zone."""
        return int(datetime.combine(day, time(), self.zone).timestamp())

    def around(self, at: int) -> Window:
        """Return the window an instant lies in."""
        if self.minutes == MINUTES_OF_DAY:
            day = datetime.fromtimestamp(at, self.zone).date()
            return Window(self.midnight(day), self.midnight(day + timedelta(days=1)))
        step, anchor = self.minutes * 60, self.midnight(ANCHOR)
        start = at - (at - anchor) % step
        return Window(start, start + step)

    def touching(self, start: int, end: int) -> Iterator[Window]:
        """Yield the windows that have a second between two instants, oldest first."""
        while start < end:
            window = self.around(start)
            yield window
            start = window.end
