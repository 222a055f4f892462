"""Usage added up by what prices it: what was measured over the same span is added up first."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec

from chalicelib.metering.usage import UsageGroup, measured, quantity
from chalicelib.money import EXACT
from chalicelib.rating.price_lists import Found
from chalicelib.rating.selection import WAITS, Selection
from chalicelib.rating.subscriptions import Subscribed
from chalicelib.rating.tariffs import is_service

_ZERO = Decimal(0)
_NOTHING = (_ZERO, 0)


class Used(msgspec.Struct):
    """What was used under one tariff, or of what has none, by day; and by how many entries."""

    by_day: dict[date, Decimal] = msgspec.field(default_factory=dict)
    usages: int = 0


class Sums:
    """What was used of each meter and part, by what prices it."""

    def __init__(self, selected: Selection) -> None:
        self._selected = selected
        # Measure and number of entries, by (place of the route, start, end).
        self._measured: dict[tuple[int, int, int], tuple[Decimal, int]] = {}

    def add(self, usages: Iterable[UsageGroup]) -> None:
        """Add usage."""
        sums = self._measured
        for group, places in self._selected.of(usages):
            count, start, end = len(group.resources), group.start, group.end
            found = measured(group)
            if WAITS in places:
                found.append((WAITS, found[0][1]))
            for name, measure in found:
                place = places.get(name)
                if place is not None:
                    key = (place, start, end)
                    before, entries = sums.get(key, _NOTHING)
                    sums[key] = EXACT.add(before, measure), entries + count

    def add_subscribed(self, services: Iterable[Subscribed]) -> None:
        """Add services that CloudStack does not measure."""
        known: set[str] = set()
        for each in services:
            start, end = int(each.span.start.timestamp()), int(each.span.end.timestamp())
            key = (self._selected.of_service(each.meter), start, end)
            before, entries = self._measured.get(key, _NOTHING)
            count = each.meter not in known
            self._measured[key] = EXACT.add(before, each.quantity), entries + count
            known.add(each.meter)

    def shared_out(self) -> dict[tuple[str, Found], Used]:
        """Return what was used under each tariff, by day; cut where the day or price changes."""
        used: dict[tuple[str, Found], Used] = defaultdict(Used)
        segments = self._selected.segments
        days, prices = segments.days, segments.prices
        for (place, start, end), (measure, count) in self._measured.items():
            name, route = self._selected.routes[place]
            before = None
            whole = measure if is_service(name) else quantity(name, measure)
            for index, part in segments.parts(whole, start, end):
                by = route[prices[index]]
                if by is None:
                    continue
                found = used[name, by]
                day = days[index]
                found.by_day[day] = EXACT.add(found.by_day.get(day, _ZERO), part)
                found.usages += count if by is not before else 0
                before = by
        return used
