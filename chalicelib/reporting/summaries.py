"""The summary of a rated period: every figure that a screen, a budget or a mail needs of it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import msgspec

from chalicelib.budgets.alerts import Spend
from chalicelib.budgets.forecasts import forecast
from chalicelib.currencies import zero
from chalicelib.metering.meters import SERVICES
from chalicelib.money import Money
from chalicelib.periods import BillingPeriod
from chalicelib.rating.charges import RatedPeriod

_TOP = 3


class PeriodSummary(msgspec.Struct, frozen=True):
    """What one billing period of an account comes to so far, before tax.

    Attributes:
        as_of: usage has been collected up to this instant without a gap.
        total: sum of `services`, and of `days`.
        services: amount by service id, dearest first.
        rejects, holds: usage records that wait for the operator's decision, by reason.
        unpriced: how much usage has no price, in records, by meter.
    """

    account: str
    period: BillingPeriod
    as_of: datetime
    total: Money
    services: tuple[tuple[str, Money], ...]
    days: tuple[tuple[date, Money], ...]
    rejects: Mapping[str, int]
    unpriced: Mapping[str, int]
    holds: Mapping[str, int] = msgspec.field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all usage of the period has been collected."""
        return self.as_of >= self.period.span.end


def summarize(
    account: str,
    rated: RatedPeriod,
    as_of: datetime,
    rejects: Mapping[str, int],
    holds: Mapping[str, int],
) -> PeriodSummary:
    """Return the summary of a rated period."""
    services: dict[str, Decimal] = defaultdict(Decimal)
    days: dict[date, Decimal] = defaultdict(Decimal)
    for line in rated.line_items:
        services[line.service] += line.amount.amount
        for charge in line.charges:
            days[charge.day] += charge.amount.amount
    unpriced: Counter[str] = Counter()
    for each in rated.unpriced:
        unpriced[each.meter] += each.usages
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
        unpriced=dict(sorted(unpriced.items())),
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
        forecast=forecast(summary.total, span, summary.as_of),
        top=tuple((SERVICES[service].name, amount) for service, amount in summary.services[:_TOP]),
    )
