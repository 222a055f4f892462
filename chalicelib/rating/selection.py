"""Which tariff prices which usage of a period: looked up once for all that is alike."""

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from chalicelib.metering.meters import PARTS_OF
from chalicelib.metering.usage import UsageGroup, grouped_by_tags, measured
from chalicelib.periods import Billed
from chalicelib.rating.cutting import Segments, segments
from chalicelib.rating.price_lists import Found, Lacking, Missing, PriceLists, Prices, prices_in

# Stands for usage that is priced by a part of unknown size.
WAITS = ""
# What a meter or part is priced by under each of the prices in force; None where it is not sold.
Route = tuple[str, tuple[Found | None, ...]]
# Where the routes of a meter, and of each part of it that is sold, stand among all routes.
Places = dict[str, int]
Tags = tuple[tuple[str, str], ...]


class Selection:
    """The prices of a period, and what they are for.

    Attributes:
        prices: those in force, ascending by when they begin.
        segments: the parts of the period between midnights and changes of prices.
        routes: all that were looked up.
    """

    def __init__(self, prices: Sequence[Prices], parts: Segments) -> None:
        self.prices = prices
        self.segments = parts
        self.routes: list[Route] = []
        self._tag_keys: dict[str, tuple[str, ...]] = {}
        self._chosen: dict[tuple[str, tuple[str, ...]], Places] = {}
        self._tagged: dict[tuple[str, tuple[str, ...], Tags], Places] = {}
        self._places: dict[Route, int] = {}

    def of(self, usages: Iterable[UsageGroup]) -> Iterator[tuple[UsageGroup, Places]]:
        """Yield usage with what prices it, told apart by tags where a price depends on them."""
        chosen = self._chosen
        for group in usages:
            key = (group.meter, group.dimensions)
            places = chosen.get(key)
            if places is not None:
                yield group, places
            elif keys := self._keys(group.meter):
                for tags, part in grouped_by_tags(group, keys):
                    yield part, self._of_tagged(part, tags)
            else:
                chosen[key] = self._choose(group.meter, group.dimensions, {})
                yield group, chosen[key]

    def of_service(self, service: str) -> int:
        """Return where the route of a service stands, named as its tariff names it."""
        return self._place((service, tuple(each.of_service(service) for each in self.prices)))

    def _of_tagged(self, group: UsageGroup, tags: Tags) -> Places:
        key = (group.meter, group.dimensions, tags)
        if key not in self._tagged:
            self._tagged[key] = self._choose(group.meter, group.dimensions, dict(tags))
        return self._tagged[key]

    def _keys(self, meter: str) -> tuple[str, ...]:
        """Return the keys of the tags that a price of a meter depends on at any time."""
        if meter not in self._tag_keys:
            found = {key for prices in self.prices for key in prices.tag_keys(meter)}
            self._tag_keys[meter] = tuple(sorted(found))
        return self._tag_keys[meter]

    def _choose(self, meter: str, dimensions: tuple[str, ...], tags: dict[str, str]) -> Places:
        chosen = [prices.of(meter, dimensions, tags) for prices in self.prices]
        nothing = UsageGroup(meter, 0, 0, dimensions, [], [])
        known = {name for name, _ in measured(nothing)}
        places: Places = {}
        for name in (meter, *(part.name for part in PARTS_OF[meter])):
            found = tuple(each.get(name) for each in chosen)
            if name in known and any(each is not None for each in found):
                places[name] = self._place((name, found))
        lacking = tuple(
            Lacking(meter, Missing.SIZE) if set(each) - known - {meter} else None for each in chosen
        )
        if any(each is not None for each in lacking):
            places[WAITS] = self._place((meter, lacking))
        return places

    def _place(self, route: Route) -> int:
        if route not in self._places:
            self._places[route] = len(self.routes)
            self.routes.append(route)
        return self._places[route]


def selection(lists: PriceLists, period: Billed) -> Selection:
    """Return what the price lists say of a period; looked up once for each."""
    known = lists.selections.get(period)
    if known is None:
        prices = prices_in(lists, period.span)
        known = Selection(prices, segments(period, [each.at for each in prices]))
        lists.selections[period] = known
    return cast(Selection, known)
