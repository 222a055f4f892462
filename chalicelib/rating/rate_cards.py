"""Dated prices: a rate card holds one tariff for each meter it prices, in one currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from chalicelib.currencies import minor_unit
from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import METERS, Meter, Unit

_DEAREST = Decimal(10) ** 12
_MOST_DECIMALS = 18


class Per(StrEnum):
    """What a unit price is for."""

    HOUR = "hour"
    MONTH = "month"
    GIB = "gib"
    GIB_HOUR = "gib_hour"
    GIB_MONTH = "gib_month"

    @property
    def of_a_month(self) -> bool:
        """Whether the price is divided by the hours of the month that the usage falls in."""
        return self in {Per.MONTH, Per.GIB_MONTH}


_PRICED_PER = {
    Unit.HOUR: (Per.HOUR, Per.MONTH),
    Unit.GIB_HOUR: (Per.GIB_HOUR, Per.GIB_MONTH),
    Unit.GIB: (Per.GIB,),
}


@dataclass(frozen=True, slots=True)
class Tariff:
    """The rule that prices one meter.

    Attributes:
        unit_price: currency units for one pricing unit, unrounded.
    """

    meter: str
    per: Per
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class RateCard:
    """An immutable set of tariffs in one currency, in force from an instant until the next.

    Attributes:
        tariffs: by meter name; a meter without one is not free, it is unpriced.
    """

    currency: str
    effective_from: datetime
    tariffs: Mapping[str, Tariff]


def rate_card(currency: str, effective_from: datetime, tariffs: Sequence[Tariff]) -> RateCard:
    """Return a rate card whose tariffs have been checked.

    Raises:
        InvalidInput: unknown currency, a meter twice, a price for something its meter does not
            count, below zero, or absurd.
    """
    minor_unit(currency)
    by_meter: dict[str, Tariff] = {}
    for tariff in tariffs:
        meter = METERS[tariff.meter]
        if tariff.meter in by_meter:
            raise _wrong(f"usage type {meter.usage_type} has two prices")
        _check(tariff, meter)
        by_meter[tariff.meter] = replace(tariff, unit_price=_plain(tariff.unit_price))
    if not by_meter:
        raise _wrong("a rate card needs at least one price")
    return RateCard(currency, effective_from, by_meter)


def cards_in_force(cards: Sequence[RateCard], start: datetime, end: datetime) -> list[RateCard]:
    """Return the cards that price `[start, end)`, ascending; the first may begin before it."""
    ordered = sorted(cards, key=lambda card: card.effective_from)
    before = [card for card in ordered if card.effective_from <= start]
    return before[-1:] + [card for card in ordered if start < card.effective_from < end]


def _check(tariff: Tariff, meter: Meter) -> None:
    allowed = _PRICED_PER[meter.unit]
    if tariff.per not in allowed:
        choices = " or ".join(allowed)
        raise _wrong(
            f"usage type {meter.usage_type} counts in {meter.unit}: price it per {choices}"
        )
    exponent = tariff.unit_price.as_tuple().exponent
    decent = tariff.unit_price.is_finite() and 0 <= tariff.unit_price <= _DEAREST
    if not decent or not isinstance(exponent, int) or -exponent > _MOST_DECIMALS:
        raise _wrong(
            f"the price of usage type {meter.usage_type} must be 0 to {_DEAREST:f},"
            f" with at most {_MOST_DECIMALS} decimals"
        )


def _plain(price: Decimal) -> Decimal:
    """Return a price without zeros at its end, so that 0.08 and 0.080 are one price."""
    return Decimal(format(price.normalize(), "f"))


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, {"prices": message})
