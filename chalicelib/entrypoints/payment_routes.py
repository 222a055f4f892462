"""`/admin/payments`, `/admin/refunds`, `/admin/allocations`: money that came in or went back."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec
from chalice.app import Response

from chalicelib.accounts import BillingAccount
from chalicelib.currencies import payable
from chalicelib.entrypoints.amounts import MoneyBody, line_of, money_of
from chalicelib.entrypoints.named import account_name, account_named, month_of, named, names
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request, sensible_day, wrong
from chalicelib.errors import NotFound
from chalicelib.ledger.payments import Method, Payment, payment
from chalicelib.money import Money
from chalicelib.reporting.documents import Document, money_document
from chalicelib.reporting.payments import parts_document, payment_document
from chalicelib.runs.pay import Recorded
from chalicelib.wiring import payments as wired

PAYMENTS_A_PAGE = 200
LONGEST_REFERENCE = 200
_MOST_ALLOCATIONS = 50
_FACT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_PLACE = re.compile(r"\d{4}-\d{2}-\d{2}#[0-9a-f]{1,64}", re.ASCII)


class _Allocation(msgspec.Struct, forbid_unknown_fields=True):
    document: str
    amount: MoneyBody


class _RefundBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    account: str
    day: date
    amount: MoneyBody
    method: Method
    reference: str
    id: str = ""


class _PaymentBody(_RefundBody, kw_only=True):
    allocations: list[_Allocation] | None = None


class _AllocationBody(msgspec.Struct, forbid_unknown_fields=True):
    account: str


def list_payments(request: Request) -> Response:
    """Payments and refunds of a month."""
    month, known = month_of(request), names(request)
    found, more = request.wiring.ledger.payments(month, place_of(request), PAYMENTS_A_PAGE)
    told = [payment_document(each, named(each.account, known)) for each in found]
    return reply({"month": month, "payments": told, "next": more})


def record_payment(request: Request) -> Response:
    """Record a payment of a customer."""
    asked = request.read(_PaymentBody)
    account = account_named(request, asked.account)
    allocations = None if asked.allocations is None else _allocations(asked.allocations, account)
    made = _payment(request, asked, account, "payment")
    done = wired.record_payment(request.wiring, made, account, request.now, allocations=allocations)
    return _recorded(made, account, done)


def record_refund(request: Request) -> Response:
    """Record that credit was paid back."""
    asked = request.read(_RefundBody)
    account = account_named(request, asked.account)
    made = _payment(request, asked, account, "refund")
    return _recorded(made, account, wired.record_refund(request.wiring, made, account, request.now))


def allocate_credit(request: Request) -> Response:
    """Pay open documents with credit."""
    account = account_named(request, request.read(_AllocationBody).account)
    done = wired.allocate_credit(request.wiring, account, request.sender.user, request.now)
    return reply(_paid(done))


def place_of(request: Request) -> str:
    """Return behind which payment or top-up the page begins.

    Raises:
        InvalidInput: it is no place in such a list.
    """
    after = request.query.get("next")
    if after is not None and not _PLACE.fullmatch(after):
        raise wrong("next", "is not known: read the list from its beginning")
    return after or ""


def fact_id_of(text: str) -> str:
    """Return an id that the sender gave to a fact; empty where they gave none.

    Raises:
        InvalidInput: it is none.
    """
    if text and not _FACT_ID.fullmatch(text):
        raise wrong("id", "is 1 to 64 of A-Z, a-z, 0-9, _ and -")
    return text


def day_of(request: Request, day: date, name: str = "day") -> date:
    """Return the day of a body on which money moved.

    Raises:
        InvalidInput: it is in the future, or absurd.
    """
    # It may be tomorrow already where the bank is.
    if sensible_day(day, name) > request.now.date() + timedelta(days=1):
        raise wrong(name, "is in the future")
    return day


def money_told(amount: Decimal, currency: str) -> Document:
    """Return an amount as JSON writes it."""
    return money_document(payable(Money(amount, currency)))


def _payment(
    request: Request,
    asked: _RefundBody,
    account: BillingAccount,
    kind: Literal["payment", "refund"],
) -> Payment:
    return payment(
        account.id,
        day_of(request, asked.day),
        money_of(asked.amount, account.terms.currency),
        asked.method,
        line_of(asked.reference, "reference", LONGEST_REFERENCE),
        received_at=request.now,
        by=request.sender.user,
        kind=kind,
        given_id=fact_id_of(asked.id),
    )


def _allocations(asked: list[_Allocation], account: BillingAccount) -> list[tuple[str, Decimal]]:
    if len(asked) > _MOST_ALLOCATIONS:
        raise wrong("allocations", f"may be up to {_MOST_ALLOCATIONS}")
    for each in asked:
        if not 1 <= len(each.document) <= LONGEST_ID:
            raise NotFound("the account has no such document")
    currency = account.terms.currency
    return [
        (each.document, money_of(each.amount, currency, "allocations").amount) for each in asked
    ]


def _recorded(made: Payment, account: BillingAccount, done: Recorded) -> Response:
    told = {"payment": payment_document(made, account_name(account)), **_paid(done)}
    return reply(told, 201 if done.new else 200)


def _paid(done: Recorded) -> Document:
    currency = done.standing.currency
    return {
        "allocated": parts_document(done.allocated, currency),
        "credit": money_told(done.standing.credit, currency),
    }
