"""Takes exchange rates, by hand or from the feed, and asks for the ratings that they change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.exchange_rates import CROSSED_OVER, Added, ExchangeRate, ToldRates
from chalicelib.runs.change_prices import converted_periods
from chalicelib.runs.messages import RatingMessage
from chalicelib.runs.ports import Accounts, Charges, ExchangeRateFeed, ExchangeRates, Queue

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """What taking the feed did.

    Attributes:
        days: how many it told of.
        rates: how many it told.
        stored: how many of them were new.
        differing: how many were known with another value, which stays.
        unknown: currencies that were left out.
        ratings: how many were asked for.
    """

    newest: date
    days: int
    rates: int
    stored: int
    differing: int
    unknown: tuple[str, ...]
    ratings: int


def add_exchange_rate(
    rate: ExchangeRate,
    *,
    base: str,
    exchange_rates: ExchangeRates,
    accounts: Accounts,
    charges: Charges,
    ratings: Queue,
) -> bool:
    """Store a rate set by hand and ask for the ratings it changes; tell whether it is new.

    Safe to repeat: the same rate again is no other, and its ratings are asked for again.

    Args:
        base: the currency of the price list that is converted.

    Raises:
        Conflict: another rate of that pair and day was set by hand.
    """
    added = exchange_rates.add([rate])
    _ask([rate], base, accounts, charges, ratings)
    return bool(added.new)


def fetch_exchange_rates(
    *,
    base: str,
    feed: ExchangeRateFeed,
    exchange_rates: ExchangeRates,
    accounts: Accounts,
    charges: Charges,
    ratings: Queue,
) -> Fetched:
    """Store what the feed has told since it was last taken, and ask for the ratings that changes.

    Safe to repeat, and to die anywhere: up to which day the feed has been taken is noted last, so
    that whatever is newer than that is asked for again, whether or not it was stored before.

    Args:
        base: the currency of the price list that is converted.

    Raises:
        Unavailable: the feed did not answer, or with something that cannot be.
    """
    before = exchange_rates.fetched_up_to("ecb")
    told = _told(feed, before)
    added = exchange_rates.add(told.rates)
    asked = _ask(_changed(told, added, before), base, accounts, charges, ratings)
    if before is None or told.newest > before:
        exchange_rates.mark_fetched("ecb", told.newest)
    return Fetched(
        newest=told.newest,
        days=len({rate.date for rate in told.rates}),
        rates=len(told.rates),
        stored=len(added.new),
        differing=len(added.differing),
        unknown=told.unknown,
        ratings=asked,
    )


def _told(feed: ExchangeRateFeed, before: date | None) -> ToldRates:
    """Return the newest day, or 90 days where there may be others since `before`."""
    if before is None:
        return feed.last_90_days()
    told = feed.daily()
    return feed.last_90_days() if _has_working_day(before, told.newest) else told


def _has_working_day(after: date, before: date) -> bool:
    """Tell whether a day from Monday to Friday lies between two days.

    >>> _has_working_day(date(2026, 11, 20), date(2026, 11, 23))
    False
    >>> _has_working_day(date(2026, 11, 20), date(2026, 11, 24))
    True
    """
    between = range(1, min((before - after).days, 7))
    return any((after + timedelta(days=days)).weekday() < _SATURDAY for days in between)


def _changed(told: ToldRates, added: Added, before: date | None) -> list[ExchangeRate]:
    """Return the rates that ratings have perhaps not been asked for."""
    later = [rate for rate in told.rates if before is None or rate.date > before]
    return [*added.new, *later]


def _ask(
    changed: Sequence[ExchangeRate],
    base: str,
    accounts: Accounts,
    charges: Charges,
    ratings: Queue,
) -> int:
    """Ask for the ratings that rates change; return how many.

    A rate counts on its day and on those after it, until there is a newer one.
    """
    if not changed:
        return 0
    messages = []
    for account in accounts.all():
        first = _first_day(changed, base, account.terms.currency)
        if first is not None:
            periods = converted_periods(account, charges)
            touched = [period for period in periods if period >= f"{first:%Y-%m}"]
            messages += [RatingMessage(account.id, period) for period in touched]
    ratings.put_all(messages)
    return len(messages)


def _first_day(changed: Iterable[ExchangeRate], base: str, currency: str) -> date | None:
    """Return the first day on which rates convert `base` into `currency`; None where none does."""
    if currency == base:
        return None
    involved = {base, currency, CROSSED_OVER}
    days = [rate.date for rate in changed if {rate.base, rate.quote} <= involved]
    return min(days, default=None)
