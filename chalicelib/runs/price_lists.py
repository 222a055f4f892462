"""Reads the prices that may apply to a billing account."""

from datetime import date

from chalicelib.accounts import BillingAccount
from chalicelib.exchange_rates import conversion
from chalicelib.rating.price_lists import PriceLists
from chalicelib.runs.ports import KnownExchangeRates, KnownRateCards


def price_lists(
    account: BillingAccount,
    on: date,
    *,
    rate_cards: KnownRateCards,
    exchange_rates: KnownExchangeRates,
    base_currency: str,
) -> PriceLists:
    """Return the cards agreed with an account, those of its currency, and those of the base.

    Args:
        on: the day whose exchange rate counts, or the newest one before it: the last of a period.
            While the period runs, newer rates still come, so amounts are indicative until then.
    """
    currency = account.terms.currency
    agreed = rate_cards.of(currency, account.id) if account.agreed.prices else []
    listed = rate_cards.of(currency)
    if currency == base_currency:
        return PriceLists(currency, listed, agreed, base_currency=base_currency)
    base = rate_cards.of(base_currency)
    rate = conversion(base_currency, currency, on, exchange_rates.newest) if base else None
    return PriceLists(currency, listed, agreed, base, base_currency, rate)
