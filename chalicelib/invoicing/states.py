"""What state a document is in; derived from what it is and what is still open of it."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from chalicelib.invoicing.documents import Document, Kind, Reference
from chalicelib.invoicing.identity import digest

_ZERO = Decimal(0)


class State(StrEnum):
    """What state a document is in. Overdue is none: it depends on the day."""

    DRAFT = "draft"
    ISSUED = "issued"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


class Head(msgspec.Struct, frozen=True):
    """What a list tells of a document.

    Attributes:
        hash: SHA-256 of all that the document says.
        ended: `void` or `uncollectible`; empty while neither.
        credited: what credit notes have taken back of it.
    """

    id: str
    account: str
    kind: Kind
    number: str
    issuer: str
    period: str
    issued_on: date
    due_on: date | None
    total: Decimal
    currency: str
    hash: str
    refers_to: Reference | None = None
    ended: str = ""
    credited: Decimal = _ZERO


def head_of(document: Document) -> Head:
    """Return what a list tells of a document that has just been issued."""
    return Head(
        id=document.id,
        account=document.account,
        kind=document.kind,
        number=document.number,
        issuer=document.issuer_id,
        period=document.period,
        issued_on=document.issued_on,
        due_on=document.due_on,
        total=document.total,
        currency=document.currency,
        hash=digest(document),
        refers_to=document.refers_to,
    )


def state_of(head: Head, open_now: Decimal) -> State:
    """Return the state of a document.

    An invoice that credit notes take back in full is void. Credit notes ask for nothing: they are
    issued, as receipts are paid.

    Args:
        open_now: what the ledger has open of it.
    """
    if not head.number:
        return State.DRAFT
    if head.kind is not Kind.INVOICE:
        return State.ISSUED if head.kind is Kind.CREDIT_NOTE else State.PAID
    if head.ended:
        return State(head.ended)
    asked_for = head.total - head.credited
    if head.credited and asked_for <= 0:
        return State.VOID
    if open_now <= 0:
        return State.PAID
    return State.ISSUED if open_now >= asked_for else State.PARTIALLY_PAID


def is_overdue(head: Head, open_now: Decimal, today: date) -> bool:
    """Tell whether a document should have been paid before today.

    Args:
        today: where the issuer is; on the due day itself it is not overdue yet.
    """
    waits = state_of(head, open_now) in (State.ISSUED, State.PARTIALLY_PAID)
    asks = head.kind is Kind.INVOICE and head.due_on is not None
    return waits and asks and head.due_on is not None and head.due_on < today
