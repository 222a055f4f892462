"""Services that CloudStack does not measure, turned into quantities that tariffs price."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from chalicelib.money import EXACT
from chalicelib.periods import Billed, Period
from chalicelib.rating.agreements import Agreement, Subscription, those
from chalicelib.rating.cutting import share
from chalicelib.rating.price_lists import Found, Priced, Prices
from chalicelib.rating.tariffs import Per


class Subscribed(msgspec.Struct, frozen=True):
    """So much of a service in a day, or in a part of one.

    Attributes:
        quantity: hours times how many; of what is paid once, how many.
    """

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
    that it holds on. One that is paid once counts where its first day begins. Which of them a
    service is, the price in force tells, from one to the next.
    """
    for each in those(Subscription, agreements):
        once = {some.at: _is_once(some.of_service(each.meter)) for some in prices}
        for day, span, quantity in _monthly(each, period):
            if span.end > as_of:
                break
            for part in span.split(once) if any(once.values()) else [span]:
                if not once[max(at for at in once if at <= part.start)]:
                    yield Subscribed(each.meter, part, _within(part, span, quantity))
                elif part.start == span.start and day == each.start:
                    yield Subscribed(each.meter, part, each.quantity)


def _is_once(by: Found) -> bool:
    return isinstance(by, Priced) and by.tariff.per is Per.ONCE


def _monthly(each: Subscription, period: Billed) -> Iterable[tuple[date, Period, Decimal]]:
    """Yield (day, its span, hours) of all days that it holds on."""
    held = [(day, span) for day, span in period.days() if each.holds_on(day)]
    whole = EXACT.multiply(period.span.hours, each.quantity)
    for number, (day, span) in enumerate(held):
        if each.prorated:
            yield day, span, EXACT.multiply(span.hours, each.quantity)
        else:
            after = share(whole, 0, len(held), number + 1)
            yield day, span, EXACT.subtract(after, share(whole, 0, len(held), number))


def _within(part: Period, span: Period, quantity: Decimal) -> Decimal:
    """Return how much of a quantity, spread evenly over `span`, lies in a part of it."""
    start, end = int(span.start.timestamp()), int(span.end.timestamp())
    before = share(quantity, start, end, int(part.start.timestamp()))
    return EXACT.subtract(share(quantity, start, end, int(part.end.timestamp())), before)
