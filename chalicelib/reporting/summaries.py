"""The summary of a rated period: every figure that a screen, a budget or a mail needs of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

import msgspec

from chalicelib.budgets.alerts import Spend
from chalicelib.budgets.forecasts import forecast
from chalicelib.currencies import zero
from chalicelib.exchange_rates import Conversion
from chalicelib.money import EXACT, Money
from chalicelib.periods import BillingPeriod
from chalicelib.rating.basis import Basis
from chalicelib.rating.line_items import CREDIT, HEADINGS, Category, RatedPeriod, Unpriced

_TOP = 3


class PeriodSummary(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one billing period of an account comes to so far, before tax.

    Attributes:
        as_of: usage has been collected up to this instant without a gap.
        total: sum of `services`, and of `days`.
        services: amount by service id, dearest first.
        rejects, holds: usage records that wait for the operator's decision, by reason.
        unpriced: usage that has no price.
        credits: how much of each promotional credit it used up, by its id.
        open_credit: how much is left of those that hold at `as_of`.
        conversion: what amounts of the base list were converted by, if any were.
    """

    account: str
    period: BillingPeriod
    as_of: datetime
    total: Money
    services: tuple[tuple[str, Money], ...]
    days: tuple[tuple[date, Money], ...]
    rejects: Mapping[str, int]
    unpriced: tuple[Unpriced, ...]
    holds: Mapping[str, int] = msgspec.field(default_factory=dict)
    credits: Mapping[str, Decimal] = msgspec.field(default_factory=dict)
    open_credit: Decimal = Decimal(0)
    conversion: Conversion | None = None

    @property
    def forecast(self) -> Money | None:
        """What the period is expected to come to; None while that cannot be told.

        What is left of credits pays for what is still to come.
        """
        used = sum(self.credits.values(), Decimal(0))
        spent = Money(self.total.amount + used, self.total.currency)
        expected = forecast(spent, self.period.span, self.as_of)
        if expected is None:
            return None
        return expected - Money(min(expected.amount, used + self.open_credit), expected.currency)

    @property
    def complete(self) -> bool:
        """Whether all usage of the period has been collected."""
        return self.as_of >= self.period.span.end


class Stored(msgspec.Struct, frozen=True):
    """What is stored of a rated period.

    Attributes:
        digest: of its charges and its summary.
        invoice: id of the document it was invoiced with; None while it may still be rated.
    """

    summary: PeriodSummary
    digest: str
    invoice: str | None = None


class Kept(msgspec.Struct, frozen=True):
    """All that is stored of a rated period.

    Attributes:
        basis: None where it was stored before there was one.
    """

    stored: Stored
    rated: RatedPeriod
    basis: Basis | None


class Amended(msgspec.Struct, frozen=True):
    """An invoiced period as it comes out now.

    Attributes:
        rated: with the usage known now.
        billed: as it stood at the last correction; None before there was any.
        digest: of `rated`.
        is_billed: whether the last correction was made up to it.
    """

    rated: RatedPeriod
    billed: RatedPeriod | None
    digest: str
    is_billed: bool


def used_of_credits(summaries: Iterable[PeriodSummary]) -> dict[str, Decimal]:
    """Return how much of each promotional credit periods have used up, by its id."""
    used: dict[str, Decimal] = {}
    for summary in summaries:
        for credit, amount in summary.credits.items():
            used[credit] = EXACT.add(used.get(credit, Decimal(0)), amount)
    return used


def summarize(
    account: str,
    rated: RatedPeriod,
    as_of: datetime,
    rejects: Mapping[str, int],
    holds: Mapping[str, int],
    *,
    open_credit: Decimal = Decimal(0),
) -> PeriodSummary:
    """Return the summary of a rated period."""
    services: dict[str, Decimal] = defaultdict(Decimal)
    days: dict[date, Decimal] = defaultdict(Decimal)
    for line in rated.line_items:
        services[line.service] += line.amount.amount
        for charge in line.charges:
            days[charge.day] += charge.amount.amount
    credits = {
        line.meter.removeprefix(CREDIT): -line.amount.amount
        for line in rated.line_items
        if line.category is Category.CREDIT
    }
    ordered = sorted(services.items(), key=lambda each: (-each[1], each[0]))
    currency = rated.currency
    return PeriodSummary(
        account=account,
        period=rated.period,
        as_of=as_of,
        total=zero(rated.currency) + rated.total,
        services=tuple((service, Money(amount, currency)) for service, amount in ordered),
        days=tuple((day, Money(amount, currency)) for day, amount in sorted(days.items())),
        rejects=dict(sorted(rejects.items())),
        holds=dict(sorted(holds.items())),
        unpriced=rated.unpriced,
        credits=credits,
        open_credit=open_credit,
        conversion=rated.conversion,
    )


def spend_of(summary: PeriodSummary) -> Spend:
    """Return what budgets need to know of a period."""
    span = summary.period.span
    return Spend(
        account=summary.account,
        period=summary.period.id,
        span=span,
        amount=summary.total,
        as_of=summary.as_of,
        forecast=summary.forecast,
        top=tuple((HEADINGS[service], amount) for service, amount in summary.services[:_TOP]),
    )
