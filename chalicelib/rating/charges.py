"""What a billing account owes for a period: usage and services priced, discounted, rounded once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, localcontext

from chalicelib.currencies import minor_unit
from chalicelib.metering.usage import UsageGroup
from chalicelib.money import EXACT, Money, rounded
from chalicelib.periods import Billed, BillingPeriod
from chalicelib.rating.agreements import Adjustment, Agreement, FreeQuota, those
from chalicelib.rating.balances import commitment_line, credit_lines
from chalicelib.rating.line_items import (
    Charge,
    LineItem,
    Pricing,
    RatedPeriod,
    Unpriced,
    heading_of,
)
from chalicelib.rating.price_lists import (
    Found,
    Lacking,
    Missing,
    Origin,
    Priced,
    PriceLists,
)
from chalicelib.rating.pricing import Cost, Usage, cost_of
from chalicelib.rating.quotas import Free, share_quotas
from chalicelib.rating.selection import selection
from chalicelib.rating.subscriptions import subscribed
from chalicelib.rating.sums import Sums, Used

_Key = tuple[str, Priced]


def rate(
    usages: Iterable[UsageGroup],
    lists: PriceLists,
    period: BillingPeriod,
    *,
    agreements: Sequence[Agreement] = (),
    used_credits: Mapping[str, Decimal] | None = None,
    as_of: datetime | None = None,
) -> RatedPeriod:
    """Return what the part of `usages` inside `period` costs, and what is agreed beside it.

    First the lines of `priced`, then what tops them up to the committed minimum, then what
    promotional credits pay.

    Args:
        used_credits: how much of each credit earlier periods have used up, by its id.
        as_of: services and commitments count for the days that are over by then; all of the
            period where it is None.
    """
    until = as_of or period.span.end
    lines, unpriced = priced(usages, lists, period, agreements=agreements, as_of=until)
    top_up = commitment_line(lines, agreements, period, lists.currency, until)
    credits = credit_lines(lines, agreements, used_credits or {}, lists.currency)
    everything = (*lines, *top_up, *credits)
    return RatedPeriod(period, lists.currency, everything, tuple(unpriced))


def priced(
    usages: Iterable[UsageGroup],
    lists: PriceLists,
    period: Billed,
    *,
    agreements: Sequence[Agreement],
    as_of: datetime,
) -> tuple[list[LineItem], list[Unpriced]]:
    """Return the lines of usage and services, and what has no price.

    Usage that crosses midnight, the period's bounds or a change of prices is cut there, pro rata
    by time; the parts make up the whole exactly. Then, in this order: free quotas, the tariff
    (included quantity, tiers or blocks, minimum, maximum), discounts and surcharges, and one
    rounding for each line item.
    """
    selected = selection(lists, period)
    sums = Sums(selected)
    sums.add(usages)
    sums.add_subscribed(subscribed(agreements, selected.prices, period, as_of))
    found = sums.shared_out()
    known = {(name, by): used for (name, by), used in found.items() if isinstance(by, Priced)}
    free = share_quotas(known, those(FreeQuota, agreements), period)
    lines = _priced_lines(known, free, lists, period, agreements)
    return lines, list(_unpriced(found, lists, period))


def _priced_lines(
    known: Mapping[_Key, Used],
    free: Free,
    lists: PriceLists,
    period: Billed,
    agreements: Sequence[Agreement],
) -> list[LineItem]:
    """Return the lines of all tariffs, series by series, in one order."""
    adjustments = those(Adjustment, agreements)
    series: dict[tuple[object, ...], list[_Key]] = defaultdict(list)
    for key in sorted(known, key=_order):
        name, by = key
        series[name, by.origin, by.tariff.conditions].append(key)
    lines = []
    for keys in series.values():
        usages = [_usage(key, known[key], free, period, adjustments) for key in keys]
        for key, usage, cost in zip(keys, usages, cost_of(usages), strict=True):
            lines.append(_line_item(key, usage, cost, lists))
    return lines


def _order(key: _Key) -> tuple[object, ...]:
    """Return what lines are sorted by; those of a series follow each other in time."""
    name, by = key
    return (name, by.origin.value, by.tariff.conditions, by.effective_from)


def _usage(
    key: _Key,
    used: Used,
    free: Free,
    period: Billed,
    adjustments: Sequence[Adjustment],
) -> Usage:
    name, by = key
    per = by.tariff.per
    divisor = per.units * period.span.hours if per.of_a_month else per.units
    percents = _percents(name, used, adjustments) if adjustments else {}
    return Usage(by.tariff, divisor, used.by_day, free.get(key, {}), percents)


def _percents(
    name: str, used: Used, adjustments: Sequence[Adjustment]
) -> dict[date, list[tuple[str, Decimal]]]:
    """Return the discounts and surcharges of each day of usage that has any."""
    service = heading_of(name)
    mine = [each for each in adjustments if each.covers(name, service)]
    percents = {}
    for day in used.by_day:
        held = [(each.id, each.percent) for each in mine if each.holds_on(day)]
        if held:
            percents[day] = held
    return percents


def _line_item(key: _Key, usage: Usage, cost: Cost, lists: PriceLists) -> LineItem:
    """Return the line of one tariff of one version, with what each day added to it."""
    name, by = key
    conversion = lists.conversion if by.origin is Origin.BASE else None
    pricing = Pricing(
        by.tariff, by.origin, by.effective_from, usage.divisor, cost.steps, conversion
    )
    digits = minor_unit(lists.currency)
    charges, before = [], Decimal(0)
    for day, exact in cost.running:
        after = rounded(pricing.in_currency(exact), digits)
        amount = Money(EXACT.subtract(after, before), lists.currency)
        charges.append(Charge(day, usage.by_day[day], amount))
        before = after
    quantity = _sum(usage.by_day.values())
    return LineItem(name, quantity, Money(before, lists.currency), tuple(charges), pricing)


def _unpriced(
    found: Mapping[tuple[str, Found], Used], lists: PriceLists, period: Billed
) -> Iterable[Unpriced]:
    """Yield what cannot be priced, and why."""
    last_day = period.days()[-1][0]
    waiting = [(name, by, used) for (name, by), used in found.items() if isinstance(by, Lacking)]
    for name, by, used in sorted(
        waiting, key=lambda each: (each[0], each[1].why, each[1].dimensions)
    ):
        pair = f"{lists.base_currency}/{lists.currency} {last_day}"
        wanted = pair if by.why is Missing.RATE else ""
        quantity = _sum(used.by_day.values())
        yield Unpriced(name, quantity, used.usages, by.why, by.dimensions, wanted)


def _sum(quantities: Iterable[Decimal]) -> Decimal:
    with localcontext(EXACT):
        return sum(quantities, Decimal(0))
