"""Statements: what moved in a window, between how the account stood before and after.

    statement(standing_before, postings) -> Statement         what is owed
    wallet_statement(standing_before, postings) -> Statement  what can be spent

`standing_before` is `standing_of(account, currency, postings before the window)`.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal

import msgspec

from chalicelib.ledger.entries import Fact, Posting
from chalicelib.ledger.standing import Standing, applied
from chalicelib.money import EXACT


class Movement(msgspec.Struct, frozen=True):
    """What one posting changed.

    Attributes:
        amount: signed; may be zero, as where an invoice was paid when it was issued.
        balance: after it.
        document: id of the document that it is about; empty where it is about none, or several.
    """

    at: datetime
    day: date
    fact: Fact
    reference: str
    document: str
    amount: Decimal
    balance: Decimal
    posting: str


class Statement(msgspec.Struct, frozen=True):
    """Opening balance, movements, closing balance; asks for nothing."""

    account: str
    currency: str
    opening: Decimal
    movements: tuple[Movement, ...]
    closing: Decimal


def statement(standing_before: Standing, postings: Iterable[Posting]) -> Statement:
    """Return the movements of what is owed less credit less what is left of top-ups."""
    return _statement(standing_before, postings, _owed)


def wallet_statement(standing_before: Standing, postings: Iterable[Posting]) -> Statement:
    """Return the movements of what is left of top-ups and credit; those that moved none are out."""
    told = _statement(standing_before, postings, _spendable)
    moved = tuple(each for each in told.movements if each.amount)
    return msgspec.structs.replace(told, movements=moved)


def in_order(postings: Iterable[Posting]) -> list[Posting]:
    """Return postings by when they were made; of the same second by id."""
    return sorted(postings, key=lambda posting: (posting.at, posting.id))


def _statement(
    before: Standing, postings: Iterable[Posting], balance_of: Callable[[Standing], Decimal]
) -> Statement:
    standing, balance = before, balance_of(before)
    opening, movements = balance, []
    for posting in in_order(postings):
        standing = applied(standing, posting)
        after = balance_of(standing)
        movements.append(_movement(posting, EXACT.subtract(after, balance), after))
        balance = after
    return Statement(before.account, before.currency, opening, tuple(movements), balance)


def _movement(posting: Posting, amount: Decimal, balance: Decimal) -> Movement:
    return Movement(
        at=posting.at,
        day=posting.day or posting.at.date(),
        fact=posting.fact,
        reference=posting.reference,
        document=posting.document,
        amount=amount,
        balance=balance,
        posting=posting.id,
    )


def _owed(standing: Standing) -> Decimal:
    return EXACT.subtract(standing.owed, _spendable(standing))


def _spendable(standing: Standing) -> Decimal:
    return EXACT.add(standing.wallet, standing.credit)
