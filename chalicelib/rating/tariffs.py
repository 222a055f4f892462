"""Tariffs: the rule that prices one meter, in one of four models, under conditions."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import PARTS, Unit, is_sold, meter_of, title_of, unit_of
from chalicelib.money import EXACT

SERVICE = "service:"
TAG = "tag:"
_DEAREST = Decimal(10) ** 12
_MOST_DECIMALS = 18
_MOST_TIERS = 50
_MOST_VALUES = 200
_LONGEST_TITLE = 80
_LONGEST_VALUE = 255


class Per(StrEnum):
    """What a unit price is for."""

    HOUR = "hour"
    MONTH = "month"
    ONCE = "once"
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
_ZERO = Decimal(0)
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
_SERVICE_NAME = re.compile(SERVICE + r"[a-z0-9_-]{1,40}")
_SERVICE_PER = (Per.MONTH, Per.ONCE)


class Model(StrEnum):
    """How the price of a quantity is made of unit prices."""

    FLAT = "flat"
    """Every unit costs the same."""
    GRADUATED = "graduated"
    """Each part of the quantity costs what its own tier says."""
    VOLUME = "volume"
    """All of the quantity costs what the tier says that its total reaches."""
    PACKAGE = "package"
    """Every block of units costs the same, a block that has been begun too."""


class Tier(msgspec.Struct, frozen=True):
    """A band of quantity: above the tier before it, up to and including `up_to`.

    Attributes:
        up_to: upper bound in pricing units; None in the last tier only.
        unit_price: currency units for one pricing unit, unrounded.
    """

    up_to: Decimal | None
    unit_price: Decimal


class Tariff(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rule that prices one meter, a part of one, or a service, in one currency.

    Attributes:
        meter: name of the meter or part; `service:<id>` for what CloudStack does not measure.
        unit_price: for one pricing unit, of a package for one block; unrounded.
        tiers: graduated and volume only, ascending.
        package_size: how many pricing units a block has.
        included: quantity in pricing units that costs nothing in a billing period.
        minimum, maximum: amounts in a billing period, the minimum as soon as anything is used.
        conditions: (dimension or `tag:<key>`, values), sorted; each must have one of its values.
        title: what it is called, where its meter's title says too little.
    """

    meter: str
    per: Per
    unit_price: Decimal = _ZERO
    model: Model = Model.FLAT
    tiers: tuple[Tier, ...] = ()
    package_size: Decimal | None = None
    included: Decimal = _ZERO
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    title: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether each unit costs the same, from the first one on."""
        free = self.included or self.minimum is not None or self.maximum is not None
        return self.model is Model.FLAT and not free

    @property
    def names(self) -> tuple[str, ...]:
        """What its conditions are about."""
        return tuple(name for name, _ in self.conditions)


def units_of(meter: str) -> tuple[Per, ...]:
    """Return what a meter, a part or a service may be priced per."""
    return _SERVICE_PER if is_service(meter) else _PRICED_PER[unit_of(meter)]


def is_service(meter: str) -> bool:
    """Tell whether it is something that CloudStack does not measure."""
    return meter.startswith(SERVICE)


def may_be_service(meter: str) -> bool:
    """Tell whether a service may be named so.

    >>> may_be_service("service:gold_support"), may_be_service("service:Gold")
    (True, False)
    """
    return _SERVICE_NAME.fullmatch(meter) is not None


def named(tariff: Tariff) -> str:
    """Return what people call what a tariff prices."""
    if tariff.title:
        return tariff.title
    if is_service(tariff.meter):
        return tariff.meter.removeprefix(SERVICE)
    return title_of(tariff.meter)


def conditions(told: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return conditions in their one order."""
    return tuple(sorted((name, tuple(sorted(set(values)))) for name, values in told.items()))


def checked(tariff: Tariff) -> Tariff:
    """Return a tariff in the one way to write it, so that 0.08 and 0.080 are one price.

    Raises:
        InvalidInput: it prices what does not exist, per what its meter does not count, below
            zero, absurdly, or by conditions that its meter does not know.
    """
    if is_service(tariff.meter) and not may_be_service(tariff.meter):
        service = tariff.meter.removeprefix(SERVICE)
        raise wrong(f"a service is named with a-z, 0-9, _ and -, up to 40: {service!r}")
    if not is_service(tariff.meter) and not is_sold(tariff.meter):
        raise wrong(f"there is no meter {tariff.meter!r}")
    if tariff.per not in units_of(tariff.meter):
        counted = "is a service" if is_service(tariff.meter) else f"counts in {_unit(tariff)}"
        choices = " or ".join(units_of(tariff.meter))
        raise wrong(f"{_called(tariff)} {counted}: price it per {choices}")
    if len(tariff.title) > _LONGEST_TITLE or not tariff.title.isprintable():
        raise wrong(f"the title of {_called(tariff)} must be a line of up to {_LONGEST_TITLE}")
    _check_model(tariff)
    _check_conditions(tariff)
    bounds = [each for each in (tariff.minimum, tariff.maximum) if each is not None]
    for amount in (tariff.unit_price, tariff.included, *bounds):
        _check_number(amount, f"the price of {_called(tariff)}")
    if len(bounds) == len((tariff.minimum, tariff.maximum)) and bounds[0] > bounds[1]:
        raise wrong(f"the minimum of {_called(tariff)} is above its maximum")
    return replace(
        tariff,
        unit_price=plain(tariff.unit_price),
        included=plain(tariff.included),
        minimum=None if tariff.minimum is None else plain(tariff.minimum),
        maximum=None if tariff.maximum is None else plain(tariff.maximum),
        package_size=None if tariff.package_size is None else plain(tariff.package_size),
        tiers=tuple(
            Tier(None if each.up_to is None else plain(each.up_to), plain(each.unit_price))
            for each in tariff.tiers
        ),
        conditions=conditions(dict(tariff.conditions)),
    )


def plain(number: Decimal) -> Decimal:
    """Return a number without zeros at its end.

    Nothing is the one zero that is left out where it is written: msgspec compares by identity.
    """
    return Decimal(format(number.normalize(EXACT), "f")) if number else _ZERO


def wrong(message: str) -> InvalidInput:
    """Return the error for prices that cannot be taken."""
    return InvalidInput(message, {"prices": message})


def _called(tariff: Tariff) -> str:
    """Return what to call a tariff in an error: its usage type, a part by its own name."""
    if is_service(tariff.meter) or tariff.meter in PARTS:
        return tariff.meter
    return f"usage type {meter_of(tariff.meter).usage_type}"


def _unit(tariff: Tariff) -> str:
    return unit_of(tariff.meter).value


def _check_model(tariff: Tariff) -> None:
    tiered = tariff.model in {Model.GRADUATED, Model.VOLUME}
    if tiered != bool(tariff.tiers):
        needs = "needs tiers" if tiered else "has no tiers; graduated and volume prices have"
        raise wrong(f"a {tariff.model} price {needs}: {_called(tariff)}")
    if (tariff.model is Model.PACKAGE) != (tariff.package_size is not None):
        needs = "needs a `package_size`" if tariff.package_size is None else "has no package size"
        raise wrong(f"a {tariff.model} price {needs}: {_called(tariff)}")
    if tariff.package_size is not None:
        _check_number(tariff.package_size, f"the package size of {_called(tariff)}")
        if not tariff.package_size:
            raise wrong(f"the package size of {_called(tariff)} must be above 0")
    _check_tiers(tariff)


def _check_tiers(tariff: Tariff) -> None:
    if len(tariff.tiers) > _MOST_TIERS:
        raise wrong(f"{_called(tariff)} has more than {_MOST_TIERS} tiers")
    floor = _ZERO
    for number, tier in enumerate(tariff.tiers, 1):
        _check_number(tier.unit_price, f"the price of tier {number} of {_called(tariff)}")
        if (tier.up_to is None) != (number == len(tariff.tiers)):
            raise wrong(f"the last tier of {_called(tariff)}, and only that, has no `up_to`")
        if tier.up_to is not None:
            _check_number(tier.up_to, f"`up_to` of tier {number} of {_called(tariff)}")
            if tier.up_to <= floor:
                raise wrong(f"the tiers of {_called(tariff)} must rise: {tier.up_to}")
            floor = tier.up_to


def _check_conditions(tariff: Tariff) -> None:
    known: set[str] = set()
    if not is_service(tariff.meter):
        known = {each.name for each in meter_of(tariff.meter).dimensions}
    for name, values in tariff.conditions:
        is_tag = bool(known) and len(name) > len(TAG) and name.startswith(TAG)
        if name not in known and not is_tag:
            choices = ", ".join([*sorted(known), f"{TAG}<key>"]) if known else "nothing"
            raise wrong(f"{_called(tariff)} cannot be told apart by {name!r}, but by {choices}")
        if not 1 <= len(values) <= _MOST_VALUES:
            raise wrong(f"{name} of {_called(tariff)} needs 1 to {_MOST_VALUES} values")
        if any(not 1 <= len(each) <= _LONGEST_VALUE for each in (name, *values)):
            raise wrong(f"a value of {name} of {_called(tariff)} is empty or too long")


def _check_number(number: Decimal, what: str) -> None:
    exponent = number.as_tuple().exponent
    decent = number.is_finite() and 0 <= number <= _DEAREST
    if not decent or not isinstance(exponent, int) or -exponent > _MOST_DECIMALS:
        raise wrong(f"{what} must be 0 to {_DEAREST:f}, with at most {_MOST_DECIMALS} decimals")
