"""What all ratings of a batch need, read once.

A batch of messages is read after the messages came, and each message was sent after what it is
about had been stored; so what is read once for all is as new as any of them needs.
"""

from chalicelib.accounts import BillingAccount
from chalicelib.errors import NotFound
from chalicelib.metering.progress import ConnectionProgress
from chalicelib.runs.ports import Accounts, Windows

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
