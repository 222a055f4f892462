"""What a quantity costs: tiers, included quantities, blocks, minimum and maximum, discounts.

Amounts are kept multiplied by the line's divisor (the units a price is for, and the hours of the
month where it is for a month), so that division comes last and a full month costs just its price.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial, reduce

import msgspec

from chalicelib.money import EXACT
from chalicelib.rating.tariffs import Model, Tariff

_ZERO, _ONE, _HUNDRED = Decimal(0), Decimal(1), Decimal(100)
_add, _subtract, _multiply = EXACT.add, EXACT.subtract, EXACT.multiply


class Kind(StrEnum):
    """What a step of a line's workings is."""

    FREE_QUOTA = "free_quota"
    INCLUDED = "included"
    FLAT = "flat"
    TIER = "tier"
    VOLUME = "volume"
    PACKAGE = "package"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    ADJUSTMENT = "adjustment"


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One step of how an amount came about; a line's steps add up to its amount.

    Attributes:
        amount: exact, times the line's divisor.
        quantity: in the meter's unit, of a package in blocks.
        price: of one pricing unit, of a package for a block; of an adjustment its percent, of a
            minimum or maximum its amount.
        note: upper bound of a tier, "" for the last; what is included; the total that a volume
            price looks at; id of an adjustment.
    """

    kind: Kind
    amount: Decimal
    quantity: Decimal | None = None
    price: Decimal | None = None
    note: str = ""


class Usage(msgspec.Struct):
    """What was used under one tariff of one rate card, by day.

    Attributes:
        divisor: units the price is for, times the hours of the month if it is for a month.
        by_day: in the meter's unit.
        free: how much of that costs nothing by a free quota, by day.
        percents: (id of the adjustment, percent) of each day that has any.
    """

    tariff: Tariff
    divisor: Decimal
    by_day: Mapping[date, Decimal]
    free: Mapping[date, Decimal] = msgspec.field(default_factory=dict)
    percents: Mapping[date, Sequence[tuple[str, Decimal]]] = msgspec.field(default_factory=dict)


class Cost(msgspec.Struct, frozen=True):
    """What it costs.

    Attributes:
        running: (day, cost up to and with that day), exact, times the divisor.
    """

    running: list[tuple[date, Decimal]]
    steps: tuple[Step, ...]


def cost_of(series: Sequence[Usage]) -> list[Cost]:
    """Return what each usage of a series costs.

    A series is what one tariff priced in one billing period, in order of time, one entry for each
    version of the rate card. Tiers, included quantities and blocks run on from one version to the
    next, each by the prices of its own version; so do minimum and maximum, which never take back
    what has been charged before.
    """
    if all(_is_plain(usage) for usage in series):
        return [_plain_cost(usage) for usage in series]
    total = _sum(_billable(usage) for usage in series)
    bounded = any(_is_bounded(each.tariff) for each in series[1:])
    costs, position, before = [], _ZERO, _ZERO
    for usage in series:
        cost = _cost(usage, position, total, before)
        costs.append(cost)
        position = _add(position, _billable(usage))
        if bounded:
            before = _add(before, EXACT.divide(_priced_in(cost), usage.divisor))
    return costs


def _is_plain(usage: Usage) -> bool:
    """Tell whether each unit costs the same, and nothing else is to be looked at."""
    return usage.tariff.is_plain and not usage.free and not usage.percents


def _plain_cost(usage: Usage) -> Cost:
    """Return what most usage costs: quantity times price."""
    price, by_day = usage.tariff.unit_price, usage.by_day
    quantity, running = _ZERO, []
    for day in sorted(by_day):
        quantity = _add(quantity, by_day[day])
        running.append((day, _multiply(quantity, price)))
    amount = running[-1][1] if running else _ZERO
    return Cost(running, (Step(Kind.FLAT, amount, quantity, price),))


def _cost(usage: Usage, start: Decimal, total: Decimal, before: Decimal) -> Cost:
    """Return what one usage of a series costs.

    Args:
        start: how much of the series came before it, free quotas aside.
        total: how much there is of the series, free quotas aside.
        before: what the versions before it came to.
    """
    tariff = usage.tariff
    price = _pricer(usage, start, total)
    lower, upper = _bounds(usage, before)
    running: list[tuple[date, Decimal]] = []
    adjusted: dict[tuple[str, Decimal], Decimal] = {}
    position, last, net = start, _ZERO, _ZERO
    for day in sorted(usage.by_day):
        position = _add(position, _subtract(usage.by_day[day], usage.free.get(day, _ZERO)))
        reached = _clamped(price(position), lower, upper, last)
        added = _subtract(reached, last)
        net = _add(net, _adjusted(added, usage.percents.get(day, ()), adjusted))
        running.append((day, net))
        last = reached
    steps = _steps(usage, start, position, total)
    plain = _sum(step.amount for step in steps)
    if last != plain:
        kind, bound = (
            (Kind.MINIMUM, tariff.minimum) if last > plain else (Kind.MAXIMUM, tariff.maximum)
        )
        steps.append(Step(kind, _subtract(last, plain), price=bound))
    steps += [
        Step(Kind.ADJUSTMENT, amount, price=percent, note=name)
        for (name, percent), amount in sorted(adjusted.items())
    ]
    return Cost(running, tuple(steps))


def _is_bounded(tariff: Tariff) -> bool:
    return tariff.minimum is not None or tariff.maximum is not None


def _billable(usage: Usage) -> Decimal:
    """Return how much of a usage no free quota covers."""
    return _subtract(_sum(usage.by_day.values()), _sum(usage.free.values()))


def _priced_in(cost: Cost) -> Decimal:
    """Return what a usage costs before adjustments, times its divisor."""
    return _sum(step.amount for step in cost.steps if step.kind is not Kind.ADJUSTMENT)


def _pricer(usage: Usage, start: Decimal, total: Decimal) -> Callable[[Decimal], Decimal]:
    """Return what tells the cost from `start` up to a position in the series."""
    tariff, above = usage.tariff, partial(_above_included, usage)
    if tariff.model is Model.FLAT or tariff.model is Model.VOLUME:
        unit_price = _unit_price(usage, above(total))
        begun = above(start)
        return lambda position: _multiply(_subtract(above(position), begun), unit_price)
    if tariff.model is Model.PACKAGE:
        begun = _blocks(usage, above(start))
        block = _multiply(tariff.unit_price, usage.divisor)
        return lambda position: _multiply(_subtract(_blocks(usage, above(position)), begun), block)
    begun = _graduated(usage, above(start))
    return lambda position: _subtract(_graduated(usage, above(position)), begun)


def _above_included(usage: Usage, position: Decimal) -> Decimal:
    """Return how much of what comes up to a position is not included in the tariff."""
    return max(_subtract(position, _multiply(usage.tariff.included, usage.divisor)), _ZERO)


def _unit_price(usage: Usage, total: Decimal) -> Decimal:
    """Return the price of each unit; of a volume price, that of the tier the total reaches."""
    if usage.tariff.model is Model.FLAT:
        return usage.tariff.unit_price
    for tier in usage.tariff.tiers:
        if tier.up_to is None or total <= _multiply(tier.up_to, usage.divisor):
            return tier.unit_price
    raise AssertionError("the last tier has no bound")


def _blocks(usage: Usage, quantity: Decimal) -> Decimal:
    """Return how many blocks a quantity has begun."""
    assert usage.tariff.package_size is not None, "a package has a size"
    size = _multiply(usage.tariff.package_size, usage.divisor)
    whole = EXACT.divide_int(quantity, size)
    return whole if _multiply(whole, size) == quantity else _add(whole, _ONE)


def _graduated(usage: Usage, quantity: Decimal) -> Decimal:
    """Return what a quantity costs from the first unit on."""
    return _sum(_multiply(part, price) for part, price, _ in _tiers_between(usage, _ZERO, quantity))


def _tiers_between(
    usage: Usage, start: Decimal, end: Decimal
) -> list[tuple[Decimal, Decimal, str]]:
    """Return (part, unit price, bound) for every tier between two positions of a series."""
    parts, floor = [], start
    for tier in usage.tariff.tiers:
        bound = end if tier.up_to is None else _multiply(tier.up_to, usage.divisor)
        ceiling = min(end, bound)
        if ceiling > floor:
            told = "" if tier.up_to is None else format(tier.up_to, "f")
            parts.append((_subtract(ceiling, floor), tier.unit_price, told))
            floor = ceiling
    return parts


def _bounds(usage: Usage, before: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Return what the cost may not be below and above, less what came before."""
    lower, upper = (
        None if bound is None else _multiply(_subtract(bound, before), usage.divisor)
        for bound in (usage.tariff.minimum, usage.tariff.maximum)
    )
    return lower, upper


def _clamped(cost: Decimal, lower: Decimal | None, upper: Decimal | None, last: Decimal) -> Decimal:
    if lower is None and upper is None:
        return cost
    reached = cost if lower is None else max(cost, lower)
    return max(reached if upper is None else min(reached, upper), last)


def _adjusted(
    added: Decimal,
    percents: Sequence[tuple[str, Decimal]],
    adjusted: dict[tuple[str, Decimal], Decimal],
) -> Decimal:
    """Return what a day adds after discounts and surcharges; note what each of them comes to.

    Their percents add up, whatever their order; together they take off no more than there is.
    """
    if not percents:
        return added
    left = added
    # Surcharges first: what discounts may take off is known when all else has been added.
    for name, percent in sorted(percents, key=lambda each: -each[1]):
        change = EXACT.divide(_multiply(added, percent), _HUNDRED)
        if _add(left, change) < 0:
            change = -left
        adjusted[name, percent] = _add(adjusted.get((name, percent), _ZERO), change)
        left = _add(left, change)
    return left


def _steps(usage: Usage, start: Decimal, end: Decimal, total: Decimal) -> list[Step]:
    """Return how the cost came about, before minimum, maximum and adjustments."""
    tariff, steps = usage.tariff, []
    free = _sum(usage.free.values())
    if free:
        steps.append(Step(Kind.FREE_QUOTA, _ZERO, free, _ZERO))
    begun, ended = _above_included(usage, start), _above_included(usage, end)
    quantity = _subtract(ended, begun)
    covered = _subtract(_subtract(end, start), quantity)
    if covered:
        steps.append(Step(Kind.INCLUDED, _ZERO, covered, _ZERO, format(tariff.included, "f")))
    if not quantity and steps:
        return steps
    if tariff.model is Model.GRADUATED:
        steps += [
            Step(Kind.TIER, _multiply(part, price), part, price, bound)
            for part, price, bound in _tiers_between(usage, begun, ended)
        ]
    elif tariff.model is Model.PACKAGE:
        count = _subtract(_blocks(usage, ended), _blocks(usage, begun))
        amount = _multiply(_multiply(count, tariff.unit_price), usage.divisor)
        steps.append(Step(Kind.PACKAGE, amount, count, tariff.unit_price))
    else:
        above = _above_included(usage, total)
        price = _unit_price(usage, above)
        kind = Kind.FLAT if tariff.model is Model.FLAT else Kind.VOLUME
        note = "" if kind is Kind.FLAT else format(above, "f")
        steps.append(Step(kind, _multiply(quantity, price), quantity, price, note))
    return steps


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return reduce(_add, numbers, _ZERO)
