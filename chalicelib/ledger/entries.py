"""Double entry: every amount goes from one ledger account to another, and is never changed.

The ledger accounts of a billing account, debits above zero:

| name | what it holds |
|---|---|
| `receivable:<document>` | what is still to be paid of an issued document |
| `cash:<method>` | money that came in, or went back |
| `credit` | money of the customer that pays for nothing yet (below zero) |
| `wallet:<lot>` | what is left of a top-up (below zero) |
| `drawn:<period>:<lot>` | prepaid usage drawn from a top-up, not invoiced yet (below zero) |
| `drawn:<period>` | the same, drawn from credit |
| `revenue:<service>` | what was sold, by heading (below zero) |
| `tax:<key>` | tax to be handed on (below zero) |
| `promotions` | money given |
| `write_offs:<document>` | what is not expected to be paid any more |
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

CREDIT, PROMOTIONS = "credit", "promotions"
RECEIVABLE, CASH, WALLET, DRAWN = "receivable:", "cash:", "wallet:", "drawn:"
REVENUE, TAX, WRITE_OFFS = "revenue:", "tax:", "write_offs:"


class Fact(StrEnum):
    """What kind of fact a posting records."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    REFUND = "refund"
    TOP_UP = "top_up"
    DRAW_DOWN = "draw_down"
    EXPIRY = "expiry"
    ALLOCATION = "allocation"
    WRITE_OFF = "write_off"


class Grant(StrEnum):
    """Where the money of a top-up comes from."""

    PURCHASED = "purchased"
    GRANTED = "granted"


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One amount from one ledger account to another.

    Attributes:
        debit: the ledger account it goes to.
        credit: the ledger account it comes from.
        amount: above zero, rounded, in the currency of its posting.
    """

    debit: str
    credit: str
    amount: Decimal


class OpenItem(msgspec.Struct, frozen=True):
    """A document that asks for money, while anything of it is unpaid.

    Attributes:
        document: id; its ledger account is `receivable:<document>`.
        total: what it asked for.
    """

    document: str
    number: str
    issued_on: date
    due_on: date
    total: Decimal


class Lot(msgspec.Struct, frozen=True):
    """A top-up, while anything of it is left.

    Attributes:
        id: of the top-up; its ledger account is `wallet:<id>`.
        expires_on: the first day on which it is no longer there; None for never.
    """

    id: str
    grant: Grant
    topped_up_at: datetime
    expires_on: date | None = None


class Posting(msgspec.Struct, frozen=True):
    """The entries of one fact; they are stored together or not at all.

    Attributes:
        id: derived from what it records: the same fact has the same id.
        reference: what people know it by, such as the number of an invoice.
        items, lots: what the ledger accounts are that it opens.
        by: who said so; empty where the product did.
        day: of what it records, such as the one a payment came in; None for that of `at`.
        document: id of the document that it is about; empty where it is about none, or several.
    """

    id: str
    account: str
    currency: str
    at: datetime
    fact: Fact
    reference: str
    entries: tuple[Entry, ...]
    items: tuple[OpenItem, ...] = ()
    lots: tuple[Lot, ...] = ()
    by: str = ""
    note: str = ""
    day: date | None = None
    document: str = ""
