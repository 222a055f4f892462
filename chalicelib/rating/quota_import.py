"""Prices drafted from the tariffs of CloudStack's Quota plugin, and what a person must decide.

The facts are those of CloudStack's `QuotaManagerImpl` and `QuotaTypes`, versions 4.18 to 4.22.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from chalicelib.metering.meters import METERS_BY_USAGE_TYPE
from chalicelib.money import EXACT
from chalicelib.rating.quota_tariffs import QuotaTariff
from chalicelib.rating.tariffs import Per

# A rate card takes no other price.
_DEAREST = Decimal(10) ** 12
_MOST_DECIMALS = 18
_ZERO = Decimal(0)
# JavaScript reads a number with a zero before it as octal, and one of more than 15 digits not
# exactly. What is below a thousandth or has eight digits Java writes with an exponent, which
# Quota then does not take for a number.
_NUMBER = re.compile(r"0|[1-9][0-9]{0,6}|(?:0|[1-9][0-9]{0,6})\.[0-9]{1,8}")
_LEAST_FRACTION = Decimal("0.001")


class QuotaPrice(msgspec.Struct, frozen=True):
    """The price of one meter.

    Attributes:
        price: currency units for one pricing unit; zero where CloudStack charges nothing.
        tariffs: names of the tariffs that add up to it.
    """

    meter: str
    per: Per
    price: Decimal
    tariffs: tuple[str, ...]


class NeedsPerson(msgspec.Struct, frozen=True):
    """A tariff that became no price, and why."""

    tariff: QuotaTariff
    reason: str


class _Unit(msgspec.Struct, frozen=True):
    """How a unit of Quota's is priced here: `factor` of it are one pricing unit."""

    per: Per
    factor: Decimal = Decimal(1)


# A month is as long there as here: the hours of the month that the usage falls in. Quota's GB is
# 2^30 bytes, its IOPS one request.
_UNITS = {
    "Compute*Month": _Unit(Per.MONTH),
    "IP*Month": _Unit(Per.MONTH),
    "Policy*Month": _Unit(Per.MONTH),
    "GB*Month": _Unit(Per.GIB_MONTH),
    "GB": _Unit(Per.GIB),
    "IOPS": _Unit(Per.MILLION_REQUESTS, Decimal(10**6)),
    "Bytes": _Unit(Per.GIB, Decimal(2**30)),
}
# What Quota calculates with, whatever unit a tariff was stored with.
_UNIT_OF_TYPE = {
    **dict.fromkeys((1, 2), "Compute*Month"),
    3: "IP*Month",
    **dict.fromkeys((4, 5), "GB"),
    **dict.fromkeys((6, 7, 8, 9, 25, 26, 27, 28, 29), "GB*Month"),
    **dict.fromkeys((10, 11, 12, 13, 14), "Policy*Month"),
    **dict.fromkeys((21, 22), "IOPS"),
    **dict.fromkeys((23, 24), "Bytes"),
    **dict.fromkeys((30, 31), "Policy*Month"),
}
_SECONDARY_VOLUME, _BACKUP = 26, 28
_BACKUP_STORAGE = "backup_storage"


def imported(
    tariffs: Iterable[QuotaTariff], at: datetime
) -> tuple[list[QuotaPrice], list[NeedsPerson]]:
    """Return the prices that CloudStack's tariffs are from `at` on, and what needs a person.

    Quota adds up all tariffs of a usage type, so one that needs a person takes the others of its
    type with it: without it the price would be too low. A tariff is in force from its first
    instant up to, not including, its last one. Quota itself adds old and new for a usage record
    that touches both; a rate card that did so would charge both for good.

    A backup is charged by its size in Quota, so the price becomes one of `backup_storage`.
    Backups whose size CloudStack does not tell are then named as unpriced usage, not given away;
    the hours of backups get no price, since Quota has none.

    Args:
        at: when the rate card begins.

    Returns:
        Prices by usage type, at most one for each meter; and tariffs by usage type.
    """
    by_type: dict[int, list[QuotaTariff]] = {}
    for tariff in sorted(tariffs, key=_order):
        if _in_force(tariff, at):
            by_type.setdefault(tariff.usage_type, []).append(tariff)
    prices: list[QuotaPrice] = []
    left: list[NeedsPerson] = []
    for usage_type, group in sorted(by_type.items()):
        priced = _price(usage_type, group)
        if isinstance(priced, QuotaPrice):
            prices.append(priced)
        else:
            left += priced
    return prices, left


def _order(tariff: QuotaTariff) -> tuple[int, int, datetime, str, str]:
    return (
        tariff.usage_type,
        tariff.position,
        tariff.effective_from,
        tariff.name,
        tariff.id,
    )


def _in_force(tariff: QuotaTariff, at: datetime) -> bool:
    ended = tariff.until is not None and tariff.until <= at
    return tariff.removed is None and tariff.effective_from <= at and not ended


def _price(usage_type: int, group: Sequence[QuotaTariff]) -> QuotaPrice | list[NeedsPerson]:
    """Return the price of a usage type, or for each of its tariffs why there is none."""
    found = [_contribution(tariff) for tariff in group]
    values = [each for each in found if isinstance(each, Decimal)]
    if len(values) < len(group):
        return [
            NeedsPerson(tariff, each if isinstance(each, str) else _IN_COMPANY)
            for tariff, each in zip(group, found, strict=True)
        ]
    total = _ZERO
    for value in values:
        total = EXACT.add(total, value)
    priced = _converted(usage_type, group, total)
    if isinstance(priced, str):
        return [NeedsPerson(tariff, priced) for tariff in group]
    meter, per, price = priced
    return QuotaPrice(meter, per, price, tuple(tariff.name for tariff in group))


_IN_COMPANY = (
    "CloudStack adds it to another tariff of this usage type, which needs a person; alone it"
    " would be too low a price"
)


def _contribution(tariff: QuotaTariff) -> Decimal | str:
    """Return what a tariff adds to the price of its usage type, or why that is not known."""
    if not tariff.rule_shown:
        return (
            "CloudStack does not show this key whether the tariff has an activation rule: it"
            " shows them to those who may call quotaTariffCreate or quotaTariffUpdate"
        )
    if tariff.value is None:
        return "CloudStack did not tell its value"
    return _outcome((tariff.rule or "").strip().removesuffix(";").strip(), tariff.value)


def _outcome(rule: str, value: Decimal) -> Decimal | str:
    """Return what a rule makes of its tariff's value, or why that is not known."""
    if rule in ("", "true"):
        return value
    if rule == "false":
        return _ZERO
    if not _NUMBER.fullmatch(rule):
        return "its activation rule is a program: only a person can say what price it comes to"
    number = Decimal(rule)
    if 0 < number < _LEAST_FRACTION:
        return "its activation rule is so small a number that CloudStack may count it as 0"
    return number


def _converted(
    usage_type: int, group: Sequence[QuotaTariff], total: Decimal
) -> tuple[str, Per, Decimal] | str:
    """Return the meter, the pricing unit and its price; or why there is none."""
    meter = METERS_BY_USAGE_TYPE.get(usage_type)
    unit = _UNIT_OF_TYPE.get(usage_type)
    if meter is None or unit is None:
        return f"there is no meter for usage type {usage_type}"
    if usage_type == _SECONDARY_VOLUME:
        return (
            "CloudStack's tariff is for the size, which its usage records of this type do not"
            " tell; a price for an hour or a month of a volume is possible"
        )
    told = sorted({tariff.unit for tariff in group} - {unit})
    if told and total:
        return f"CloudStack says that it is for {' and '.join(told)}, expected {unit}"
    name = _BACKUP_STORAGE if usage_type == _BACKUP else meter.name
    price = EXACT.multiply(total, _UNITS[unit].factor)
    if price < 0:
        return "the tariffs of this usage type add up to less than nothing"
    shortest = EXACT.normalize(price)
    if shortest > _DEAREST or -int(shortest.as_tuple().exponent) > _MOST_DECIMALS:
        return (
            f"a rate card takes prices up to {_DEAREST:f}, with at most {_MOST_DECIMALS} decimals;"
            f" this one would be {shortest}"
        )
    return name, _UNITS[unit].per, Decimal(format(shortest, "f"))
