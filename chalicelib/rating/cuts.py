"""Usage cut at the instants where it passes from one billing account to another."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from chalicelib.metering.meters import METERS, Rule
from chalicelib.metering.usage import UsageGroup
from chalicelib.money import EXACT
from chalicelib.rating.cutting import share


def clip(
    usages: Iterable[UsageGroup], start: datetime | None, end: datetime | None
) -> Iterator[UsageGroup]:
    """Yield the part of each of `usages` that lies in `[start, end)`, pro rata by time.

    What lies before an instant depends on the usage and the instant alone, so the parts on both
    sides of a bound make up the whole exactly. A level stays what it was for as long as it was.

    Args:
        start, end: None where there is no bound.
    """
    for group in usages:
        first = group.start if start is None else max(group.start, int(start.timestamp()))
        last = group.end if end is None else min(group.end, int(end.timestamp()))
        if first == group.start and last == group.end:
            yield group
        elif first < last and METERS[group.meter].rule is Rule.LEVEL:
            yield replace(group, start=first, end=last)
        elif first < last:
            raw = [_between(Decimal(each), group, first, last) for each in group.raw]
            yield replace(group, start=first, end=last, raw=raw)


def _between(raw: Decimal, group: UsageGroup, first: int, last: int) -> str:
    """Return the part of a raw usage that lies in `[first, last)`."""
    before = share(raw, group.start, group.end, first)
    return format(EXACT.subtract(share(raw, group.start, group.end, last), before), "f")
