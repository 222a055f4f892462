"""A line item shared out over the resources it is for."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.metering.usage import UsageGroup, measured_each, quantity
from chalicelib.money import EXACT, Money, allocate
from chalicelib.periods import Billed
from chalicelib.rating.line_items import LineItem
from chalicelib.rating.price_lists import Found, Priced, PriceLists
from chalicelib.rating.selection import selection

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
    found.add(usages)
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
        self._pricing = line.pricing
        self._selected = selection(lists, period)
        self._fits: dict[int, tuple[bool, ...]] = {}

    def add(self, usages: Iterable[UsageGroup]) -> None:
        """Add the part of usage that the line is for."""
        for group, places in self._selected.of(usages):
            place = places.get(self._meter)
            if place is not None and any(fits := self._fitting(place)):
                self._add(group, fits)

    def _fitting(self, place: int) -> tuple[bool, ...]:
        """Tell under which of the prices in force usage of a route belongs to the line."""
        if place not in self._fits:
            _, route = self._selected.routes[place]
            self._fits[place] = tuple(map(self._is_meant, route))
        return self._fits[place]

    def _is_meant(self, found: Found | None) -> bool:
        """Tell whether usage is priced as the line is."""
        pricing = self._pricing
        return isinstance(found, Priced) and (
            found.tariff == pricing.tariff
            and found.origin == pricing.origin
            and found.effective_from == pricing.effective_from
        )

    def _add(self, group: UsageGroup, fits: Sequence[bool]) -> None:
        segments = self._selected.segments
        measures = measured_each(group, self._meter)
        named = group.names or [""] * len(group.resources)
        for resource, name, measure in zip(group.resources, named, measures, strict=True):
            whole = quantity(self._meter, measure)
            for index, part in segments.parts(whole, group.start, group.end):
                if fits[segments.prices[index]]:
                    known = self.quantities.get(resource, _ZERO)
                    self.quantities[resource] = EXACT.add(known, part)
            if name:
                self.names[resource] = name
