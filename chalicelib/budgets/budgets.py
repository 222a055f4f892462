"""Budgets: an amount for a month, the thresholds to warn at, and whom to warn."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import TypeVar

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.emails import checked_emails
from chalicelib.errors import InvalidInput
from chalicelib.money import EXACT, Money
from chalicelib.periods import Period

MOST_RECIPIENTS = 10
MOST_THRESHOLDS = 10
_LARGEST = Decimal(999_999_999_999)
_HIGHEST_THRESHOLD = Decimal(1000)
_T = TypeVar("_T")
_BUDGET_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Budget(msgspec.Struct, frozen=True):
    """Planned spend of a billing account for each month; it limits nothing by itself.

    Attributes:
        thresholds: percent of `amount`, ascending.
        recipients: e-mail addresses.
        set_at: when it was set to what it is; None for a budget that was always there.
    """

    account: str
    id: str
    amount: Money
    thresholds: tuple[Decimal, ...]
    recipients: tuple[str, ...]
    set_at: datetime | None = None

    def holds_for(self, period: Period) -> bool:
        """Tell whether it was set before `period` was over: nobody planned a month gone by."""
        return self.set_at is None or self.set_at < period.end


class BudgetStatus(msgspec.Struct, frozen=True):
    """Where spend stands against a budget.

    Attributes:
        percent: spend of budget, one decimal, cut off rather than rounded: 99.97 % is not 100.
        crossed: the thresholds that spend has reached.
        state: `ok`, `warning` (a threshold is crossed) or `exceeded` (spend is above the amount).
    """

    spend: Money
    difference: Money
    percent: Decimal
    crossed: tuple[Decimal, ...]
    state: str


def checked_budget(
    account: str,
    budget_id: str,
    *,
    amount: Money,
    thresholds: Sequence[Decimal],
    recipients: Sequence[str],
    currency: str,
) -> Budget:
    """Return the budget that somebody asked for.

    Args:
        currency: of the billing account; budgets are in no other.

    Raises:
        InvalidInput: with a reason for every field that is wrong.
    """
    if not _BUDGET_ID.fullmatch(budget_id):
        raise InvalidInput("a budget's id is 1 to 40 of a-z, 0-9 and -", {"id": "not a valid id"})
    wrong: dict[str, str] = {}
    _try("amount", wrong, lambda: _check_amount(amount, currency))
    levels = _try("thresholds", wrong, lambda: _checked_thresholds(thresholds)) or ()
    addresses = (
        _try("recipients", wrong, lambda: checked_emails(recipients, 1, MOST_RECIPIENTS)) or ()
    )
    if wrong:
        raise InvalidInput("; ".join(wrong.values()), wrong)
    digits = minor_unit(currency)
    return Budget(account, budget_id, amount.rounded(digits), levels, addresses)


def status(budget: Budget, spend: Money) -> BudgetStatus:
    """Return where `spend` stands against `budget`."""
    crossed_levels = crossed(budget, spend)
    exceeded = spend.amount > budget.amount.amount
    percent = EXACT.divide(EXACT.multiply(spend.amount, Decimal(100)), budget.amount.amount)
    return BudgetStatus(
        spend=spend,
        difference=budget.amount - spend,
        percent=percent.quantize(Decimal("0.1"), rounding=ROUND_DOWN, context=EXACT),
        crossed=crossed_levels,
        state="exceeded" if exceeded else "warning" if crossed_levels else "ok",
    )


def crossed(budget: Budget, spend: Money) -> tuple[Decimal, ...]:
    """Return the thresholds that `spend` has reached, ascending; reaching one crosses it.

    >>> budget = Budget("a", "monthly", Money.of("200", "EUR"), (Decimal(50), Decimal(80)), ())
    >>> crossed(budget, Money.of("100.00", "EUR"))
    (Decimal('50'),)
    """
    return tuple(level for level in budget.thresholds if is_crossed(level, budget.amount, spend))


def is_crossed(threshold: Decimal, amount: Money, spend: Money) -> bool:
    """Tell whether `spend` has reached `threshold` percent of `amount`.

    Raises:
        CurrencyMismatch: spend and budget are in two currencies.
    """
    hundredth = EXACT.divide(EXACT.multiply(threshold, amount.amount), Decimal(100))
    return (spend - Money(hundredth, amount.currency)).amount >= 0


def _try(field: str, wrong: dict[str, str], check: Callable[[], _T]) -> _T | None:
    try:
        return check()
    except InvalidInput as reason:
        wrong[field] = str(reason)
        return None


def _check_amount(amount: Money, currency: str) -> None:
    digits = minor_unit(currency)
    if amount.currency != currency:
        raise InvalidInput(f"the budget must be in {currency}, the currency of the account")
    if not amount.amount.is_finite():
        raise InvalidInput("the amount must be a number")
    if amount.amount <= 0:
        raise InvalidInput("the amount must be more than zero")
    if amount.amount > _LARGEST:
        raise InvalidInput(f"the amount must be at most {_LARGEST}")
    if amount.amount != amount.rounded(digits).amount:
        raise InvalidInput(f"{currency} has {digits} decimals; give no more")


def _checked_thresholds(thresholds: Sequence[Decimal]) -> tuple[Decimal, ...]:
    if not 1 <= len(thresholds) <= MOST_THRESHOLDS:
        raise InvalidInput(f"give 1 to {MOST_THRESHOLDS} thresholds")
    for level in thresholds:
        if not level.is_finite() or not 0 < level <= _HIGHEST_THRESHOLD:
            raise InvalidInput("a threshold is more than 0 and at most 1000 percent")
        if level != level.quantize(Decimal("0.01")):
            raise InvalidInput("a threshold has at most two decimals")
    if len(set(thresholds)) != len(thresholds):
        raise InvalidInput("two thresholds are alike")
    return tuple(sorted(Decimal(format(level.normalize(), "f")) for level in thresholds))
