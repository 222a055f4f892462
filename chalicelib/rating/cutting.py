"""Quantities cut by time: at midnight, at a change of prices, at the bounds of a period."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from chalicelib.money import EXACT
from chalicelib.periods import Billed, index_at

# Where a record crosses a bound its quantity is cut there; both sides see the same cut.
_CUT = Decimal(1).scaleb(-18)


def share(quantity: Decimal, start: int, end: int, at: int) -> Decimal:
    """Return the part of `quantity`, spread evenly over `[start, end)`, that lies before `at`.

    >>> share(Decimal(24), 0, 86400, 3600)
    Decimal('1.000000000000000000')
    """
    if at <= start:
        return Decimal(0)
    if at >= end:
        return quantity
    part = EXACT.divide(EXACT.multiply(quantity, Decimal(at - start)), Decimal(end - start))
    return part.quantize(_CUT, context=EXACT)


class Segments:
    """The parts of a period between midnights and changes of prices.

    Attributes:
        days, prices: the day of each, and the index of the prices in force.
        starts: where each begins in epoch seconds, and last where the period ends.
    """

    def __init__(self, days: list[date], prices: list[int], starts: list[int]) -> None:
        self.days = days
        self.prices = prices
        self.starts = starts

    def parts(self, quantity: Decimal, start: int, end: int) -> Iterable[tuple[int, Decimal]]:
        """Yield (segment, part of `quantity`) for every segment that `[start, end)` reaches into.

        What lies before an instant depends on the usage and the instant alone, so all parts make
        up the whole.
        """
        starts = self.starts
        first = index_at(starts, start)
        if 0 <= first < len(starts) - 1 and end <= starts[first + 1]:
            # Most usage lies within one day and one price, and is not cut.
            if quantity:
                yield first, quantity
            return
        first = max(first, 0)
        begun = share(quantity, start, end, starts[first])
        for index in range(first, len(starts) - 1):
            if starts[index] >= end:
                return
            done = share(quantity, start, end, starts[index + 1])
            if done != begun:
                yield index, EXACT.subtract(done, begun)
            begun = done


def segments(period: Billed, changes: Sequence[datetime]) -> Segments:
    """Return the segments of a period.

    Args:
        changes: when each of the prices begins, ascending; the first at the period's start.
    """
    return _segments(period, tuple(changes))


@lru_cache(maxsize=256)
def _segments(period: Billed, changes: tuple[datetime, ...]) -> Segments:
    days, prices, starts = [], [], []
    for day, span in period.days():
        for part in span.split(changes):
            days.append(day)
            prices.append(sum(1 for change in changes if change <= part.start) - 1)
            starts.append(int(part.start.timestamp()))
    return Segments(days, prices, [*starts, int(period.span.end.timestamp())])
