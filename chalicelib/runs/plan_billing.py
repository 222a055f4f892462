"""Asks for the invoices and the follow-ups that are due."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts import BillingAccount
from chalicelib.invoicing.billing_runs import RunState
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.follow_ups import Enforced, follow_of
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.numbers import issued_on
from chalicelib.invoicing.readiness import due_at
from chalicelib.ledger.standing import Seen
from chalicelib.periods import BillingPeriod
from chalicelib.runs.billing_ports import Invoices, Issuers, Ledger
from chalicelib.runs.messages import FollowUpMessage, IssueMessage
from chalicelib.runs.ports import Accounts, Queue

# How many months back what has not been invoiced is asked for again, and for how many of them
# also where there was nothing to invoice: late usage comes for 35 days.
_MONTHS, _LATE_MONTHS = 12, 3
# How long a month without anything to invoice is left alone: late usage may still come.
_NOTHING_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Planned:
    """What was asked for."""

    invoices: int
    follow_ups: int


def plan_billing(
    *,
    accounts: Accounts,
    invoices: Invoices,
    issuers: Issuers,
    ledger: Ledger,
    invoices_queue: Queue,
    follow_ups: Queue,
    now: datetime,
) -> Planned:
    """Ask for every invoice that is due and not issued, and every account to look after today.

    Safe to repeat: what is asked for twice is done once.
    """
    plan = _Plan(invoices, issuers.issuers(), issuers.all_details(), now)
    billed = accounts.all()
    asked = [message for account in billed for message in plan.due(account)]
    standings = {seen.standing.account: seen for seen in ledger.standings()}
    followed = [
        FollowUpMessage(account.id)
        for account in billed
        if plan.is_to_be_followed(account, standings.get(account.id))
    ]
    invoices_queue.put_all(asked)
    follow_ups.put_all(followed)
    return Planned(len(asked), len(followed))


def plan_month(
    period: str, *, accounts: Accounts, invoices: Invoices, invoices_queue: Queue
) -> int:
    """Ask for the invoices of a month that have not been issued, due or not; return how many.

    What is not due yet waits, and is listed with its reason.
    """
    done = {each.account for each in invoices.run(period) if each.state == "issued"}
    asked = [IssueMessage(each.id, period) for each in accounts.all() if each.id not in done]
    invoices_queue.put_all(asked)
    return len(asked)


class _Plan:
    """What is due at one instant."""

    def __init__(
        self,
        invoices: Invoices,
        issuers: Mapping[str, Issuer],
        details: Mapping[str, BillingDetails],
        now: datetime,
    ) -> None:
        self._invoices = invoices
        self._issuers = issuers
        self._details = details
        self._now = now
        self._runs: dict[str, dict[str, RunState]] = {}

    def due(self, account: BillingAccount) -> Iterator[IssueMessage]:
        """Yield what is to be issued for an account, the oldest month first."""
        issuer = self._issuer_of(account)
        if issuer is None:
            return
        months = self._last_months(account.terms.time_zone)
        for period in months:
            if period.id < issuer.first_period or self._now < due_at(period, issuer):
                continue
            run = self._run(period.id).get(account.id)
            if run is None or self._asks_again(run, late=period in months[-_LATE_MONTHS:]):
                yield IssueMessage(account.id, period.id)

    def is_to_be_followed(self, account: BillingAccount, seen: Seen | None) -> bool:
        """Tell whether somebody must look after an account today, and nobody has."""
        issuer, details = self._issuer_of(account), self._details.get(account.id)
        if issuer is None:
            return False
        follow = follow_of("" if seen is None else seen.follow)
        if follow.wanted is not None:
            return True
        if follow.followed_on == issued_on(issuer, self._now):
            return False
        stands = None if seen is None else seen.standing
        owes = stands is not None and bool(stands.items or stands.lots or stands.drawn_periods())
        watched = details is not None and (
            details.payment_mode == "prepaid" or details.credit_limit is not None
        )
        return owes or watched or follow.enforced is not Enforced.NONE

    def _asks_again(self, run: RunState, *, late: bool) -> bool:
        if run.state == "nothing":
            return late and self._now - run.at >= _NOTHING_FOR
        return run.state != "issued"

    def _issuer_of(self, account: BillingAccount) -> Issuer | None:
        """Return who issues to an account: with several and none chosen, whoever comes first.

        Its invoice then waits for the choice, and is listed with that reason.
        """
        details = self._details.get(account.id)
        if details is not None and details.issuer in self._issuers:
            return self._issuers[details.issuer]
        return next(iter(self._issuers.values()), None)

    def _last_months(self, time_zone: str) -> list[BillingPeriod]:
        """Return the last months that are over, the oldest first."""
        found: list[BillingPeriod] = []
        period = BillingPeriod.at(self._now, time_zone)
        for _ in range(_MONTHS):
            period = BillingPeriod.at(period.span.start - timedelta(hours=1), time_zone)
            found.insert(0, period)
        return found

    def _run(self, period: str) -> dict[str, RunState]:
        if period not in self._runs:
            self._runs[period] = {each.account: each for each in self._invoices.run(period)}
        return self._runs[period]
