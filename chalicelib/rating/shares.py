"""A line item shared out over the resources it is for."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.metering.usage import UsageGroup, measured_each, quantity
from chalicelib.money import EXACT, Money, allocate
from chalicelib.periods import Billed
from chalicelib.rating.cutting import Segments, segments
from chalicelib.rating.line_items import LineItem
from chalicelib.rating.price_lists import Found, Priced, PriceLists, Prices, prices_in
from chalicelib.rating.sums import by_tags

_ZERO = Decimal(0)


class Share(msgspec.Struct, frozen=True):
    """What one resource is of a line item.

    Attributes:
        name: its newest one.
        quantity: in the unit of the line's meter.
    """

    resource: str
    name: str
    quantity: Decimal
    amount: Money


def shares_of(
    line: LineItem, usages: Iterable[UsageGroup], lists: PriceLists, period: Billed
) -> list[Share]:
    """Return what each resource is of a line item, largest first; the parts make up the whole.

    Amounts are in proportion to quantities: tiers, included quantities and discounts are shared
    by all alike.

    Args:
        usages, lists: what the line was rated from.
    """
    found = _Quantities(line, lists, period)
    for group in usages:
        found.add(group)
    ordered = sorted(found.quantities.items(), key=lambda each: (-each[1], each[0]))
    digits = minor_unit(line.amount.currency)
    amounts = allocate(line.amount.amount, [quantity for _, quantity in ordered], digits)
    return [
        Share(
            resource, found.names.get(resource, ""), quantity, Money(amount, line.amount.currency)
        )
        for (resource, quantity), amount in zip(ordered, amounts, strict=True)
    ]


class _Quantities:
    """How much each resource used of what a line item is for."""

    def __init__(self, line: LineItem, lists: PriceLists, period: Billed) -> None:
        assert line.pricing is not None, "it is for usage"
        self.quantities: dict[str, Decimal] = {}
        self.names: dict[str, str] = {}
        self._meter = line.meter
        pricing = line.pricing
        self._priced = Priced(pricing.tariff, pricing.origin, pricing.effective_from)
        self._prices = prices_in(lists, period.span)
        self._segments: Segments = segments(period, [each.at for each in self._prices])
        self._fits: dict[tuple[str, tuple[str, ...], object], tuple[bool, ...]] = {}

    def add(self, group: UsageGroup) -> None:
        """Add the part of a group that the line is for."""
        keys = {key for prices in self._prices for key in prices.tag_keys(group.meter)}
        parts: Iterable[tuple[tuple[tuple[str, str], ...], UsageGroup]] = [((), group)]
        if keys:
            parts = by_tags(group, sorted(keys))
        for tags, part in parts:
            fits = self._fitting(part, tags)
            if any(fits):
                self._add(part, fits)

    def _fitting(self, group: UsageGroup, tags: tuple[tuple[str, str], ...]) -> tuple[bool, ...]:
        """Tell under which of the prices in force usage belongs to the line."""
        key = (group.meter, group.dimensions, tags)
        if key not in self._fits:
            self._fits[key] = tuple(
                _price_of(prices, group, dict(tags), self._meter) == self._priced
                for prices in self._prices
            )
        return self._fits[key]

    def _add(self, group: UsageGroup, fits: Sequence[bool]) -> None:
        measures = measured_each(group, self._meter)
        named = group.names or [""] * len(group.resources)
        for resource, name, measure in zip(group.resources, named, measures, strict=True):
            whole = quantity(self._meter, measure)
            for index, part in self._segments.parts(whole, group.start, group.end):
                if fits[self._segments.prices[index]]:
                    known = self.quantities.get(resource, _ZERO)
                    self.quantities[resource] = EXACT.add(known, part)
            if name:
                self.names[resource] = name


def _price_of(prices: Prices, group: UsageGroup, tags: dict[str, str], meter: str) -> Found | None:
    return prices.of(group.meter, group.dimensions, tags).get(meter)
