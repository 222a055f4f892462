"""Services that CloudStack does not measure, turned into usage of their own tariffs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from chalicelib.money import EXACT
from chalicelib.periods import BillingPeriod, Period
from chalicelib.rating.agreements import Agreement, Subscription, those
from chalicelib.rating.cutting import Segments, share
from chalicelib.rating.price_lists import Found, Priced, Prices
from chalicelib.rating.sums import Used
from chalicelib.rating.tariffs import Per

_ZERO = Decimal(0)


def add_subscriptions(
    found: dict[tuple[str, Found], Used],
    agreements: Iterable[Agreement],
    prices: Sequence[Prices],
    segments: Segments,
    period: BillingPeriod,
    as_of: datetime,
) -> None:
    """Add what was subscribed to of each service on the days of the period that are over.

    A service for a month counts the hours of its days, so that a whole month costs its price and
    a part of one that part; one that is not pro-rated counts a whole month, spread over the days
    that it holds on. One that is paid once counts on its first day.
    """
    for each in those(Subscription, agreements):
        kinds = {by.tariff.per for by in _tariffs(each, prices)}
        counted = _once(each, period) if kinds == {Per.ONCE} else _monthly(each, period)
        for span, quantity in counted:
            if span.end <= as_of:
                _add(found, each, prices, segments, span, quantity)


def _tariffs(each: Subscription, prices: Sequence[Prices]) -> list[Priced]:
    found = (some.of_service(each.meter) for some in prices)
    return [by for by in found if isinstance(by, Priced)]


def _once(each: Subscription, period: BillingPeriod) -> Iterable[tuple[Period, Decimal]]:
    """Yield the day on which it is paid."""
    if each.until is None or each.start < each.until:
        yield from ((span, each.quantity) for day, span in period.days() if day == each.start)


def _monthly(each: Subscription, period: BillingPeriod) -> Iterable[tuple[Period, Decimal]]:
    """Yield (day, hours) of all days that it holds on."""
    held = [span for day, span in period.days() if each.holds_on(day)]
    whole = EXACT.multiply(period.span.hours, each.quantity)
    for number, span in enumerate(held):
        if each.prorated:
            yield span, EXACT.multiply(span.hours, each.quantity)
        else:
            after = share(whole, 0, len(held), number + 1)
            yield span, EXACT.subtract(after, share(whole, 0, len(held), number))


def _add(
    found: dict[tuple[str, Found], Used],
    each: Subscription,
    prices: Sequence[Prices],
    segments: Segments,
    span: Period,
    quantity: Decimal,
) -> None:
    start, end = int(span.start.timestamp()), int(span.end.timestamp())
    before: Found | None = None
    for index, part in segments.parts(quantity, start, end):
        by = prices[segments.prices[index]].of_service(each.meter)
        used = found.setdefault((each.meter, by), Used())
        day = segments.days[index]
        used.by_day[day] = EXACT.add(used.by_day.get(day, _ZERO), part)
        used.usages += by != before
        before = by
