"""Estimates: what a planned deployment would cost, by the code that rates what was used."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from chalicelib.accounts import StoppedVms
from chalicelib.currencies import minor_unit
from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import METERS, Rule
from chalicelib.metering.usage import UsageGroup, group_of
from chalicelib.money import EXACT, Money, allocate
from chalicelib.periods import Period
from chalicelib.rating.agreements import Adjustment, Agreement, Subscription, those
from chalicelib.rating.charges import priced
from chalicelib.rating.line_items import LineItem, Unpriced
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import RateCard
from chalicelib.rating.shares import shares_of
from chalicelib.rating.tariffs import Per

# A month of an estimate: 365 days in twelve months.
MONTH_HOURS = 730
_MONTH = timedelta(hours=MONTH_HOURS)
_HOUR_DECIMALS = 6
_LARGEST = Decimal(10) ** 9
_MOST_DECIMALS = 6
_GIB = Decimal(2**30)


class Planned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is planned.

    Attributes:
        count: how many of it.
        hours: of the month that each is there.
        size_gib: of each, where its meter has a size.
        quantity: in a month, of traffic in GiB, of disk requests; None where hours are counted.
        dimensions: what its price may depend on.
    """

    meter: str
    count: Decimal = Decimal(1)
    hours: Decimal = Decimal(MONTH_HOURS)
    size_gib: Decimal = Decimal(0)
    quantity: Decimal | None = None
    dimensions: Mapping[str, str] = {}


class PlannedService(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many of a service."""

    service: str
    quantity: Decimal = Decimal(1)


class StandardMonth(msgspec.Struct, frozen=True):
    """A month of 730 hours that begins at an instant, as a single day."""

    start: datetime

    @property
    def span(self) -> Period:
        """All of it."""
        return Period(self.start, self.start + _MONTH)

    def days(self) -> list[tuple[date, Period]]:
        """Return it as the day it begins on."""
        return [(self.start.date(), self.span)]


class Part(msgspec.Struct, frozen=True):
    """What one line adds to the estimate of an item, rounded to the currency."""

    name: str
    amount: Money
    once: bool


class Estimated(msgspec.Struct, frozen=True):
    """What an item, or all of them, would cost.

    Attributes:
        hour, day: of the month's amount, with more decimals.
        month: of 730 hours, rounded; the parts add up to `month` and `once`.
    """

    hour: Money
    day: Money
    month: Money
    once: Money
    parts: tuple[Part, ...]


class Estimate(msgspec.Struct, frozen=True):
    """What a planned deployment would cost, before tax, if it were all there is."""

    items: tuple[Estimated, ...]
    services: tuple[Estimated, ...]
    total: Estimated
    unpriced: tuple[Unpriced, ...]
    converted: bool


def estimate(
    planned: Sequence[Planned],
    services: Sequence[PlannedService],
    lists: PriceLists,
    agreements: Iterable[Agreement],
    now: datetime,
    *,
    stopped_vms: StoppedVms = "charged",
) -> Estimate:
    """Return what a planned deployment would cost at the prices of `now`.

    Everything is priced together, as one bill, so that tiers see all of it; what a line comes to
    is shared by the items in proportion to their quantities. Discounts and surcharges count; free
    quotas, commitments and credits, which what is there already uses up, do not. A running VM is
    allocated too, as CloudStack measures it; for all of the month, unless stopped VMs are free.

    Raises:
        InvalidInput: a number is absurd, or something its meter needs is missing.
    """
    month = StandardMonth(now.replace(microsecond=0))
    usages = [
        group
        for index, each in enumerate(planned)
        for group in _usages(index, each, month, stopped_vms)
    ]
    subscribed = _subscriptions(services, month)
    held = [
        replace(each, start=month.start.date(), until=None)
        for each in those(Adjustment, agreements)
        if each.holds_on(month.start.date())
    ]
    present = _present(lists, now)
    lines, unpriced = priced(
        usages, present, month, agreements=[*held, *subscribed], as_of=month.span.end
    )
    parts: dict[tuple[str, int], list[Part]] = {}
    for line in lines:
        for place, amount in _places(line, usages, services, present, month):
            once = line.pricing is not None and line.pricing.tariff.per is Per.ONCE
            parts.setdefault(place, []).append(Part(line.name, amount, once))
    return Estimate(
        tuple(_estimated(parts.get(("item", n), ()), lists) for n in range(len(planned))),
        tuple(_estimated(parts.get(("service", n), ()), lists) for n in range(len(services))),
        _estimated([part for some in parts.values() for part in some], lists),
        tuple(unpriced),
        any(line.pricing is not None and line.pricing.conversion for line in lines),
    )


def _usages(
    index: int, item: Planned, month: StandardMonth, stopped_vms: StoppedVms
) -> list[UsageGroup]:
    """Return the usage that an item would be measured as; its resource is its index."""
    _check(index, item)
    meter = METERS[item.meter]
    dimensions = tuple(item.dimensions.get(each.name, "") for each in meter.dimensions)
    start, end = (int(at.timestamp()) for at in (month.span.start, month.span.end))
    size = int(EXACT.multiply(item.size_gib, _GIB))
    if meter.rule in {Rule.BYTES, Rule.REQUESTS}:
        per_unit = _GIB if meter.rule is Rule.BYTES else Decimal(1)
        raw = EXACT.multiply(EXACT.multiply(item.quantity or Decimal(0), item.count), per_unit)
    elif meter.rule is Rule.LEVEL:
        raw = EXACT.multiply(Decimal(size), item.count)
    else:
        raw = EXACT.multiply(item.hours, item.count)
    raws = {meter.name: raw}
    if meter.name == "running_vm":
        hours = item.hours if stopped_vms == "free" else Decimal(MONTH_HOURS)
        raws["allocated_vm"] = EXACT.multiply(hours, item.count)
    bytes_each = size if meter.sized else 0
    return [
        group_of(
            name, start, end, dimensions, [(str(index), format(raw, "f"), "", bytes_each, "", ())]
        )
        for name, raw in raws.items()
    ]


def _check(index: int, item: Planned) -> None:
    """Raise an error where an item cannot be estimated."""
    if item.meter not in METERS:
        raise _wrong(index, "meter", f"there is no meter {item.meter!r}")
    meter = METERS[item.meter]
    unknown = sorted(set(item.dimensions) - {each.name for each in meter.dimensions})
    if unknown:
        raise _wrong(index, "dimensions", f"{meter.title} has no {unknown[0]!r}")
    for name in ("vcpus", "mhz", "memory_mib", "size"):
        text = item.dimensions.get(name, "")
        if text and not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise _wrong(index, "dimensions", f"{name} must be a whole number")
    numbers = {"count": item.count, "hours": item.hours, "size_gib": item.size_gib}
    numbers["quantity"] = item.quantity or Decimal(0)
    for name, number in numbers.items():
        exponent = number.as_tuple().exponent
        finite = number.is_finite() and isinstance(exponent, int)
        if not finite or not 0 <= number <= _LARGEST or -int(exponent) > _MOST_DECIMALS:
            raise _wrong(index, name, f"must be 0 to {_LARGEST:f}, with few decimals")
    if item.hours > MONTH_HOURS:
        raise _wrong(index, "hours", f"must be at most {MONTH_HOURS}, a whole month")
    if meter.rule in {Rule.BYTES, Rule.REQUESTS} and item.quantity is None:
        raise _wrong(index, "quantity", f"is needed, in {meter.unit} a month")
    if (meter.sized or meter.rule is Rule.LEVEL) and not item.size_gib:
        raise _wrong(index, "size_gib", "is needed: the size of each, in GiB")


def _wrong(index: int, name: str, message: str) -> InvalidInput:
    field = f"items.{index}.{name}"
    return InvalidInput(f"items[{index}]: {name} {message}", {field: message})


def _subscriptions(services: Sequence[PlannedService], month: StandardMonth) -> list[Subscription]:
    day = month.start.date()
    for index, each in enumerate(services):
        if not each.quantity.is_finite() or not 0 < each.quantity <= _LARGEST:
            message = f"must be above 0, up to {_LARGEST:f}"
            field = f"services.{index}.quantity"
            raise InvalidInput(f"services[{index}]: quantity {message}", {field: message})
    return [
        Subscription(start=day, service=each.service, quantity=each.quantity, note=str(index))
        for index, each in enumerate(services)
    ]


def _present(lists: PriceLists, now: datetime) -> PriceLists:
    """Return the prices of now: those to come are none of it."""

    def so_far(cards: Sequence[RateCard]) -> list[RateCard]:
        return [card for card in cards if card.effective_from <= now]

    return replace(
        lists, listed=so_far(lists.listed), agreed=so_far(lists.agreed), base=so_far(lists.base)
    )


def _places(
    line: LineItem,
    usages: Sequence[UsageGroup],
    services: Sequence[PlannedService],
    lists: PriceLists,
    month: StandardMonth,
) -> Iterable[tuple[tuple[str, int], Money]]:
    """Yield the items, or services, that a line is shared by, and their amounts."""
    if line.meter.startswith("service:"):
        named = [n for n, each in enumerate(services) if f"service:{each.service}" == line.meter]
        weights = [services[n].quantity for n in named]
        digits = minor_unit(line.amount.currency)
        for n, amount in zip(named, allocate(line.amount.amount, weights, digits), strict=True):
            yield ("service", n), Money(amount, line.amount.currency)
    else:
        for share in shares_of(line, usages, lists, month):
            yield ("item", int(share.resource)), share.amount


def _estimated(parts: Sequence[Part], lists: PriceLists) -> Estimated:
    digits = minor_unit(lists.currency)
    month = _total([part for part in parts if not part.once], lists)
    hour = EXACT.divide(month.amount, Decimal(MONTH_HOURS))
    finer = digits + _HOUR_DECIMALS
    return Estimated(
        hour=Money(hour, lists.currency).rounded(finer),
        day=Money(EXACT.multiply(hour, Decimal(24)), lists.currency).rounded(finer),
        month=month,
        once=_total([part for part in parts if part.once], lists),
        parts=tuple(parts),
    )


def _total(parts: Sequence[Part], lists: PriceLists) -> Money:
    nothing = Money(Decimal(0), lists.currency).rounded(minor_unit(lists.currency))
    return sum((part.amount for part in parts), nothing)
