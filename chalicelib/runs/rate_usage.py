"""Prices what a billing account used in one period, and brings all that shows it up to date."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec.structs import replace as replace_fields

from chalicelib.accounts import BillingAccount
from chalicelib.errors import Conflict
from chalicelib.money import total
from chalicelib.periods import BillingPeriod
from chalicelib.rating.agreements import Credit, those
from chalicelib.rating.balances import open_credit
from chalicelib.rating.basis import basis_of, rated_again
from chalicelib.rating.charges import rate
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.reporting.rated_overview import rated_overview
from chalicelib.reporting.summaries import PeriodSummary, summarize
from chalicelib.runs.check_budgets import check_budgets
from chalicelib.runs.known import Known
from chalicelib.runs.messages import RatingMessage
from chalicelib.runs.ports import (
    AmendedPeriods,
    Budgets,
    Charges,
    KnownUsage,
    Queue,
)
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
    known: Known,
    usage: KnownUsage,
    charges: Charges,
    amended: AmendedPeriods,
    budgets: Budgets,
    ratings: Queue,
    site_url: str,
    now: datetime,
) -> Rated | None:
    """Rate one period of one account; None while nothing has been collected.

    A period that has been invoiced stays as it is; how it comes out now is kept beside it, and
    the next invoice corrects it.

    Safe to repeat: charges are made anew of all usage of the period and stored only where they
    differ. Re-rating is the same function run again.

    Args:
        known: accounts, prices, agreements; read anew where somebody else was quicker.
        ratings: asked for the next period of an account with credits: what one period uses of a
            credit, the next cannot.

    Raises:
        NotFound: there is no such account.
        Conflict: somebody else kept rating the same account; run it again.
    """
    rating = _Rating(account_id, period_id, known, usage, charges, amended)
    settled = until_settled(rating.attempt, rating.begin_anew)
    if settled is None:
        return None
    if isinstance(settled, Rated):
        return settled
    account, summary, newest, done = settled
    if those(Credit, known.agreements(account)):
        later = (each for each in charges.open_periods(account.id) if each > summary.period.id)
        ratings.put_all([RatingMessage(account.id, each) for each in sorted(later)[:1]])
    if summary.period.id not in {each.period.id for each in newest}:
        return done
    alerts = check_budgets(account, summary, budgets=budgets, site_url=site_url, now=now)
    return replace(done, alerts=alerts)


_Settled = tuple[BillingAccount, PeriodSummary, list[PeriodSummary], Rated]


@dataclass(slots=True)
class _Rating:
    """One period of one account, with everything that rates it.

    Attributes:
        anew: whether what is known was read for this rating alone.
    """

    account_id: str
    period_id: str
    known: Known
    usage: KnownUsage
    charges: Charges
    amended: AmendedPeriods
    anew: bool = False

    def begin_anew(self) -> None:
        """Forget what was read before somebody else was quicker."""
        self.known.forget()
        self.anew = True

    def attempt(self) -> _Settled | Rated | None:
        """Rate and store; None while nothing has been collected.

        Raises:
            NotFound: there is no such account.
            Conflict: somebody stored something else meanwhile, or from what is newer.
        """
        known, charges, revision = self.known, self.charges, self.known.revision
        account = known.account(self.account_id)
        period = BillingPeriod(self.period_id, account.terms.time_zone)
        as_of = known.collected_up_to(account, period)
        if as_of is None:
            return None
        # What is stored is read before the usage: whoever stores meanwhile is noticed.
        shown = charges.overview_digest(account.id)
        latest = charges.latest(account.id, 2)
        stored = {each.summary.period.id: each for each in latest}
        seen = stored.get(period.id) or charges.stored(account.id, period.id)
        if seen is not None and seen.invoice is not None:
            return self._amend(account, as_of)
        if seen is not None and seen.summary.as_of > as_of and not self.anew:
            raise Conflict(f"usage of {account.id} was collected further meanwhile")
        agreed = known.agreements(account)
        spent = used_credits(account.id, period.id, agreed, charges)
        used = usage_of(account, period, self.usage)
        lists = known.lists(account, period)
        rated = rate(used.groups, lists, period, agreements=agreed, used_credits=spent, as_of=as_of)
        left = open_credit(rated.line_items, agreed, spent, period.last_day)
        waiting = (used.rejects, used.holds)
        summary = summarize(account.id, rated, as_of, *waiting, open_credit=left)
        basis = basis_of(lists, period, agreed, spent, account.terms.stopped_vms)
        changed = charges.put(summary, rated, seen=seen, revision=revision, basis=basis)
        if used_credits(account.id, period.id, agreed, charges) != spent:
            # The other one may have looked for periods after it before this one was there.
            raise Conflict(f"credits of {account.id} were used elsewhere meanwhile")
        newest = _newest([summary, *(each.summary for each in latest)])
        overview = rated_overview(account, newest[0], newest[1] if len(newest) > 1 else None)
        charges.put_overview(account.id, overview, seen=shown)
        unpriced = sum(each.usages for each in summary.unpriced)
        done = Rated(used.count, len(rated.line_items), unpriced, changed, 0)
        return account, summary, newest, done

    def _amend(self, account: BillingAccount, as_of: datetime) -> Rated:
        """Store how an invoiced period comes out now, where that is another amount."""
        amended, period_id, revision = self.amended, self.period_id, self.known.revision
        seen = amended.digest(account.id, period_id)
        kept = self.charges.kept(account.id, period_id)
        assert kept is not None, "it has been invoiced"
        period, terms = kept.rated.period, account.terms
        lists = self.known.lists(account, period)
        basis = kept.basis or basis_of(
            lists, period, self.known.agreements(account), {}, terms.stopped_vms
        )
        then = replace_fields(terms, stopped_vms=basis.stopped_vms)
        used = usage_of(replace_fields(account, terms=then), period, self.usage)
        rated = rated_again(used.groups, kept.rated, basis, lists, as_of)
        changed = (seen is not None or _differs(rated, kept.rated)) and amended.put(
            account.id, rated, seen=seen, revision=revision
        )
        unpriced = sum(each.usages for each in rated.unpriced)
        return Rated(used.count, len(rated.line_items), unpriced, changed, 0)


def _differs(rated: RatedPeriod, invoiced: RatedPeriod) -> bool:
    """Tell whether a period comes out with other amounts than it was invoiced with."""
    if rated.unpriced:
        return True
    now, then = (
        {
            id: total((line.amount for line in lines), each.currency)
            for id, lines in each.by_id.items()
        }
        for each in (rated, invoiced)
    )
    return now != then


def _newest(summaries: Iterable[PeriodSummary]) -> list[PeriodSummary]:
    """Return the newest two periods, newest first; of one period the first that is given."""
    by_period: dict[str, PeriodSummary] = {}
    for summary in summaries:
        by_period.setdefault(summary.period.id, summary)
    return [by_period[period] for period in sorted(by_period, reverse=True)[:2]]
