"""Payments, top-ups and what they paid as documents."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from chalicelib.currencies import payable
from chalicelib.invoicing.documents import Reference
from chalicelib.ledger.gateways import Unposted
from chalicelib.ledger.payments import Payment, TopUp
from chalicelib.money import Money
from chalicelib.periods import instant_text
from chalicelib.reporting.documents import Document, money_document


class Part(Protocol):
    """How much of a document was paid."""

    @property
    def document(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def amount(self) -> Decimal: ...


def payment_document(payment: Payment, account: Document) -> Document:
    """Return a payment or a refund.

    Args:
        account: its id and name.
    """
    return {
        "id": payment.id,
        "kind": payment.kind,
        "account": account,
        "day": payment.day.isoformat(),
        "amount": money_document(payable(payment.amount)),
        "method": payment.method,
        "reference": payment.reference,
        "received_at": instant_text(payment.received_at),
        "by": payment.by,
        "source": payment.source,
    }


def top_up_document(top_up: TopUp, account: Document, receipt: Reference | None) -> Document:
    """Return a top-up with its receipt, if it has one."""
    return {
        "id": top_up.id,
        "account": account,
        "day": top_up.day.isoformat(),
        "amount": money_document(payable(top_up.amount)),
        "grant": top_up.grant.value,
        "method": top_up.method or None,
        "reference": top_up.reference,
        "expires_on": None if top_up.expires_on is None else top_up.expires_on.isoformat(),
        "note": top_up.note,
        "topped_up_at": instant_text(top_up.topped_up_at),
        "by": top_up.by,
        "source": top_up.source,
        "receipt": None if receipt is None else {"id": receipt.document, "number": receipt.number},
    }


def unposted_document(unposted: Unposted, account: Document | None) -> Document:
    """Return an event that a gateway told and that could not be posted.

    Args:
        account: its id and name, None where it is not known any more.
    """
    event, dismissed = unposted.event, unposted.dismissed
    kind = "refund" if event.kind == "refunded" else "payment"
    return {
        "id": event.id,
        "gateway": unposted.gateway,
        "kind": "top_up" if (kind, event.purpose) == ("payment", "top_up") else kind,
        "account": account,
        "amount": money_document(payable(event.amount)),
        "reference": event.reference,
        "at": instant_text(event.at),
        "reason": unposted.reason,
        "state": unposted.state,
        "dismissed": None
        if dismissed is None
        else {
            "by": dismissed.by,
            "at": instant_text(dismissed.at),
            "reason": dismissed.reason,
        },
    }


def parts_document(parts: Iterable[Part], currency: str) -> list[Document]:
    """Return which documents were paid, and how much of each."""
    return [
        {
            "document": part.document,
            "number": part.number,
            "amount": money_document(payable(Money(part.amount, currency))),
        }
        for part in parts
    ]
