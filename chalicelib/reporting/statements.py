"""Account statements as documents and as tables."""

import csv
from datetime import datetime, tzinfo
from decimal import Decimal
from io import StringIO

from chalicelib.currencies import payable
from chalicelib.ledger.entries import Fact
from chalicelib.ledger.statements import Movement, Statement
from chalicelib.money import Money
from chalicelib.periods import BillingPeriod, instant_text, time_zone_named
from chalicelib.reporting.documents import Document, money_document, number_text

_WORDS = {
    Fact.INVOICE: "invoice",
    Fact.CREDIT_NOTE: "credit note",
    Fact.PAYMENT: "payment",
    Fact.REFUND: "refund",
    Fact.TOP_UP: "top-up",
    Fact.DRAW_DOWN: "usage drawn from the wallet",
    Fact.EXPIRY: "expired",
    Fact.ALLOCATION: "credit used",
    Fact.WRITE_OFF: "written off",
}
# What a sheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t")


def statement_document(
    told: Statement, account: Document, period: BillingPeriod, now: datetime
) -> Document:
    """Return a month of account statement.

    Args:
        account: its id and name.
    """
    zone = time_zone_named(period.time_zone)
    currency = told.currency
    return {
        "account": account,
        "period": period.id,
        "start": period.days()[0][0].isoformat(),
        "end": period.last_day.isoformat(),
        "time_zone": period.time_zone,
        "currency": currency,
        "opening": _money(told.opening, currency),
        "closing": _money(told.closing, currency),
        "movements": [_movement(each, currency, zone) for each in told.movements],
        "as_of": instant_text(min(now, period.span.end)),
    }


def statement_table(told: Statement, period: BillingPeriod) -> str:
    """Return a month of account statement as a table."""
    zone = time_zone_named(period.time_zone)
    text = StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(("day", "what", "reference", "amount", "balance", "currency"))
    first, last = period.days()[0][0], period.last_day

    def row(day: str, what: str, reference: str, amount: str, balance: Decimal) -> None:
        told_balance = _text(balance, told.currency)
        rows.writerow((day, what, _plain(reference), amount, told_balance, told.currency))

    row(first.isoformat(), "opening balance", "", "", told.opening)
    for each in told.movements:
        day = each.at.astimezone(zone).date().isoformat()
        amount = _text(each.amount, told.currency)
        row(day, _WORDS[each.fact], each.reference, amount, each.balance)
    row(last.isoformat(), "closing balance", "", "", told.closing)
    return text.getvalue()


def _movement(movement: Movement, currency: str, zone: tzinfo) -> Document:
    return {
        "at": instant_text(movement.at),
        "day": movement.at.astimezone(zone).date().isoformat(),
        "fact": movement.fact.value,
        "reference": movement.reference,
        "document": movement.document or None,
        "amount": _money(movement.amount, currency),
        "balance": _money(movement.balance, currency),
    }


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(amount: Decimal, currency: str) -> str:
    return number_text(payable(Money(amount, currency)).amount)


def _money(amount: Decimal, currency: str) -> Document:
    return money_document(payable(Money(amount, currency)))
