"""Takes a rate card, or the terms of an account, and asks for the ratings that it changes."""

import re
from collections.abc import Iterable

from chalicelib.accounts import Terms
from chalicelib.currencies import minor_unit
from chalicelib.errors import Conflict, InvalidInput
from chalicelib.periods import BillingPeriod, Period, periods_touched, time_zone_named
from chalicelib.rating.rate_cards import RateCard
from chalicelib.runs.messages import RatingMessage
from chalicelib.runs.ports import Accounts, Budgets, Charges, Queue, RateCards, Windows

# The shape of a BCP 47 tag: a language, then subtags.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


def add_rate_card(
    card: RateCard,
    *,
    rate_cards: RateCards,
    accounts: Accounts,
    charges: Charges,
    ratings: Queue,
) -> bool:
    """Store a rate card and ask for the ratings it changes; tell whether it is new.

    Safe to repeat: the same card again is no other card, and its ratings are asked for again.

    Raises:
        Conflict: the currency has other prices from that instant on.
    """
    new = rate_cards.add(card)
    for account in accounts.all():
        if account.terms.currency == card.currency:
            zone = account.terms.time_zone
            first = BillingPeriod.at(card.effective_from, zone).id
            periods = charges.periods(account.id)
            _ask(account.id, (period for period in periods if period >= first), ratings)
    return new


def set_terms(
    account_id: str,
    terms: Terms,
    *,
    accounts: Accounts,
    budgets: Budgets,
    charges: Charges,
    windows: Windows,
    ratings: Queue,
) -> None:
    """Store on what terms an account is billed and ask for the ratings that changes.

    Another time zone may move usage into a month that was not rated before.

    Safe to repeat.

    Raises:
        InvalidInput: an unknown currency, time zone, or an absurd language.
        Conflict: the currency would change under a budget.
    """
    minor_unit(terms.currency)
    time_zone_named(terms.time_zone)
    if not _LANGUAGE.fullmatch(terms.language):
        message = f"not a language: {terms.language!r}, expected a tag like en or pt-BR"
        raise InvalidInput(message, {"language": message})
    for budget in budgets.of(account_id):
        if budget.amount.currency != terms.currency:
            raise Conflict(f"the account has a budget in {budget.amount.currency}; remove it first")
    periods = set(charges.periods(account_id))
    if periods:
        account = accounts.get(account_id)
        first = BillingPeriod(min(periods), account.terms.time_zone).span.start
        reached = windows.connection(account.connection).complete_up_to
        if reached is not None and reached > first:
            moved = periods_touched(Period(first, reached), terms.time_zone)
            periods |= {period.id for period in moved}
    accounts.set_terms(account_id, terms)
    _ask(account_id, sorted(periods), ratings)


def _ask(account_id: str, periods: Iterable[str], ratings: Queue) -> None:
    ratings.put_all([RatingMessage(account_id, period) for period in periods])
