"""Half-open spans of time, and the months that are billed."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from chalicelib.errors import InvalidInput

_PERIOD_ID = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_ZONE_NAME = re.compile(r"UTC|(?!posix/|right/)[A-Za-z_]+(/[A-Za-z0-9_+-]+)+")


class Period(msgspec.Struct, frozen=True, order=True):
    """A span of time `[start, end)`, both aware, both UTC.

    >>> Period.month(2026, 1).hours
    Decimal('744')
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise InvalidInput("a period needs instants with a time zone")
        if self.end <= self.start:
            raise InvalidInput(f"period ends before it starts: {self.start} .. {self.end}")

    @classmethod
    def month(cls, year: int, month: int, time_zone: str = "UTC") -> "Period":
        """Return the calendar month as it is lived in `time_zone`.

        >>> Period.month(2026, 10, "Europe/Berlin").hours
        Decimal('745')
        """
        zone = time_zone_named(time_zone)
        after = (year + 1, 1) if month == 12 else (year, month + 1)
        return cls(local_day(date(year, month, 1), zone), local_day(date(*after, 1), zone))

    @property
    def hours(self) -> Decimal:
        """Length in hours; exact for whole months and days, in which it divides prices."""
        return Decimal((self.end - self.start) // timedelta(seconds=1)) / 3600

    def contains(self, instant: datetime) -> bool:
        """Tell whether `instant` lies in the period; its end does not."""
        return self.start <= instant < self.end

    def overlap(self, other: "Period") -> "Period | None":
        """Return the part both share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def split(self, instants: Iterable[datetime]) -> list["Period"]:
        """Return the consecutive parts between those `instants` that lie inside."""
        inside = sorted({at for at in instants if self.start < at < self.end})
        bounds = [self.start, *inside, self.end]
        return [Period(start, end) for start, end in pairwise(bounds)]


class Billed(Protocol):
    """A span of time that is billed, with its days."""

    @property
    def span(self) -> Period:
        """All of it."""

    def days(self) -> Sequence[tuple[date, Period]]:
        """Return its days, whose spans make it up."""

    def __hash__(self) -> int: ...


class BillingPeriod(msgspec.Struct, frozen=True, order=True):
    """The calendar month one invoice covers, in the time zone it is billed in.

    Attributes:
        id: `YYYY-MM`.
        time_zone: IANA name.

    >>> BillingPeriod("2026-12", "UTC").next().id
    '2027-01'
    """

    id: str
    time_zone: str

    def __post_init__(self) -> None:
        if not _PERIOD_ID.fullmatch(self.id):
            raise InvalidInput(f"not a billing period YYYY-MM: {self.id!r}")

    @classmethod
    def at(cls, instant: datetime, time_zone: str) -> "BillingPeriod":
        """Return the billing period that `instant` falls in."""
        local = instant.astimezone(time_zone_named(time_zone))
        return cls(f"{local:%Y-%m}", time_zone)

    @property
    def span(self) -> Period:
        """From the first local midnight of the month to that of the next, in UTC."""
        return _month(self.id, self.time_zone)

    def next(self) -> "BillingPeriod":
        """Return the month after this one."""
        return BillingPeriod.at(self.span.end, self.time_zone)

    @property
    def last_day(self) -> date:
        """The last local day of the month."""
        return self.days()[-1][0]

    def days(self) -> Sequence[tuple[date, Period]]:
        """Return every local day of the month with its span; the spans make up the month."""
        return _days(self.id, self.time_zone)


@lru_cache(maxsize=1024)
def _month(period: str, time_zone: str) -> Period:
    year, month = map(int, period.split("-"))
    return Period.month(year, month, time_zone)


@lru_cache(maxsize=256)
def _days(period: str, time_zone: str) -> tuple[tuple[date, Period], ...]:
    zone, span = time_zone_named(time_zone), _month(period, time_zone)
    first = span.start.astimezone(zone).date()
    count = (span.end.astimezone(zone).date() - first).days
    dates = [first + timedelta(days=number) for number in range(count + 1)]
    return tuple(
        (day, Period(local_day(day, zone), local_day(after, zone)))
        for day, after in pairwise(dates)
    )


def periods_touched(span: Period, time_zone: str) -> list[BillingPeriod]:
    """Return the billing periods that `span` reaches into, in order."""
    periods = [BillingPeriod.at(span.start, time_zone)]
    while periods[-1].span.end < span.end:
        periods.append(periods[-1].next())
    return periods


def time_zone_named(name: str) -> ZoneInfo:
    """Return the time zone with that IANA name.

    Raises:
        InvalidInput: there is none.
    """
    try:
        # Python also knows names, such as `localtime`, that browsers do not.
        if not _ZONE_NAME.fullmatch(name):
            raise ValueError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"unknown time zone {name!r}, expected a name like Europe/Berlin"
        raise InvalidInput(message, {"time_zone": message}) from None


def instant_text(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC, to the second; such texts sort as their instants do.

    >>> instant_text(datetime(2026, 11, 1, tzinfo=UTC))
    '2026-11-01T00:00:00Z'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def index_at(bounds: list[int], instant: int) -> int:
    """Return which of the spans between ascending `bounds` (epoch seconds) holds `instant`."""
    return bisect_right(bounds, instant) - 1


def local_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
