"""`/admin/bank-statements`: payments that a bank's table tells of."""

from datetime import date

import msgspec
from chalice.app import Response

from chalicelib.accounts import BillingAccount
from chalicelib.currencies import minor_unit
from chalicelib.entrypoints.amounts import MoneyBody, line_of, money_of
from chalicelib.entrypoints.named import account_named, names
from chalicelib.entrypoints.payment_routes import LONGEST_REFERENCE, day_of, fact_id_of
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import CSV, LONGEST_ID, Request, wrong
from chalicelib.errors import NotFound, UnknownCurrency
from chalicelib.ledger.bank_matches import matched
from chalicelib.ledger.bank_statements import read_bank_statement, statement_text
from chalicelib.ledger.payments import Payment, payment
from chalicelib.reporting.bank_statements import preview_document
from chalicelib.wiring import bank_statements, payments

_LARGEST_FILE = 1_000_000
_MOST_ROWS = 100


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    day: date
    amount: MoneyBody
    reference: str
    account: str
    document: str | None = None


class _RowsBody(msgspec.Struct, forbid_unknown_fields=True):
    rows: list[_Row]


def preview_bank_statement(request: Request) -> Response:
    """Look at what a bank statement says; nothing is stored."""
    currency = request.query.get("currency") or request.wiring.base_currency
    try:
        minor_unit(currency)
    except UnknownCurrency:
        raise wrong("currency", "is no currency of ISO 4217") from None
    text = statement_text(request.raw(CSV, _LARGEST_FILE))
    statement = read_bank_statement(text, currency)
    wired = request.wiring
    matches = matched(
        statement.rows,
        bank_statements.open_documents(wired),
        bank_statements.payers(wired),
        bank_statements.recorded(wired, statement.rows),
    )
    return reply(preview_document(statement, matches, names(request)))


def record_bank_statement(request: Request) -> Response:
    """Record payments that were found in a bank statement."""
    rows = request.read(_RowsBody).rows
    if not 1 <= len(rows) <= _MOST_ROWS:
        raise wrong("rows", f"give 1 to {_MOST_ROWS} rows")
    if len({row.id for row in rows}) != len(rows) or not all(row.id for row in rows):
        raise wrong("rows", "each needs an id of its own")
    # All are checked before any is recorded.
    made = [_payment(request, row) for row in rows]
    done = [
        payments.record_payment(request.wiring, each, account, request.now, first=first)
        for each, account, first in made
    ]
    new = sum(each.new for each in done)
    return reply({"recorded": new, "already": len(done) - new})


def _payment(request: Request, row: _Row) -> tuple[Payment, BillingAccount, str | None]:
    account = account_named(request, row.account)
    if row.document is not None and not 1 <= len(row.document) <= LONGEST_ID:
        raise NotFound("the account has no such document")
    made = payment(
        account.id,
        day_of(request, row.day, "rows"),
        money_of(row.amount, account.terms.currency, "rows"),
        bank_statements.METHOD,
        line_of(row.reference, "rows", LONGEST_REFERENCE),
        received_at=request.now,
        by=request.sender.user,
        source=bank_statements.SOURCE,
        given_id=fact_id_of(row.id),
    )
    return made, account, row.document
