"""Usage added up by what prices it: what was measured over the same span is added up first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from chalicelib.metering.meters import PARTS_OF
from chalicelib.metering.usage import Entry, UsageGroup, group_of, measured, quantity
from chalicelib.money import EXACT
from chalicelib.rating.cutting import Segments
from chalicelib.rating.price_lists import Found, Lacking, Missing, Prices
from chalicelib.rating.subscriptions import Subscribed
from chalicelib.rating.tariffs import is_service

_ZERO = Decimal(0)
_NOTHING = (_ZERO, 0)
# Stands for usage that is priced by a part of unknown size.
_WAITS = ""
# What a meter or part is priced by under each of the prices in force; None where it is not sold.
_Route = tuple[str, tuple[Found | None, ...]]


class Used(msgspec.Struct):
    """What was used under one tariff, or of what has none, by day; and by how many entries."""

    by_day: dict[date, Decimal] = msgspec.field(default_factory=dict)
    usages: int = 0


class Sums:
    """What was used of each meter and part, by what prices it.

    Args:
        prices: those of the period, ascending.
    """

    def __init__(self, prices: Sequence[Prices], segments: Segments) -> None:
        self._prices = prices
        self._segments = segments
        self._tag_keys: dict[str, tuple[str, ...]] = {}
        self._chosen: dict[tuple[str, tuple[str, ...], object], dict[str, int]] = {}
        self._routes: list[_Route] = []
        self._places: dict[_Route, int] = {}
        self._measured: dict[tuple[int, int, int], tuple[Decimal, int]] = {}

    def add(self, usages: Iterable[UsageGroup]) -> None:
        """Add usage."""
        chosen, sums = self._chosen, self._measured
        for group in usages:
            meter = group.meter
            if self._keys(meter):
                self._add_tagged(group)
                continue
            key = (meter, group.dimensions, None)
            routes = chosen.get(key)
            if routes is None:
                routes = chosen[key] = self._choose(meter, group.dimensions, {})
            self._add(group, routes, sums)

    def add_subscribed(self, services: Iterable[Subscribed]) -> None:
        """Add services that CloudStack does not measure."""
        known: set[str] = set()
        for each in services:
            found = tuple(prices.of_service(each.meter) for prices in self._prices)
            start, end = int(each.span.start.timestamp()), int(each.span.end.timestamp())
            key = (self._place((each.meter, found)), start, end)
            before, entries = self._measured.get(key, _NOTHING)
            count = each.meter not in known
            self._measured[key] = EXACT.add(before, each.quantity), entries + count
            known.add(each.meter)

    def shared_out(self) -> dict[tuple[str, Found], Used]:
        """Return what was used under each tariff, by day; cut where the day or price changes."""
        found: dict[tuple[str, Found], Used] = defaultdict(Used)
        days, prices = self._segments.days, self._segments.prices
        for (place, start, end), (measure, count) in self._measured.items():
            name, priced = self._routes[place]
            before = None
            whole = measure if is_service(name) else quantity(name, measure)
            for index, part in self._segments.parts(whole, start, end):
                by = priced[prices[index]]
                if by is None:
                    continue
                used = found[name, by]
                day = days[index]
                used.by_day[day] = EXACT.add(used.by_day.get(day, _ZERO), part)
                used.usages += count if by is not before else 0
                before = by
        return found

    def _add(
        self,
        group: UsageGroup,
        routes: dict[str, int],
        sums: dict[tuple[int, int, int], tuple[Decimal, int]],
    ) -> None:
        count, start, end = len(group.resources), group.start, group.end
        found = measured(group)
        if _WAITS in routes:
            found = [*found, (_WAITS, found[0][1])]
        for name, measure in found:
            place = routes.get(name)
            if place is not None:
                key = (place, start, end)
                before, entries = sums.get(key, _NOTHING)
                sums[key] = EXACT.add(before, measure), entries + count

    def _add_tagged(self, group: UsageGroup) -> None:
        """Add usage whose price depends on tags: entries are told apart by those."""
        for tags, part in by_tags(group, self._keys(group.meter)):
            key = (group.meter, group.dimensions, tags)
            if key not in self._chosen:
                self._chosen[key] = self._choose(group.meter, group.dimensions, dict(tags))
            self._add(part, self._chosen[key], self._measured)

    def _keys(self, meter: str) -> tuple[str, ...]:
        keys = self._tag_keys.get(meter)
        if keys is None:
            found = {key for prices in self._prices for key in prices.tag_keys(meter)}
            keys = self._tag_keys[meter] = tuple(sorted(found))
        return keys

    def _choose(
        self, meter: str, dimensions: tuple[str, ...], tags: dict[str, str]
    ) -> dict[str, int]:
        """Return the route of the meter and of each part of it that is sold."""
        chosen = [prices.of(meter, dimensions, tags) for prices in self._prices]
        routes: dict[str, int] = {}
        known = {name for name, _ in measured(UsageGroup(meter, 0, 0, dimensions, [], []))}
        for name in (meter, *(part.name for part in PARTS_OF[meter])):
            if name != meter and name not in known:
                # What is priced by a part of unknown size waits, as usage of the meter itself.
                continue
            route = (name, tuple(each.get(name) for each in chosen))
            if any(each is not None for each in route[1]):
                routes[name] = self._place(route)
        self._note_sizes(meter, chosen, known, routes)
        return routes

    def _note_sizes(
        self,
        meter: str,
        chosen: Sequence[dict[str, Found]],
        known: set[str],
        routes: dict[str, int],
    ) -> None:
        """Have a meter wait, besides, where a part is sold that could not be measured of it."""
        lacking = tuple(
            Lacking(meter, Missing.SIZE) if set(each) - known - {meter} else None for each in chosen
        )
        if any(each is not None for each in lacking):
            routes[_WAITS] = self._place((meter, lacking))

    def _place(self, route: _Route) -> int:
        if route not in self._places:
            self._places[route] = len(self._routes)
            self._routes.append(route)
        return self._places[route]


def by_tags(
    group: UsageGroup, keys: Sequence[str]
) -> Iterator[tuple[tuple[tuple[str, str], ...], UsageGroup]]:
    """Yield the entries of a group by the values that those tags have on them."""
    entries: dict[tuple[tuple[str, str], ...], list[Entry]] = defaultdict(list)
    for entry in group.entries():
        told = tuple(pair for pair in entry.tags if pair[0] in keys)
        entries[told].append(entry)
    for tags, some in sorted(entries.items()):
        yield tags, group_of(*group.key, some)
