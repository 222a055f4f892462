"""Raises an alert, with the mails that tell of it, for each threshold newly crossed."""

from datetime import datetime
from functools import partial

from chalicelib.accounts import BillingAccount
from chalicelib.budgets.alerts import due_alerts, is_watched
from chalicelib.budgets.budgets import Budget
from chalicelib.notifications.alert_messages import alert_messages
from chalicelib.reporting.summaries import PeriodSummary, spend_of
from chalicelib.runs.ports import Budgets
from chalicelib.runs.retries import until_settled


def check_budgets(
    account: BillingAccount,
    summary: PeriodSummary,
    *,
    budgets: Budgets,
    site_url: str,
    now: datetime,
) -> int:
    """Raise the alerts that are due for one period; return how many.

    Safe to repeat: an alert, what was alerted, and the mails to send are one transaction, which
    only one caller wins.

    Raises:
        Conflict: the budget kept changing meanwhile; run it again.
    """
    spend = spend_of(summary)
    if not is_watched(spend):
        return 0

    def check(budget_id: str) -> int:
        budget = budgets.get(account.id, budget_id)
        if budget is None or budget.amount.currency != spend.amount.currency:
            return 0
        return _raise_due(budget)

    def _raise_due(budget: Budget) -> int:
        watch = budgets.watch(budget, spend.period)
        alerts = due_alerts(budget, watch, spend, now)
        for alert in alerts:
            watch = budgets.raise_alert(alert, watch, alert_messages(alert, account, site_url))
        return len(alerts)

    return sum(until_settled(partial(check, budget.id)) for budget in budgets.of(account.id))
