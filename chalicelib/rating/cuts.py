"""Usage cut at the instants where it passes from one billing account to another."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from chalicelib.metering.usage import Usage
from chalicelib.money import EXACT
from chalicelib.rating.charges import share


def clip(usages: Iterable[Usage], start: datetime | None, end: datetime | None) -> Iterator[Usage]:
    """Yield the part of each of `usages` that lies in `[start, end)`, pro rata by time.

    What lies before an instant depends on the usage and the instant alone, so the parts on both
    sides of a bound make up the whole exactly.

    Args:
        start, end: None where there is no bound.
    """
    for usage in usages:
        first = usage.start if start is None else max(usage.start, int(start.timestamp()))
        last = usage.end if end is None else min(usage.end, int(end.timestamp()))
        if first == usage.start and last == usage.end:
            yield usage
        elif first < last:
            before = share(usage.quantity, usage.start, usage.end, first)
            until = share(usage.quantity, usage.start, usage.end, last)
            quantity = EXACT.subtract(until, before)
            yield replace(usage, start=first, end=last, quantity=quantity)
