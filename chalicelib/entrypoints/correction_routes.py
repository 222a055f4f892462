"""`/admin/credit-notes`, `/admin/write-offs`, `/admin/void`: what corrects issued invoices."""

from decimal import Decimal

import msgspec
from chalice.app import Response

from chalicelib.accounts import BillingAccount
from chalicelib.entrypoints.amounts import MoneyBody, line_of, money_of
from chalicelib.entrypoints.named import account_named
from chalicelib.entrypoints.payment_routes import fact_id_of, money_told
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request, wrong
from chalicelib.errors import NotFound
from chalicelib.reporting.invoices import summary_document
from chalicelib.runs.credit import Corrected, Credit
from chalicelib.wiring import payments as wired
from chalicelib.wiring.invoices import today_of

_LONGEST_REASON = 500
_MOST_LINES = 500


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    amount: MoneyBody


class _EndBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    account: str
    document: str
    reason: str


class _CreditNoteBody(_EndBody, kw_only=True):
    amount: MoneyBody | None = None
    lines: list[_Line] | None = None
    id: str = ""


def issue_credit_note(request: Request) -> Response:
    """Correct an issued invoice with a credit note."""
    asked = request.read(_CreditNoteBody)
    account = _account(request, asked)
    currency = account.terms.currency
    if asked.amount is not None and asked.lines is not None:
        raise wrong("lines", "give lines or an amount, not both")
    credit = Credit(
        asked.document,
        _reason(asked),
        request.sender.user,
        amounts=None if asked.lines is None else _amounts(asked.lines, currency),
        total=None if asked.amount is None else money_of(asked.amount, currency).amount,
        given_id=fact_id_of(asked.id),
    )
    done = wired.issue_credit_note(request.wiring, credit, account, request.now)
    return _corrected(request, done, account, 201 if done.new else 200)


def void_invoice(request: Request) -> Response:
    """Take back an invoice of which nothing was paid."""
    asked = request.read(_EndBody)
    account = _account(request, asked)
    credit = Credit(asked.document, _reason(asked), request.sender.user, voids=True)
    done = wired.issue_credit_note(request.wiring, credit, account, request.now)
    return _corrected(request, done, account)


def write_off(request: Request) -> Response:
    """Expect no more payment of an invoice."""
    asked = request.read(_EndBody)
    account = _account(request, asked)
    done = wired.write_off(
        request.wiring,
        asked.document,
        account,
        by=request.sender.user,
        reason=_reason(asked),
        now=request.now,
    )
    return _corrected(request, done, account)


def _account(request: Request, asked: _EndBody) -> BillingAccount:
    account = account_named(request, asked.account)
    if not 1 <= len(asked.document) <= LONGEST_ID:
        raise NotFound("the account has no such invoice")
    return account


def _reason(asked: _EndBody) -> str:
    return line_of(asked.reason, "reason", _LONGEST_REASON, least=1)


def _amounts(lines: list[_Line], currency: str) -> dict[str, Decimal]:
    """Return the amounts of lines by id; those of lines below zero are below zero, too."""
    if not 1 <= len(lines) <= _MOST_LINES:
        raise wrong("lines", f"give 1 to {_MOST_LINES} lines")
    amounts: dict[str, Decimal] = {}
    for each in lines:
        if each.id in amounts:
            raise wrong("lines", "two are of the same line")
        taken_off = each.amount.amount < 0 if each.amount.amount.is_finite() else False
        told = MoneyBody(-each.amount.amount, each.amount.currency) if taken_off else each.amount
        amount = money_of(told, currency, "lines").amount
        amounts[each.id] = -amount if taken_off else amount
    return amounts


def _corrected(
    request: Request, done: Corrected, account: BillingAccount, status: int = 200
) -> Response:
    today, standing = today_of(account, request.now), done.standing
    note = done.note
    told = {
        "document": summary_document(done.invoice, standing, today),
        "credit_note": None if note is None else summary_document(note, standing, today),
        "credit": money_told(standing.credit, standing.currency),
    }
    return reply(told, status)
