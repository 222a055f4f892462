"""Which tariff prices a usage: the agreed card, then the list, then the base list converted."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cached_property

import msgspec

from chalicelib.exchange_rates import Conversion
from chalicelib.metering.meters import METERS, PARTS_OF
from chalicelib.periods import Billed, Period
from chalicelib.rating.rate_cards import RateCard, cards_in_force
from chalicelib.rating.tariffs import TAG, Tariff


class Origin(StrEnum):
    """Where a price comes from."""

    AGREED = "agreed"
    """The rate card agreed with the billing account."""
    LIST = "list"
    """The default list of its currency."""
    BASE = "base"
    """The default list of the base currency, times an exchange rate."""


class Missing(StrEnum):
    """Why usage cannot be priced."""

    PRICE = "price"
    """No tariff in force fits it."""
    RATE = "rate"
    """One of the base list does, but there is no exchange rate."""
    SIZE = "size"
    """It is priced by a part that CloudStack did not tell the size of."""


class PriceLists(msgspec.Struct, frozen=True, dict=True):
    """All prices that may apply to a billing account.

    Attributes:
        currency: that it is billed in.
        listed, agreed: rate cards in that currency, in any order.
        base: rate cards in the base currency; empty where that is the account's own.
        base_currency: of those.
        conversion: what makes an amount of the base currency one of the account's; None while
            there is no exchange rate.
    """

    currency: str
    listed: Sequence[RateCard]
    agreed: Sequence[RateCard] = ()
    base: Sequence[RateCard] = ()
    base_currency: str = ""
    conversion: Conversion | None = None

    @cached_property
    def selections(self) -> dict[Billed, object]:
        """What has been selected of them before, by what it was for; see `selection`."""
        return {}


class Priced(msgspec.Struct, frozen=True, eq=False):
    """A tariff, and the card that it stands in; the same of one `Source` is one object."""

    tariff: Tariff
    origin: Origin
    effective_from: datetime


class Source(msgspec.Struct, frozen=True, eq=False, dict=True):
    """Where the prices of a usage come from: a card, and what it is to the billing account."""

    origin: Origin
    card: RateCard

    @cached_property
    def _known(self) -> dict[int, Priced]:
        return {}

    def priced(self, tariff: Tariff) -> Priced:
        """Return a tariff of the card with where it stands.

        Looked up by identity: what a tariff says takes long to compare, and a month has many.
        """
        found = self._known.get(id(tariff))
        if found is None:
            found = Priced(tariff, self.origin, self.card.effective_from)
            self._known[id(tariff)] = found
        return found


class Lacking(msgspec.Struct, frozen=True):
    """That usage of a meter with these dimensions cannot be priced."""

    meter: str
    why: Missing
    dimensions: tuple[tuple[str, str], ...] = ()


Found = Priced | Lacking


class Prices:
    """The prices in force in one span of time, between two changes of any card.

    Attributes:
        at: when the span begins.
    """

    def __init__(self, at: datetime, sources: Sequence[Source], converted: bool) -> None:
        self.at = at
        self._sources = sources
        self._converted = converted

    def tag_keys(self, meter: str) -> set[str]:
        """Return the keys of the tags that a price of the meter, or a part of it, depends on."""
        names = {name for each in self._sources for name in _names(each.card, meter)}
        return {name.removeprefix(TAG) for name in names if name.startswith(TAG)}

    def of(self, meter: str, dimensions: tuple[str, ...], tags: dict[str, str]) -> dict[str, Found]:
        """Return what prices the meter, and each of its parts that is sold, for such usage.

        All of them come from one card: the first that has a tariff for the meter or a part. A
        part is sold only where it has a tariff; what is sold by its parts needs none itself.
        """
        family = (meter, *(part.name for part in PARTS_OF[meter]))
        for source in self._sources:
            tariffs = [(name, source.card.tariff(name, dimensions, tags)) for name in family]
            if any(tariff is not None for _, tariff in tariffs):
                if source.origin is Origin.BASE and not self._converted:
                    return {meter: Lacking(meter, Missing.RATE)}
                return {
                    name: source.priced(tariff) for name, tariff in tariffs if tariff is not None
                }
        return {meter: Lacking(meter, Missing.PRICE, self._told(meter, dimensions, tags))}

    def of_service(self, service: str) -> Found:
        """Return what prices a service, named as its tariff names it."""
        for source in self._sources:
            tariff = source.card.tariff(service, ())
            if tariff is not None:
                if source.origin is Origin.BASE and not self._converted:
                    return Lacking(service, Missing.RATE)
                return source.priced(tariff)
        return Lacking(service, Missing.PRICE)

    def _told(
        self, meter: str, dimensions: tuple[str, ...], tags: dict[str, str]
    ) -> tuple[tuple[str, str], ...]:
        """Return those dimensions of a usage that other tariffs of its meter depend on."""
        names = {name for each in self._sources for name in _names(each.card, meter)}
        found = []
        for name in sorted(names):
            if name.startswith(TAG):
                found.append((name, tags.get(name.removeprefix(TAG), "")))
            else:
                found.append((name, dimensions[METERS[meter].position(name)]))
        return tuple(found)


def _names(card: RateCard, meter: str) -> set[str]:
    return card.names(meter).union(*(card.names(part.name) for part in PARTS_OF[meter]))


def prices_in(lists: PriceLists, span: Period) -> list[Prices]:
    """Return the prices of `span`, ascending by when they begin; the first at its start."""
    layers = [
        (origin, cards_in_force(cards, span.start, span.end))
        for origin, cards in (
            (Origin.AGREED, lists.agreed),
            (Origin.LIST, lists.listed),
            (Origin.BASE, lists.base),
        )
    ]
    changes = {card.effective_from for _, cards in layers for card in cards}
    starts = [span.start, *sorted(each for each in changes if each > span.start)]
    sources = [[Source(origin, card) for card in cards] for origin, cards in layers]
    return [
        Prices(
            at,
            [
                before[-1]
                for its in sources
                if (before := [each for each in its if each.card.effective_from <= at])
            ],
            lists.conversion is not None,
        )
        for at in starts
    ]
