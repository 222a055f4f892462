"""Rating, and changes of prices and terms, with everything they need from the wiring."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from chalicelib.accounts import Terms
from chalicelib.rating.rate_cards import RateCard
from chalicelib.runs import change_prices, change_terms
from chalicelib.runs.known import Known
from chalicelib.runs.rate_usage import Rated, rate_usage
from chalicelib.wiring import Wiring


def rater(wired: Wiring, expected: int) -> Callable[[str, str, datetime], Rated | None]:
    """Return what rates one period after the other, and reads what all need once.

    Args:
        expected: how many there are.
    """
    rate = partial(
        rate_usage,
        known=known(wired, expected),
        usage=wired.usage,
        charges=wired.charges,
        amended=wired.amended,
        budgets=wired.budgets,
        ratings=wired.accounts_queue,
        site_url=wired.settings.site_url,
    )
    return lambda account, period, now: rate(account, period, now=now)


def known(wired: Wiring, expected: int) -> Known:
    """Return accounts, prices and agreements, each read once for so many accounts."""
    return Known(
        expected,
        revision=wired.revision,
        accounts=wired.accounts,
        windows=wired.windows,
        prices=wired.price_lists(),
        agreements=wired.agreements,
    )


def add_rate_card(wired: Wiring, card: RateCard) -> bool:
    """Take a rate card; tell whether it is new."""
    return change_prices.add_rate_card(
        card,
        rate_cards=wired.rate_cards,
        accounts=wired.accounts,
        charges=wired.charges,
        amended=wired.amended,
        ratings=wired.announced(),
        base_currency=wired.base_currency,
    )


def set_terms(wired: Wiring, account: str, terms: Terms, name: str | None) -> None:
    """Set the terms an account is billed on, and the name of a company."""
    change_terms.set_terms(
        account,
        terms,
        name,
        accounts=wired.accounts,
        agreements=wired.agreements,
        budgets=wired.budgets,
        charges=wired.charges,
        ledger=wired.ledger,
        windows=wired.windows,
        ratings=wired.announced(),
    )
