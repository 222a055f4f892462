"""Alerts: the recorded fact that spend crossed a threshold, once for each period."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from chalicelib.budgets.budgets import Budget, crossed, is_crossed
from chalicelib.money import Money
from chalicelib.periods import Period

# Usage of a period's last day comes within a day of its end; a week allows for a stalled
# collection. Later changes of an old period are corrections, not news about a budget.
_WATCHED_AFTER_END = timedelta(days=7)


class Watch(msgspec.Struct, frozen=True):
    """Which thresholds of a budget have been alerted in one period.

    Attributes:
        period: `YYYY-MM`.
        generation: how often raising the budget re-armed a threshold; part of an alert's id, so
            that a threshold crossed again after that is another alert.
    """

    account: str
    budget: str
    period: str
    alerted: frozenset[Decimal] = frozenset()
    generation: int = 0


class Spend(msgspec.Struct, frozen=True):
    """What is known of an account's spend in one period.

    Attributes:
        top: the dearest services, by name, descending.
    """

    account: str
    period: str
    span: Period
    amount: Money
    as_of: datetime
    forecast: Money | None
    top: tuple[tuple[str, Money], ...]


class Alert(msgspec.Struct, frozen=True):
    """The fact that spend crossed a threshold of a budget.

    Attributes:
        id: derived from period, budget, threshold and generation.
        threshold: percent of the budget.
    """

    id: str
    account: str
    budget: Budget
    threshold: Decimal
    spend: Spend
    raised_at: datetime


def is_watched(spend: Spend) -> bool:
    """Tell whether budgets are still checked against this period."""
    return spend.as_of <= spend.span.end + _WATCHED_AFTER_END


def due_alerts(budget: Budget, watch: Watch, spend: Spend, now: datetime) -> list[Alert]:
    """Return an alert for each threshold that is crossed and not yet alerted, ascending.

    There is none where the budget was set after the period: no mail tells of a plan that was
    made later than what it is compared with.
    """
    if not budget.holds_for(spend.span):
        return []
    return [
        Alert(_alert_id(watch, level), budget.account, budget, level, spend, now)
        for level in crossed(budget, spend.amount)
        if level not in watch.alerted
    ]


def alerted(watch: Watch, levels: Sequence[Decimal]) -> Watch:
    """Return the watch after alerts of `levels` were raised."""
    return replace(watch, alerted=watch.alerted | frozenset(levels))


def rearmed(budget: Budget, watch: Watch, spend: Money) -> Watch:
    """Return the watch after the budget was changed: what is no longer crossed may alert again.

    >>> budget = Budget("a", "monthly", Money.of("400", "EUR"), (Decimal(50),), ())
    >>> watch = Watch("a", "monthly", "2026-11", frozenset({Decimal(50)}))
    >>> rearmed(budget, watch, Money.of("150", "EUR")).alerted
    frozenset()
    """
    still = frozenset(level for level in watch.alerted if is_crossed(level, budget.amount, spend))
    if still == watch.alerted:
        return watch
    return replace(watch, alerted=still, generation=watch.generation + 1)


def _alert_id(watch: Watch, level: Decimal) -> str:
    return f"{watch.period}.{watch.budget}.{level:f}.{watch.generation}"
