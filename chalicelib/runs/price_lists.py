"""Reads the prices that may apply to a billing account, each list once."""

from datetime import date

from chalicelib.accounts import BillingAccount
from chalicelib.exchange_rates import Conversion, conversion
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import RateCard
from chalicelib.runs.ports import KnownExchangeRates, KnownRateCards


class KnownPriceLists:
    """The prices of billing accounts.

    Accounts of one currency have the same price lists, except those that agreed on others, so
    what was read and looked up for one is there for the next, until it is forgotten.
    """

    def __init__(
        self,
        rate_cards: KnownRateCards,
        exchange_rates: KnownExchangeRates,
        base_currency: str,
    ) -> None:
        self._rate_cards = rate_cards
        self._exchange_rates = exchange_rates
        self._base_currency = base_currency
        self.forget()

    def forget(self) -> None:
        """Read everything anew from now on."""
        self._lists: dict[tuple[str, date], PriceLists] = {}
        self._cards: dict[str, list[RateCard]] = {}
        self._conversions: dict[tuple[str, date], Conversion | None] = {}

    def of(self, account: BillingAccount, on: date) -> PriceLists:
        """Return the cards agreed with an account, those of its currency, and those of the base.

        Args:
            on: the day whose exchange rate counts, or the newest one before it: the last of a
                period. While it runs newer rates still come: until then amounts are indicative.
        """
        currency = account.terms.currency
        if account.agreed.prices:
            return self._read(currency, on, self._rate_cards.of(currency, account.id))
        if (currency, on) not in self._lists:
            self._lists[currency, on] = self._read(currency, on, [])
        return self._lists[currency, on]

    def _read(self, currency: str, on: date, agreed: list[RateCard]) -> PriceLists:
        base_currency = self._base_currency
        listed = self._of(currency)
        if currency == base_currency:
            return PriceLists(currency, listed, agreed, base_currency=base_currency)
        base = self._of(base_currency)
        rate = self._conversion(currency, on) if base else None
        return PriceLists(currency, listed, agreed, base, base_currency, rate)

    def _of(self, currency: str) -> list[RateCard]:
        if currency not in self._cards:
            self._cards[currency] = self._rate_cards.of(currency)
        return self._cards[currency]

    def _conversion(self, currency: str, on: date) -> Conversion | None:
        if (currency, on) not in self._conversions:
            newest = self._exchange_rates.newest
            self._conversions[currency, on] = conversion(self._base_currency, currency, on, newest)
        return self._conversions[currency, on]
