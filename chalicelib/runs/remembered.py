"""What all ratings of a batch need, read once.

A batch of messages is read after the messages came, and each message was sent after what it is
about had been stored; so what is read once for all is as new as any of them needs.
"""

from datetime import date

from chalicelib.accounts import BillingAccount
from chalicelib.errors import NotFound
from chalicelib.exchange_rates import ExchangeRate
from chalicelib.metering.progress import ConnectionProgress
from chalicelib.rating.rate_cards import RateCard
from chalicelib.runs.ports import Accounts, KnownExchangeRates, KnownRateCards, Windows

# From so many accounts on, reading all of them costs less than reading each.
_SEVERAL = 4


class RememberedAccounts:
    """Billing accounts; all of them are read at once where several are asked for.

    Args:
        expected: how many will be asked for.
    """

    def __init__(self, accounts: Accounts, expected: int) -> None:
        self._accounts = accounts
        self._expected = expected
        self._known: dict[str, BillingAccount] | None = None

    def get(self, account: str) -> BillingAccount:
        """Return a billing account.

        Raises:
            NotFound: there is none with that id.
        """
        if self._expected < _SEVERAL:
            return self._accounts.get(account)
        if self._known is None:
            self._known = {each.id: each for each in self._accounts.all()}
        if account not in self._known:
            raise NotFound(f"no account {account!r}")
        return self._known[account]


class RememberedRateCards:
    """Rate cards by currency, or by account where agreed."""

    def __init__(self, rate_cards: KnownRateCards) -> None:
        self._rate_cards = rate_cards
        self._known: dict[tuple[str, str], list[RateCard]] = {}

    def of(self, currency: str, account: str = "") -> list[RateCard]:
        """Return the rate cards of a list."""
        key = (currency, account)
        if key not in self._known:
            self._known[key] = self._rate_cards.of(currency, account)
        return self._known[key]


class RememberedExchangeRates:
    """Exchange rates by pair and day."""

    def __init__(self, exchange_rates: KnownExchangeRates) -> None:
        self._exchange_rates = exchange_rates
        self._known: dict[tuple[str, str, date], ExchangeRate | None] = {}

    def newest(self, base: str, quote: str, on: date) -> ExchangeRate | None:
        """Return the newest rate of a pair on or before a day."""
        key = (base, quote, on)
        if key not in self._known:
            self._known[key] = self._exchange_rates.newest(base, quote, on)
        return self._known[key]


class RememberedConnections:
    """How far each connection is."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._known: dict[str, ConnectionProgress] = {}

    def connection(self, connection: str) -> ConnectionProgress:
        """Return how far a connection is."""
        if connection not in self._known:
            self._known[connection] = self._windows.connection(connection)
        return self._known[connection]
