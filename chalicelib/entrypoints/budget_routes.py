"""`/budgets` and `/alerts`."""

import json
from decimal import Decimal

import msgspec
from chalice.app import Response

from chalicelib.budgets.budgets import checked_budget
from chalicelib.currencies import payable
from chalicelib.entrypoints.amounts import MoneyBody
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request
from chalicelib.errors import NotFound
from chalicelib.money import Money
from chalicelib.periods import instant_text
from chalicelib.reporting.documents import money_document, number_text
from chalicelib.reporting.overview import budget_document
from chalicelib.wiring.budgets import set_budget

_ALERTS_A_PAGE = 50


class _BudgetBody(msgspec.Struct, forbid_unknown_fields=True):
    amount: MoneyBody
    thresholds: list[Decimal]
    recipients: list[str]


def list_budgets(request: Request) -> Response:
    """The budgets of an account."""
    budgets = request.wiring.budgets.of(request.account().id)
    return reply({"budgets": [budget_document(budget) for budget in budgets]})


def put_budget(request: Request) -> Response:
    """Set a budget; what is already crossed alerts at once."""
    account, asked = request.account(), request.read(_BudgetBody)
    budget = checked_budget(
        account.id,
        request.path["budget_id"],
        amount=Money(asked.amount.amount, asked.amount.currency),
        thresholds=asked.thresholds,
        recipients=asked.recipients,
        currency=account.terms.currency,
    )
    set_budget(request.wiring, account, budget, request.now)
    return reply(budget_document(budget))


def delete_budget(request: Request) -> Response:
    """Remove a budget."""
    account, budget_id = request.account(), request.path["budget_id"]
    known = len(budget_id) <= LONGEST_ID and request.wiring.budgets.get(account.id, budget_id)
    if not known:
        raise NotFound("no such budget")
    request.wiring.budgets.delete(account.id, budget_id)
    return reply(None, 204)


def list_alerts(request: Request) -> Response:
    """The history of alerts, newest first."""
    found = list(
        request.wiring.budgets.alerts(
            request.account().id, before=request.query.get("next") or None, limit=_ALERTS_A_PAGE
        )
    )
    page = found[:_ALERTS_A_PAGE]
    alerts = [
        {
            "id": key.partition("#")[2],
            "budget": row.budget,
            "period": row.period,
            "threshold": number_text(row.threshold),
            "spend": money_document(payable(Money(row.spend, row.currency))),
            "budget_amount": money_document(payable(Money(row.budget_amount, row.currency))),
            "raised_at": instant_text(row.raised_at),
            "recipients": json.loads(row.recipients),
        }
        for key, row in page
    ]
    return reply({"alerts": alerts, "next": page[-1][0] if len(found) > len(page) else None})
