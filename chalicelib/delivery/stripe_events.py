"""What Stripe tells of payments: events that it signs and sends."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from chalicelib.delivery.stripe_amounts import of_minor_units
from chalicelib.errors import InvalidInput
from chalicelib.ledger.gateways import EventKind, GatewayEvent, Purpose, event_id

_TOLERANCE = timedelta(seconds=300)
_SESSION_EVENTS: dict[str, EventKind] = {
    "checkout.session.completed": "paid",
    "checkout.session.async_payment_succeeded": "paid",
    "checkout.session.async_payment_failed": "failed",
}
_REFUNDED = "charge.refunded"


class _Meant(msgspec.Struct):
    """What a payment was for: our own words, which Stripe keeps and repeats."""

    account: str
    purpose: Purpose
    document: str = ""


class _Session(msgspec.Struct):
    id: str
    payment_status: str = ""
    amount_total: int | None = None
    currency: str | None = None
    metadata: dict[str, str] | None = None
    payment_intent: str | None = None


class _Charge(msgspec.Struct):
    id: str
    amount_refunded: int
    currency: str
    metadata: dict[str, str] | None = None
    payment_intent: str | None = None


class _Before(msgspec.Struct):
    amount_refunded: int = 0


class _Data(msgspec.Struct):
    object: msgspec.Raw
    previous_attributes: msgspec.Raw = msgspec.Raw(b"{}")


class _Event(msgspec.Struct):
    type: str
    created: int
    data: _Data


def check_signature(body: bytes, signature: str, secret: str, now: datetime) -> None:
    """Return nothing if `body` was signed with `secret` within five minutes of `now`.

    The header is `t=<seconds>,v1=<hex>` with one `v1` for each secret in use; what is signed is
    `<seconds>.<body>`, by HMAC-SHA256.

    Raises:
        InvalidInput: it was not.
    """
    pairs = [part.strip().partition("=") for part in signature.split(",")]
    seconds = next((value for name, _, value in pairs if name == "t"), "")
    given = [value for name, _, value in pairs if name == "v1"]
    mac = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256)
    expected = mac.hexdigest().encode()
    # All are compared, so that the time it takes tells nothing.
    matches = [hmac.compare_digest(each.encode(), expected) for each in given]
    if not secret or not any(matches) or not seconds.isdecimal():
        raise InvalidInput("the signature is not Stripe's")
    try:
        age = now - datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        raise InvalidInput("the signature has no time") from None
    if abs(age) > _TOLERANCE:
        raise InvalidInput("the signature is too old, or the clocks differ")


def read_event(body: bytes) -> GatewayEvent | None:
    """Return what an event tells; None where it tells nothing of a payment of ours.

    Raises:
        InvalidInput: it is no event of Stripe.
    """
    try:
        event = msgspec.json.decode(body, type=_Event)
        if event.type in _SESSION_EVENTS:
            return _of_session(event)
        if event.type == _REFUNDED:
            return _of_refund(event)
    except msgspec.DecodeError as error:
        raise InvalidInput(f"no event of Stripe: {error}") from None
    return None


def _of_session(event: _Event) -> GatewayEvent | None:
    """Return what an event of a Checkout Session tells; its payment may still be on the way."""
    kind = _SESSION_EVENTS[event.type]
    session = msgspec.json.decode(event.data.object, type=_Session)
    meant = _meant(session.metadata)
    if meant is None or (kind == "paid" and session.payment_status != "paid"):
        return None
    if not session.amount_total or not session.currency:
        return None
    return GatewayEvent(
        kind=kind,
        id=event_id("stripe", kind, session.id),
        account=meant.account,
        purpose=meant.purpose,
        document=meant.document or None,
        amount=of_minor_units(session.amount_total, session.currency),
        reference=session.payment_intent or session.id,
        at=datetime.fromtimestamp(event.created, UTC),
    )


def _of_refund(event: _Event) -> GatewayEvent | None:
    """Return what went back with this refund; Stripe tells what went back altogether."""
    charge = msgspec.json.decode(event.data.object, type=_Charge)
    meant = _meant(charge.metadata)
    before = msgspec.json.decode(event.data.previous_attributes, type=_Before)
    refunded = charge.amount_refunded - before.amount_refunded
    if meant is None or refunded <= 0:
        return None
    return GatewayEvent(
        kind="refunded",
        id=event_id("stripe", "refunded", charge.id, str(charge.amount_refunded)),
        account=meant.account,
        purpose=meant.purpose,
        document=meant.document or None,
        amount=of_minor_units(refunded, charge.currency),
        reference=charge.payment_intent or charge.id,
        at=datetime.fromtimestamp(event.created, UTC),
    )


def _meant(metadata: Mapping[str, str] | None) -> _Meant | None:
    """Return what a payment was for; None for those that others had made."""
    try:
        return msgspec.convert(metadata or {}, type=_Meant)
    except msgspec.ValidationError:
        return None
