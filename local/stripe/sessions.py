"""Checkout Sessions, what became of them, and the events that tell of it."""

import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.stripe.errors import Refused
from local.stripe.parameters import Asked, read_parameters

API_VERSION = "2025-03-31.basil"


@dataclass
class Session:
    """One page to pay on.

    Attributes:
        status: `open`, `complete`, or `expired` once its time is over.
        paid: `unpaid`, `paid`, or `pending` while the money is on its way.
        refunded: how much went back, in what Stripe counts.
        told: what the webhook answered to each event, newest last.
    """

    id: str
    asked: Asked
    created: int
    status: str = "open"
    paid: str = "unpaid"
    refunded: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def intent(self) -> str:
        """Return the id of its PaymentIntent."""
        return f"pi_{self.id.removeprefix('cs_test_')}"

    @property
    def charge(self) -> str:
        """Return the id of its Charge."""
        return f"ch_{self.id.removeprefix('cs_test_')}"


class Sessions:
    """All pages there are.

    Args:
        now: what time it is.
        url: of the pages, without a slash at its end.
    """

    def __init__(self, now: Callable[[], datetime], url: str) -> None:
        self._now = now
        self._url = url
        self._lock = threading.Lock()
        self._by_id: dict[str, Session] = {}
        self._answers: dict[str, tuple[Mapping[str, str], Session]] = {}

    def all(self) -> list[Session]:
        """Return every page, newest first."""
        with self._lock:
            return list(reversed(self._by_id.values()))

    def find(self, session_id: str) -> Session | None:
        """Return the page of an id."""
        session = self._by_id.get(session_id)
        if session and session.status == "open":
            if session.asked.expires_at <= self._now().timestamp():
                session.status = "expired"
        return session

    def open(self, form: Mapping[str, str], key: str) -> tuple[dict[str, Any], bool]:
        """Return the object of a page, and whether it was there: the same key has the same page.

        Raises:
            Refused: a parameter is wrong, or the key came with other parameters before.
        """
        with self._lock:
            if key in self._answers:
                before, session = self._answers[key]
                if before != dict(form):
                    raise Refused(
                        400,
                        "Keys for idempotent requests can only be used with the same parameters "
                        "they were first used with.",
                        kind="idempotency_error",
                    )
                return self.content(session), True
            asked = read_parameters(form, self._now())
            session_id = f"cs_test_{secrets.token_hex(24)}"
            session = Session(session_id, asked, int(self._now().timestamp()))
            self._by_id[session.id] = session
            if key:
                self._answers[key] = (dict(form), session)
            return self.content(session), False

    def content(self, session: Session) -> dict[str, Any]:
        """Return a page as Stripe's API shows it."""
        asked = session.asked
        return {
            "id": session.id,
            "object": "checkout.session",
            "adaptive_pricing": {"enabled": False},
            "amount_subtotal": asked.amount,
            "amount_total": asked.amount,
            "cancel_url": asked.cancel_url,
            "client_reference_id": asked.reference or None,
            "created": session.created,
            "currency": asked.currency,
            "currency_conversion": None,
            "customer_details": {"email": asked.email or None},
            "customer_email": asked.email or None,
            "expires_at": asked.expires_at,
            "livemode": False,
            "metadata": asked.metadata,
            "mode": "payment",
            "payment_intent": None if session.status == "open" else session.intent,
            "payment_method_types": ["card"],
            "payment_status": "paid" if session.paid == "paid" else "unpaid",
            "status": session.status,
            "success_url": asked.success_url,
            "url": f"{self._url}/c/pay/{session.id}" if session.status == "open" else None,
        }

    def pay(self, session: Session, *, later: bool = False) -> dict[str, Any]:
        """Return the event of a page that was paid, at once or by a way that takes days.

        Raises:
            Refused: it is not open any more.
        """
        if session.status != "open":
            raise Refused(400, f"This Checkout Session is {session.status}.")
        session.status, session.paid = "complete", "pending" if later else "paid"
        return self._event("checkout.session.completed", self.content(session))

    def settle(self, session: Session, *, arrived: bool) -> dict[str, Any]:
        """Return the event of money that has arrived, or will not.

        Raises:
            Refused: none is on its way.
        """
        if session.paid != "pending":
            raise Refused(400, "No payment is on its way.")
        session.paid = "paid" if arrived else "unpaid"
        outcome = "succeeded" if arrived else "failed"
        return self._event(f"checkout.session.async_payment_{outcome}", self.content(session))

    def refund(self, session: Session, amount: int) -> dict[str, Any]:
        """Return the event of money that went back.

        Raises:
            Refused: it is more than is left.
        """
        left = session.asked.amount - session.refunded if session.paid == "paid" else 0
        if not 0 < amount <= left:
            raise Refused(400, f"Refund amount ({amount}) is greater than charge amount ({left}).")
        before, session.refunded = session.refunded, session.refunded + amount
        charge = {
            "id": session.charge,
            "object": "charge",
            "amount": session.asked.amount,
            "amount_captured": session.asked.amount,
            "amount_refunded": session.refunded,
            "captured": True,
            "created": session.created,
            "currency": session.asked.currency,
            "livemode": False,
            "metadata": session.asked.intent_metadata,
            "paid": True,
            "payment_intent": session.intent,
            "refunded": session.refunded == session.asked.amount,
            "status": "succeeded",
        }
        return self._event("charge.refunded", charge, {"amount_refunded": before})

    def _event(
        self, kind: str, content: Mapping[str, Any], before: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        data: dict[str, Any] = {"object": content}
        if before is not None:
            data["previous_attributes"] = before
        return {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": API_VERSION,
            "created": int(self._now().timestamp()),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }


def signed(event: Mapping[str, Any], secret: str, seconds: int) -> tuple[bytes, str]:
    """Return the body of a webhook call, and the header that signs it."""
    # Indented, as Stripe sends it: whoever signs what was parsed and written again gets it wrong.
    body = json.dumps(event, indent=2).encode()
    mac = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={seconds},v1={mac},v0={mac[::-1]}"
