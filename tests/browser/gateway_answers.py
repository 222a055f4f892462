"""What a payment gateway told and could not be posted, as the billing API answers it."""

from __future__ import annotations

from typing import Any

from .answers import ACME, GLOBEX, Json, money
from .billing_operator_answers import named

REFUND, FOREIGN = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
NO_CREDIT = (
    "the account has 0.00 EUR of credit; no more can be paid back: issue a credit note first"
)


def refund(**changes: Any) -> Json:
    """Return a refund that nobody had issued a credit note for."""
    return {
        "id": REFUND,
        "gateway": "stripe",
        "kind": "refund",
        "account": named(ACME),
        "amount": money("19.00"),
        "reference": "pi_3Qx1",
        "at": "2026-11-03T09:30:00Z",
        "reason": NO_CREDIT,
        "state": "open",
        "dismissed": None,
        **changes,
    }


def dismissed() -> Json:
    """Return a payment in another currency, which somebody settled elsewhere."""
    return refund(
        id=FOREIGN,
        kind="payment",
        account=named(GLOBEX),
        reference="pi_3Qx0",
        at="2026-11-02T08:00:00Z",
        reason="the account pays in INR, not EUR; settle it by hand, then dismiss it here",
        state="dismissed",
        dismissed={"by": "olga", "at": "2026-11-02T10:00:00Z", "reason": "paid back at Stripe"},
    )
