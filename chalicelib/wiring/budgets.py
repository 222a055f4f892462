"""Budgets, with everything their runs need from the wiring."""

from datetime import datetime

from chalicelib.accounts import BillingAccount
from chalicelib.budgets.budgets import Budget
from chalicelib.runs import set_budget as runs
from chalicelib.wiring import Wiring


def set_budget(wired: Wiring, account: BillingAccount, budget: Budget, now: datetime) -> int:
    """Set a budget; return how many alerts it raised at once."""
    return runs.set_budget(
        account,
        budget,
        budgets=wired.budgets,
        charges=wired.charges,
        site_url=wired.settings.site_url,
        now=now,
    )
