"""What collecting a window needs, and what it did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.metering.progress import Window
from chalicelib.periods import Period
from chalicelib.runs.ports import (
    Accounts,
    Archive,
    Parts,
    Queue,
    Reviews,
    Usage,
    UsageSource,
    Windows,
)


@dataclass(frozen=True, slots=True)
class Collection:
    """One connection, with everything that collecting its windows reads and writes.

    Attributes:
        first: start of the first window of the connection.
        aggregation: how long the records of CloudStack's usage job are at most.
        has_time: whether there is time left for another page.
        queue: of windows to be collected.
        ratings: the queue of billing periods to be rated.
    """

    first: datetime
    aggregation: timedelta
    source: UsageSource
    archive: Archive
    usage: Usage
    reviews: Reviews
    accounts: Accounts
    windows: Windows
    parts: Parts
    queue: Queue
    ratings: Queue
    has_time: Callable[[], bool] = lambda: True

    def asked(self, window: Window) -> Period:
        """Return the span that CloudStack is asked for, to find all records of `window`.

        CloudStack returns only what lies inside of the bounds whole. A record belongs to the
        window it ends in, and may begin as long before it as a usage job reaches; but a record
        of just that length which ends before the window is not wanted.
        """
        back = self.aggregation - timedelta(seconds=1)
        return Period(window.period.start - back, window.period.end)

    def before(self, window: Window) -> Period:
        """Return the span of the records that one crossing into `window` may overlap."""
        start = window.period.start
        return Period(start - 2 * self.aggregation + timedelta(seconds=1), start)


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection did.

    Attributes:
        records: rows of the window; copies and what was set aside are among them.
        written: rows of the usage and rejects tables that changed.
        ratings: ratings asked for.
        parts: parts of the window asked for, or left to go on with.
    """

    records: int = 0
    rejects: int = 0
    holds: int = 0
    copies: int = 0
    pages: int = 0
    written: int = 0
    ratings: int = 0
    parts: int = 0
