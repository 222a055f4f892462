"""What all ratings of a batch are based on, beside usage: read once, and known how old it is."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.accounts import BillingAccount
from chalicelib.errors import NotFound
from chalicelib.periods import BillingPeriod
from chalicelib.rating.agreements import Agreement
from chalicelib.rating.price_lists import PriceLists
from chalicelib.runs.ports import Accounts, KnownAgreements, KnownConnections, Queue, Revision
from chalicelib.runs.price_lists import KnownPriceLists
from chalicelib.runs.progress import collected_up_to

# From so many accounts on, reading all of them costs less than reading each.
_SEVERAL = 4


class Known:
    """Accounts, prices, agreements, and how far usage has been collected.

    Whoever changes any of it raises the revision afterwards, and then asks for the ratings that
    changes. The revision is read before all else, so what was read is at least as new; a rating
    is stored only over one of the same revision or an older one. So one that began before a
    change never replaces one that began after it.

    Args:
        expected: how many accounts will be asked for.
    """

    def __init__(
        self,
        expected: int,
        *,
        revision: Revision,
        accounts: Accounts,
        windows: KnownConnections,
        prices: KnownPriceLists,
        agreements: KnownAgreements,
    ) -> None:
        self._expected = expected
        self._revisions = revision
        self._stored_accounts = accounts
        self._windows = windows
        self._prices = prices
        self._agreements = agreements
        self.forget()

    def forget(self) -> None:
        """Read everything anew from now on."""
        self._revision: int | None = None
        self._accounts: dict[str, BillingAccount] | None = None
        self._reached: dict[str, datetime | None] = {}
        self._agreed: dict[str, Sequence[Agreement]] = {}
        self._prices.forget()

    @property
    def revision(self) -> int:
        """Of what is known."""
        if self._revision is None:
            self._revision = self._revisions.current()
        return self._revision

    def account(self, account: str) -> BillingAccount:
        """Return a billing account; all are read at once where several are asked for.

        Raises:
            NotFound: there is none with that id.
        """
        assert self.revision >= 0, "it is read before all else"
        if self._expected < _SEVERAL:
            return self._stored_accounts.get(account)
        if self._accounts is None:
            self._accounts = {each.id: each for each in self._stored_accounts.all()}
        if account not in self._accounts:
            raise NotFound(f"no account {account!r}")
        return self._accounts[account]

    def collected_up_to(self, account: BillingAccount, period: BillingPeriod) -> datetime | None:
        """Return up to when the usage of a period has been collected; None where nothing has."""
        return collected_up_to(account, self._complete_up_to, period.span)

    def lists(self, account: BillingAccount, period: BillingPeriod) -> PriceLists:
        """Return the prices that may apply to an account, with the last exchange rate."""
        return self._prices.of(account, period.last_day)

    def agreements(self, account: BillingAccount) -> Sequence[Agreement]:
        """Return what is agreed with an account beside its prices."""
        if not account.agreed.more:
            return []
        if account.id not in self._agreed:
            self._agreed[account.id] = self._agreements.of(account.id)
        return self._agreed[account.id]

    def _complete_up_to(self, connection: str) -> datetime | None:
        if connection not in self._reached:
            self._reached[connection] = self._windows.connection(connection).complete_up_to
        return self._reached[connection]


class Announced:
    """The queue of ratings, for those that are asked for because something was changed.

    The revision is raised before the first of them: see `Known`. Make one for each change.
    """

    def __init__(self, ratings: Queue, revision: Revision) -> None:
        self._ratings = ratings
        self._revision = revision
        self._raised = False

    def put_all(self, messages: Sequence[object]) -> None:
        """Ask for ratings."""
        if not self._raised:
            self._revision.bump()
            self._raised = True
        self._ratings.put_all(messages)
