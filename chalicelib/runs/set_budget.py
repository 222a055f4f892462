"""Sets a budget, re-arms what its new amount no longer crosses, and alerts what it does."""

from datetime import datetime

from msgspec.structs import replace

from chalicelib.accounts import BillingAccount
from chalicelib.budgets.alerts import rearmed
from chalicelib.budgets.budgets import Budget
from chalicelib.runs.check_budgets import check_budgets
from chalicelib.runs.ports import Budgets, Charges
from chalicelib.runs.retries import until_settled


def set_budget(
    account: BillingAccount,
    budget: Budget,
    *,
    budgets: Budgets,
    charges: Charges,
    site_url: str,
    now: datetime,
) -> int:
    """Store `budget` and return how many alerts it raised at once.

    Safe to repeat: the same budget again re-arms nothing and alerts nothing.

    Raises:
        Conflict: the budget is being checked all the time; try again.
    """
    newest = charges.newest(account.id, 1)
    current = newest[0] if newest else None

    known = budgets.get(account.id, budget.id)
    set_at = known.set_at if known and replace(known, set_at=None) == budget else now
    budget = replace(budget, set_at=set_at)

    def store() -> None:
        if current is None or current.total.currency != budget.amount.currency:
            budgets.put(budget)
            return
        before = budgets.watch(budget, current.period.id)
        budgets.put(budget, before, rearmed(budget, before, current.total))

    until_settled(store)
    if current is None:
        return 0
    return check_budgets(account, current, budgets=budgets, site_url=site_url, now=now)
