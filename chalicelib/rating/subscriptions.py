"""Services that CloudStack does not measure, turned into quantities that tariffs price."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from chalicelib.money import EXACT
from chalicelib.periods import Billed, Period
from chalicelib.rating.agreements import Agreement, Subscription, those
from chalicelib.rating.cutting import share
from chalicelib.rating.price_lists import Priced, Prices
from chalicelib.rating.tariffs import Per


class Subscribed(msgspec.Struct, frozen=True):
    """So much of a service on one day: hours times how many, or how many of what is paid once."""

    meter: str
    span: Period
    quantity: Decimal


def subscribed(
    agreements: Iterable[Agreement],
    prices: Sequence[Prices],
    period: Billed,
    as_of: datetime,
) -> Iterator[Subscribed]:
    """Yield what was subscribed to on the days of the period that are over.

    A service for a month counts the hours of its days, so that a whole month costs its price and
    a part of one that part; one that is not pro-rated counts a whole month, spread over the days
    that it holds on. One that is paid once counts on its first day.
    """
    for each in those(Subscription, agreements):
        tariffs = [some.of_service(each.meter) for some in prices]
        pers = {by.tariff.per for by in tariffs if isinstance(by, Priced)}
        counted = _once(each, period) if pers == {Per.ONCE} else _monthly(each, period)
        for span, quantity in counted:
            if span.end <= as_of:
                yield Subscribed(each.meter, span, quantity)


def _once(each: Subscription, period: Billed) -> Iterable[tuple[Period, Decimal]]:
    """Yield the day on which it is paid."""
    if each.until is None or each.start < each.until:
        yield from ((span, each.quantity) for day, span in period.days() if day == each.start)


def _monthly(each: Subscription, period: Billed) -> Iterable[tuple[Period, Decimal]]:
    """Yield (day, hours) of all days that it holds on."""
    held = [span for day, span in period.days() if each.holds_on(day)]
    whole = EXACT.multiply(period.span.hours, each.quantity)
    for number, span in enumerate(held):
        if each.prorated:
            yield span, EXACT.multiply(span.hours, each.quantity)
        else:
            after = share(whole, 0, len(held), number + 1)
            yield span, EXACT.subtract(after, share(whole, 0, len(held), number))
