"""Prices what a billing account used in one period, and brings all that shows it up to date."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.accounts import BillingAccount
from chalicelib.metering.usage import UsageGroup, usage_in
from chalicelib.periods import BillingPeriod
from chalicelib.rating.charges import rate
from chalicelib.rating.cuts import clip
from chalicelib.reporting.overview import rated_overview
from chalicelib.reporting.summaries import PeriodSummary, summarize
from chalicelib.runs.check_budgets import check_budgets
from chalicelib.runs.ports import (
    Budgets,
    Charges,
    KnownAccounts,
    KnownConnections,
    KnownRateCards,
    Usage,
)
from chalicelib.runs.progress import collected_up_to
from chalicelib.runs.retries import until_settled


@dataclass(frozen=True, slots=True)
class Rated:
    """What a rating did.

    Attributes:
        usages: metered usage priced, resource by resource and window by window.
        changed: whether the charges differ from those stored before.
    """

    usages: int
    line_items: int
    unpriced: int
    changed: bool
    alerts: int


def rate_usage(
    account_id: str,
    period_id: str,
    *,
    accounts: KnownAccounts,
    windows: KnownConnections,
    usage: Usage,
    rate_cards: KnownRateCards,
    charges: Charges,
    budgets: Budgets,
    site_url: str,
    now: datetime,
) -> Rated | None:
    """Rate one period of one account; None while nothing has been collected for it.

    Safe to repeat: charges are made anew of all usage of the period and stored only where they
    differ. Re-rating is the same function run again.

    Raises:
        NotFound: there is no such account.
        Conflict: somebody else kept rating the same account; run it again.
    """
    account = accounts.get(account_id)
    period = BillingPeriod(period_id, account.terms.time_zone)
    as_of = collected_up_to(
        account, lambda connection: windows.connection(connection).complete_up_to, period.span
    )
    if as_of is None:
        return None

    cards = rate_cards.of(account.terms.currency)

    def attempt() -> tuple[PeriodSummary, list[PeriodSummary], Rated]:
        # What is stored is read before the usage: whoever stores meanwhile is noticed.
        shown = charges.overview_digest(account.id)
        latest = charges.latest(account.id, 2)
        digests = {summary.period.id: digest for summary, digest in latest}
        seen = digests.get(period.id) or charges.digest(account.id, period.id)
        used = _usage_of(account, period, usage)
        rated = rate(used.groups, cards, period, account.terms.currency)
        summary = summarize(account.id, rated, as_of, used.rejects, used.holds)
        changed = charges.put(summary, rated, seen=seen)
        newest = _newest([summary, *(each for each, _ in latest)])
        overview = rated_overview(account, newest[0], newest[1] if len(newest) > 1 else None)
        charges.put_overview(account.id, overview, seen=shown)
        unpriced = sum(summary.unpriced.values())
        return summary, newest, Rated(used.count, len(rated.line_items), unpriced, changed, 0)

    summary, newest, done = until_settled(attempt)
    if period.id not in {each.period.id for each in newest}:
        return done
    alerts = check_budgets(account, summary, budgets=budgets, site_url=site_url, now=now)
    return replace(done, alerts=alerts)


def _newest(summaries: Iterable[PeriodSummary]) -> list[PeriodSummary]:
    """Return the newest two periods, newest first; of one period the first that is given."""
    by_period: dict[str, PeriodSummary] = {}
    for summary in summaries:
        by_period.setdefault(summary.period.id, summary)
    return [by_period[period] for period in sorted(by_period, reverse=True)[:2]]


@dataclass(slots=True)
class _Used:
    """What an account used in a period, and what waits for a decision, by reason."""

    groups: list[UsageGroup] = field(default_factory=list)
    rejects: Counter[str] = field(default_factory=Counter)
    holds: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return sum(len(group.resources) for group in self.groups)


def _usage_of(account: BillingAccount, period: BillingPeriod, usage: Usage) -> _Used:
    """Return all usage that reaches into the period, and what waits for a decision in it.

    Only what was used while its sub account belonged to the billing account is its own.
    """
    used = _Used()
    for membership in account.memberships:
        span = membership.within(period.span)
        if span is None:
            continue
        # Rating cuts at the bounds of the period itself; a second cut there would only round.
        begins = span.start if span.start > period.span.start else None
        ends = span.end if span.end < period.span.end else None
        for start, packed in usage.of(membership.connection, membership.sub_account, span):
            used.groups.extend(clip(usage_in(packed), begins, ends))
            if start < span.end:
                used.rejects.update(packed.rejects)
                used.holds.update(packed.holds)
    return used
