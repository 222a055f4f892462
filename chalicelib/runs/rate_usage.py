"""Prices what a billing account used in one period, and brings all that shows it up to date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.accounts import BillingAccount
from chalicelib.errors import Conflict
from chalicelib.periods import BillingPeriod
from chalicelib.rating.agreements import Agreement, Credit, those
from chalicelib.rating.balances import open_credit
from chalicelib.rating.charges import rate
from chalicelib.rating.price_lists import PriceLists
from chalicelib.reporting.rated_overview import rated_overview
from chalicelib.reporting.summaries import PeriodSummary, summarize
from chalicelib.runs.check_budgets import check_budgets
from chalicelib.runs.messages import RatingMessage
from chalicelib.runs.ports import (
    Budgets,
    Charges,
    KnownAccounts,
    KnownAgreements,
    KnownConnections,
    KnownUsage,
    Queue,
)
from chalicelib.runs.price_lists import KnownPriceLists
from chalicelib.runs.progress import collected_up_to
from chalicelib.runs.read_usage import usage_of, used_credits
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
    usage: KnownUsage,
    prices: KnownPriceLists,
    agreements: KnownAgreements,
    charges: Charges,
    budgets: Budgets,
    ratings: Queue,
    site_url: str,
    now: datetime,
) -> Rated | None:
    """Rate one period of one account; None while nothing has been collected, or once invoiced.

    Safe to repeat: charges are made anew of all usage of the period and stored only where they
    differ. Re-rating is the same function run again.

    Args:
        ratings: asked for the next period of an account with credits: what one period uses of a
            credit, the next cannot.

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
    agreed = agreements.of(account.id) if account.agreed.more else []
    basis = _Basis(account, period, as_of, prices.of(account, period.last_day), agreed)
    settled = until_settled(lambda: _attempt(basis, usage, charges))
    if settled is None:
        return None
    summary, newest, done = settled
    if those(Credit, agreed):
        later = (each for each in charges.open_periods(account.id) if each > period.id)
        ratings.put_all([RatingMessage(account.id, each) for each in sorted(later)[:1]])
    if period.id not in {each.period.id for each in newest}:
        return done
    alerts = check_budgets(account, summary, budgets=budgets, site_url=site_url, now=now)
    return replace(done, alerts=alerts)


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a period is rated by, beside its usage."""

    account: BillingAccount
    period: BillingPeriod
    as_of: datetime
    lists: PriceLists
    agreed: Sequence[Agreement]


def _attempt(
    basis: _Basis, usage: KnownUsage, charges: Charges
) -> tuple[PeriodSummary, list[PeriodSummary], Rated] | None:
    """Rate and store; None where the period has been invoiced.

    Returns:
        The summary, those of the newest periods, and what was done.

    Raises:
        Conflict: somebody stored something else meanwhile.
    """
    account, period, agreed = basis.account, basis.period, basis.agreed
    # What is stored is read before the usage: whoever stores meanwhile is noticed.
    shown = charges.overview_digest(account.id)
    latest = charges.latest(account.id, 2)
    known = {stored.summary.period.id: stored for stored in latest}
    seen = known.get(period.id) or charges.stored(account.id, period.id)
    if seen is not None and seen.invoice is not None:
        return None
    used = usage_of(account, period, usage)
    spent = used_credits(account.id, period.id, agreed, charges)
    rated = rate(
        used.groups,
        basis.lists,
        period,
        agreements=agreed,
        used_credits=spent,
        as_of=basis.as_of,
    )
    left = open_credit(rated.line_items, agreed, spent, period.last_day)
    waiting = (used.rejects, used.holds)
    summary = summarize(account.id, rated, basis.as_of, *waiting, open_credit=left)
    changed = charges.put(summary, rated, seen=seen)
    if used_credits(account.id, period.id, agreed, charges) != spent:
        # The other one may have looked for periods after it before this one was there.
        raise Conflict(f"credits of {account.id} were used elsewhere meanwhile")
    newest = _newest([summary, *(stored.summary for stored in latest)])
    overview = rated_overview(account, newest[0], newest[1] if len(newest) > 1 else None)
    charges.put_overview(account.id, overview, seen=shown)
    unpriced = sum(each.usages for each in summary.unpriced)
    return summary, newest, Rated(used.count, len(rated.line_items), unpriced, changed, 0)


def _newest(summaries: Iterable[PeriodSummary]) -> list[PeriodSummary]:
    """Return the newest two periods, newest first; of one period the first that is given."""
    by_period: dict[str, PeriodSummary] = {}
    for summary in summaries:
        by_period.setdefault(summary.period.id, summary)
    return [by_period[period] for period in sorted(by_period, reverse=True)[:2]]
