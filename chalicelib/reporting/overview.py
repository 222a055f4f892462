"""The overview as it is asked for: what was rated, with the budget and what is of this moment."""

from datetime import date, datetime, timedelta

from chalicelib.accounts import BillingAccount
from chalicelib.budgets.budgets import Budget, status
from chalicelib.currencies import zero
from chalicelib.metering.progress import ConnectionProgress
from chalicelib.money import Money
from chalicelib.periods import instant_text, time_zone_named
from chalicelib.reporting.billing_overview import overview_documents, overview_wallet
from chalicelib.reporting.documents import (
    Document,
    account_document,
    money_document,
    number_text,
)

# CloudStack measures a day once it is over; two days without news mean that something is stuck.
_STALE_AFTER = timedelta(hours=48)


def unrated_overview(account: BillingAccount) -> Document:
    """Return what `rated_overview` returns, for an account nothing has been rated of yet."""
    return {
        "account": account_document(account),
        "as_of": None,
        "period": None,
        "summary": None,
        "services": [],
        "exchange_rates": [],
        "warnings": [],
    }


def overview(
    rated: Document, budget: Budget | None, now: datetime, billing: Document | None = None
) -> Document:
    """Return the whole overview of a billing account.

    Args:
        rated: what `rated_overview` or `unrated_overview` returned.
        now: tells whether the figures are stale, and what is overdue.
        billing: what `billing_after` returned; None where nothing was ever posted.
    """
    as_of = rated["as_of"]
    stale = as_of is not None and now - datetime.fromisoformat(str(as_of)) > _STALE_AFTER
    return {
        **rated,
        "stale": stale,
        "invoices": overview_documents(billing, _today(rated, now)),
        "wallet": overview_wallet(billing),
        "budget": _budget(budget, rated["summary"]),
    }


def collection_warning(progress: ConnectionProgress) -> Document:
    """Return the warning about a connection whose last collection went wrong."""
    at = "" if progress.error_at is None else f" ({instant_text(progress.error_at)})"
    message = f"collecting from {progress.connection} failed: {progress.error}{at}"
    return {"kind": "collection", "count": 1, "message": message}


def budget_document(budget: Budget) -> Document:
    """Return a budget as its owner set it."""
    return {
        "id": budget.id,
        "amount": money_document(budget.amount),
        "thresholds": [number_text(level) for level in budget.thresholds],
        "recipients": list(budget.recipients),
    }


def _today(rated: Document, now: datetime) -> date:
    """Return which day it is where the account is."""
    account = rated["account"]
    assert isinstance(account, dict), "an overview names its account"
    return now.astimezone(time_zone_named(account["time_zone"])).date()


def _budget(budget: Budget | None, summary: object) -> Document | None:
    """Return the budget with where spend stands against it."""
    if budget is None:
        return None
    spend = zero(budget.amount.currency)
    if isinstance(summary, dict):
        rated = summary["month_to_date"]["amount"]
        spend = Money.of(rated["amount"], rated["currency"])
    against = status(budget, spend)
    return {
        **budget_document(budget),
        "spend": money_document(against.spend),
        "difference": money_document(against.difference),
        "percent": number_text(against.percent),
        "crossed": [number_text(level) for level in against.crossed],
        "state": against.state,
    }
