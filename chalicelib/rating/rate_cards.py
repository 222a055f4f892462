"""Dated prices: a rate card holds one tariff for each meter it prices, in one currency."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from chalicelib.currencies import minor_unit
from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import PARTS, Unit, meter_of, unit_of

_DEAREST = Decimal(10) ** 12
_MOST_DECIMALS = 18


class Per(StrEnum):
    """What a unit price is for."""

    HOUR = "hour"
    MONTH = "month"
    GIB = "gib"
    GIB_HOUR = "gib_hour"
    GIB_MONTH = "gib_month"
    VCPU_HOUR = "vcpu_hour"
    VCPU_MONTH = "vcpu_month"
    GHZ_HOUR = "ghz_hour"
    GHZ_MONTH = "ghz_month"
    THOUSAND_REQUESTS = "thousand_requests"
    MILLION_REQUESTS = "million_requests"

    @property
    def of_a_month(self) -> bool:
        """Whether the price is divided by the hours of the month that the usage falls in."""
        return self in _OF_A_MONTH

    @property
    def units(self) -> Decimal:
        """How many of the meter's units the price is for, beside the hours of a month."""
        return _UNITS.get(self, _ONE)


_ONE = Decimal(1)
_OF_A_MONTH = {Per.MONTH, Per.GIB_MONTH, Per.VCPU_MONTH, Per.GHZ_MONTH}
_UNITS = {Per.THOUSAND_REQUESTS: Decimal(1000), Per.MILLION_REQUESTS: Decimal(10**6)}
_PRICED_PER = {
    Unit.HOUR: (Per.HOUR, Per.MONTH),
    Unit.GIB_HOUR: (Per.GIB_HOUR, Per.GIB_MONTH),
    Unit.GIB: (Per.GIB,),
    Unit.VCPU_HOUR: (Per.VCPU_HOUR, Per.VCPU_MONTH),
    Unit.GHZ_HOUR: (Per.GHZ_HOUR, Per.GHZ_MONTH),
    Unit.REQUEST: (Per.THOUSAND_REQUESTS, Per.MILLION_REQUESTS),
}


class Tariff(msgspec.Struct, frozen=True):
    """The rule that prices one meter, or a part of one.

    Attributes:
        unit_price: currency units for one pricing unit, unrounded.
    """

    meter: str
    per: Per
    unit_price: Decimal


class RateCard(msgspec.Struct, frozen=True):
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
        if tariff.meter in by_meter:
            raise _wrong(f"{_named(tariff.meter)} has two prices")
        _check(tariff)
        by_meter[tariff.meter] = replace(tariff, unit_price=_plain(tariff.unit_price))
    if not by_meter:
        raise _wrong("a rate card needs at least one price")
    return RateCard(currency, effective_from, by_meter)


def cards_in_force(cards: Sequence[RateCard], start: datetime, end: datetime) -> list[RateCard]:
    """Return the cards that price `[start, end)`, ascending; the first may begin before it."""
    ordered = sorted(cards, key=lambda card: card.effective_from)
    before = [card for card in ordered if card.effective_from <= start]
    return before[-1:] + [card for card in ordered if start < card.effective_from < end]


def _named(meter: str) -> str:
    """Return what to call a meter: its usage type, a part by its own name."""
    return meter if meter in PARTS else f"usage type {meter_of(meter).usage_type}"


def _check(tariff: Tariff) -> None:
    unit = unit_of(tariff.meter)
    if tariff.per not in _PRICED_PER[unit]:
        choices = " or ".join(_PRICED_PER[unit])
        raise _wrong(f"{_named(tariff.meter)} counts in {unit}: price it per {choices}")
    exponent = tariff.unit_price.as_tuple().exponent
    decent = tariff.unit_price.is_finite() and 0 <= tariff.unit_price <= _DEAREST
    if not decent or not isinstance(exponent, int) or -exponent > _MOST_DECIMALS:
        raise _wrong(
            f"the price of {_named(tariff.meter)} must be 0 to {_DEAREST:f},"
            f" with at most {_MOST_DECIMALS} decimals"
        )


def _plain(price: Decimal) -> Decimal:
    """Return a price without zeros at its end, so that 0.08 and 0.080 are one price."""
    return Decimal(format(price.normalize(), "f"))


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, {"prices": message})
