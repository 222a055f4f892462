"""Reads what a billing account used in one period, and what it has used up of its credits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from chalicelib.accounts import BillingAccount
from chalicelib.metering.usage import UsageGroup, usage_in
from chalicelib.periods import BillingPeriod
from chalicelib.rating.agreements import Agreement, Credit, those
from chalicelib.rating.cuts import clip
from chalicelib.rating.stopped import while_running
from chalicelib.reporting.summaries import used_of_credits
from chalicelib.runs.ports import Charges, KnownUsage


@dataclass(slots=True)
class Used:
    """What an account used in a period, and what waits for a decision, by reason."""

    groups: list[UsageGroup] = field(default_factory=list)
    rejects: Counter[str] = field(default_factory=Counter)
    holds: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many resources and windows it is."""
        return sum(len(group.resources) for group in self.groups)


def usage_of(account: BillingAccount, period: BillingPeriod, usage: KnownUsage) -> Used:
    """Return all usage that reaches into the period, and what waits for a decision in it.

    Only what was used while its sub account belonged to the billing account is its own.
    """
    used = Used()
    for membership in account.memberships:
        span = membership.within(period.span)
        if span is None:
            continue
        # Rating cuts at the bounds of the period itself; a second cut there would only round.
        begins = span.start if span.start > period.span.start else None
        ends = span.end if span.end < period.span.end else None
        for start, packed in usage.of(membership.connection, membership.sub_account, span):
            groups = usage_in(packed)
            if account.terms.stopped_vms == "free":
                groups = iter(while_running(groups))
            used.groups.extend(clip(groups, begins, ends))
            if start < span.end:
                used.rejects.update(packed.rejects)
                used.holds.update(packed.holds)
    return used


def used_credits(
    account: str, period: str, agreed: Sequence[Agreement], charges: Charges
) -> dict[str, Decimal]:
    """Return how much of each credit periods before one have used up, by its id.

    So have later ones that were invoiced: they never change.
    """
    if not those(Credit, agreed):
        return {}
    return used_of_credits(
        stored.summary
        for stored in charges.latest(account)
        if stored.summary.period.id < period or stored.invoice is not None
    )
