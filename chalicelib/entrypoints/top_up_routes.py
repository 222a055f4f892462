"""`/admin/top-ups`: money put into wallets, bought or given."""

from datetime import date

import msgspec
from chalice.app import Response

from chalicelib.entrypoints.amounts import MoneyBody, line_of, money_of
from chalicelib.entrypoints.named import account_name, account_named, month_of, named, names
from chalicelib.entrypoints.payment_routes import (
    LONGEST_REFERENCE,
    fact_id_of,
    money_told,
    place_of,
)
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, sensible_day, wrong
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.payments import Method, top_up
from chalicelib.reporting.payments import top_up_document
from chalicelib.reporting.wallet import balance_of
from chalicelib.wiring import payments as wired
from chalicelib.wiring.invoices import today_of

_TOP_UPS_A_PAGE = 50
_LONGEST_NOTE = 500


class _TopUpBody(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    amount: MoneyBody
    grant: Grant
    method: Method | None = None
    reference: str = ""
    expires_on: date | None = None
    id: str = ""
    note: str = ""


def list_top_ups(request: Request) -> Response:
    """Top-ups of a month."""
    month, known = month_of(request), names(request)
    found, more = request.wiring.ledger.top_ups(month, place_of(request), _TOP_UPS_A_PAGE)
    receipt_of = wired.receipts(request.wiring)
    told = [top_up_document(each, named(each.account, known), receipt_of(each)) for each in found]
    return reply({"month": month, "top_ups": told, "next": more})


def record_top_up(request: Request) -> Response:
    """Top up the wallet of an account."""
    asked = request.read(_TopUpBody)
    account = account_named(request, asked.account)
    if asked.grant is Grant.PURCHASED and asked.method is None:
        raise wrong("method", "is missing: tell how it was paid")
    expires_on = None if asked.expires_on is None else sensible_day(asked.expires_on, "expires_on")
    made = top_up(
        account.id,
        today_of(account, request.now),
        money_of(asked.amount, account.terms.currency),
        asked.grant,
        topped_up_at=request.now,
        method=asked.method or "",
        reference=line_of(asked.reference, "reference", LONGEST_REFERENCE),
        expires_on=expires_on,
        by=request.sender.user,
        note=line_of(asked.note, "note", _LONGEST_NOTE),
        given_id=fact_id_of(asked.id),
    )
    done = wired.top_up_wallet(request.wiring, made, account, request.now)
    told = {
        "top_up": top_up_document(made, account_name(account), done.receipt),
        "balance": money_told(balance_of(done.standing), done.standing.currency),
    }
    return reply(told, 201 if done.new else 200)
