"""Payments over the internet: what a gateway is asked for, and what it tells; pure."""

from datetime import datetime
from hashlib import blake2b
from typing import Literal

import msgspec

from chalicelib.currencies import payable
from chalicelib.errors import InvalidInput
from chalicelib.money import Money

Purpose = Literal["invoice", "top_up"]
EventKind = Literal["paid", "refunded", "failed"]
UnpostedState = Literal["open", "posted", "dismissed"]


class CheckoutOrder(msgspec.Struct, frozen=True):
    """What somebody is about to pay.

    Attributes:
        id: derived from all the rest, so that asking twice within a minute is asking once.
        document: id of the invoice; None for a top-up.
        description: what the payer reads beside the amount.
        email: of the payer, if it is known.
        success_url, cancel_url: where the gateway sends the payer back to.
        asked_at: the minute in which it was asked for, with its zone.
    """

    id: str
    account: str
    purpose: Purpose
    document: str | None
    amount: Money
    description: str
    email: str | None
    success_url: str
    cancel_url: str
    asked_at: datetime


class Checkout(msgspec.Struct, frozen=True):
    """Where somebody pays.

    Attributes:
        url: of the gateway's page.
        id: by which the gateway knows it.
    """

    url: str
    id: str


class GatewayEvent(msgspec.Struct, frozen=True):
    """What became of a payment.

    Attributes:
        id: derived: the same payment, or the same refund, told twice has the same id.
        document: id of the invoice it was meant for; None for a top-up.
        amount: above zero; what was really paid, or of a refund what went back with it.
        reference: by which people find it at the gateway.
        at: when the gateway says it happened.
    """

    kind: EventKind
    id: str
    account: str
    purpose: Purpose
    document: str | None
    amount: Money
    reference: str
    at: datetime


class Dismissal(msgspec.Struct, frozen=True):
    """Who said of an event that it is not to be posted, when, and why."""

    by: str
    at: datetime
    reason: str


class Unposted(msgspec.Struct, frozen=True):
    """An event of ours that could not be posted when it was told.

    Attributes:
        reason: why not, and what to do.
        dismissed: set where it is not to be posted.
    """

    gateway: str
    event: GatewayEvent
    reason: str
    state: UnpostedState = "open"
    dismissed: Dismissal | None = None


def checkout_order(
    *,
    account: str,
    purpose: Purpose,
    document: str | None,
    amount: Money,
    description: str,
    email: str | None,
    success_url: str,
    cancel_url: str,
    now: datetime,
) -> CheckoutOrder:
    """Return the order for a payment of `amount`.

    Raises:
        InvalidInput: the amount is not above zero or cannot be paid, or purpose and document do
            not go together.
    """
    if amount.amount <= 0 or payable(amount).amount != amount.amount:
        raise InvalidInput(
            f"not an amount that can be paid: {amount.amount} {amount.currency}",
            {"amount": "above zero, with no more decimals than the currency has"},
        )
    if (document is None) is (purpose == "invoice"):
        raise InvalidInput(f"a payment of {purpose!r} for document {document!r}")
    order = CheckoutOrder(
        id="",
        account=account,
        purpose=purpose,
        document=document,
        amount=payable(amount),
        description=description,
        email=email or None,
        success_url=success_url,
        cancel_url=cancel_url,
        asked_at=now.replace(second=0, microsecond=0),
    )
    digest = blake2b(msgspec.json.encode(order), digest_size=16).hexdigest()
    return msgspec.structs.replace(order, id=digest)


def event_id(gateway: str, kind: EventKind, *told: str) -> str:
    """Return the id of an event, from what tells it from others at its gateway.

    >>> event_id("stripe", "paid", "cs_1") == event_id("stripe", "paid", "cs_1")
    True
    """
    named = "\x1f".join((gateway, kind, *told))
    return blake2b(named.encode(), digest_size=16).hexdigest()
