"""Exchange rates, with everything their runs need from the wiring."""

from chalicelib.delivery.exchange_rate_feed import ExchangeRateFeed
from chalicelib.exchange_rates import ExchangeRate
from chalicelib.runs.exchange_rates import Fetched, add_exchange_rate, fetch_exchange_rates
from chalicelib.wiring import Wiring


def add_rate(wired: Wiring, rate: ExchangeRate) -> bool:
    """Take an exchange rate set by hand; tell whether it is new."""
    return add_exchange_rate(
        rate,
        base=wired.base_currency,
        exchange_rates=wired.exchange_rates,
        accounts=wired.accounts,
        charges=wired.charges,
        ratings=wired.announced(),
    )


def fetch_rates(wired: Wiring) -> Fetched | None:
    """Take the feed of exchange rates; None where there is none."""
    if not wired.settings.exchange_rates_url:
        return None
    return fetch_exchange_rates(
        base=wired.base_currency,
        feed=ExchangeRateFeed(wired.settings.exchange_rates_url),
        exchange_rates=wired.exchange_rates,
        accounts=wired.accounts,
        charges=wired.charges,
        ratings=wired.announced(),
    )
