"""The parameters of a Checkout Session, taken as Stripe documents them or refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from local.stripe.errors import Refused

# https://docs.stripe.com/api/checkout/sessions/create; what the product does not send is unknown.
REQUIRED = (
    "mode",
    "success_url",
    "line_items[0][quantity]",
    "line_items[0][price_data][currency]",
    "line_items[0][price_data][unit_amount]",
    "line_items[0][price_data][product_data][name]",
)
OPTIONAL = frozenset(
    {
        "cancel_url",
        "client_reference_id",
        "customer_email",
        "expires_at",
        "adaptive_pricing[enabled]",
        "payment_intent_data[description]",
    }
)
METADATA = re.compile(r"(payment_intent_data\[metadata\]|metadata)\[([^\[\]]{1,40})\]")
CURRENCY = re.compile(r"[a-z]{3}")
URL = re.compile(r"https?://[^\s/]+(/\S*)?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
LONGEST_METADATA = 500
LONGEST_REFERENCE = 200
SHORTEST_LIFE, LONGEST_LIFE = timedelta(minutes=30), timedelta(hours=24)
# Half a dollar, or what converts to it; here the same number for whatever has hundredths.
LEAST = 50
MOST = 99_999_999
ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
LAST_DIGITS_ZERO = {
    **dict.fromkeys(("bhd", "jod", "kwd", "omr", "tnd"), 10),
    **dict.fromkeys(("isk", "ugx"), 100),
}


@dataclass(frozen=True)
class Asked:
    """A Checkout Session that was asked for; `amount` is in what Stripe counts."""

    amount: int
    currency: str
    name: str
    success_url: str
    cancel_url: str
    expires_at: int
    email: str
    reference: str
    metadata: dict[str, str] = field(default_factory=dict)
    intent_metadata: dict[str, str] = field(default_factory=dict)


def read_parameters(form: Mapping[str, str], now: datetime) -> Asked:
    """Return what a form asks for.

    Raises:
        Refused: a parameter is unknown, missing, or makes no sense.
    """
    known = {*REQUIRED, *OPTIONAL}
    for name in form:
        if name not in known and not METADATA.fullmatch(name):
            text = f"Received unknown parameter: {name}"
            raise Refused(400, text, code="parameter_unknown", param=name)
    for name in REQUIRED:
        if not form.get(name):
            text = f"Missing required param: {name}."
            raise Refused(400, text, code="parameter_missing", param=name)
    _check(form, "mode", form["mode"] == "payment")
    _check(form, "line_items[0][quantity]", form["line_items[0][quantity]"] == "1")
    _check(form, "adaptive_pricing[enabled]", form.get("adaptive_pricing[enabled]") != "")
    _check(form, "success_url", bool(URL.fullmatch(form["success_url"])))
    _check(form, "cancel_url", bool(URL.fullmatch(form.get("cancel_url", form["success_url"]))))
    email, reference = form.get("customer_email", ""), form.get("client_reference_id", "")
    _check(form, "customer_email", not email or bool(EMAIL.fullmatch(email)))
    _check(form, "client_reference_id", len(reference) <= LONGEST_REFERENCE)
    metadata: dict[str, dict[str, str]] = {"metadata": {}, "payment_intent_data[metadata]": {}}
    for name, value in form.items():
        if found := METADATA.fullmatch(name):
            _check(form, name, 0 < len(value) <= LONGEST_METADATA)
            metadata[found[1]][found[2]] = value
    return Asked(
        amount=_amount(form),
        currency=form["line_items[0][price_data][currency]"],
        name=form["line_items[0][price_data][product_data][name]"],
        success_url=form["success_url"],
        cancel_url=form.get("cancel_url", form["success_url"]),
        expires_at=_expires_at(form, now),
        email=email,
        reference=reference,
        metadata=metadata["metadata"],
        intent_metadata=metadata["payment_intent_data[metadata]"],
    )


def _amount(form: Mapping[str, str]) -> int:
    currency = form["line_items[0][price_data][currency]"]
    _check(
        form,
        "line_items[0][price_data][currency]",
        bool(CURRENCY.fullmatch(currency)),
    )
    param = "line_items[0][price_data][unit_amount]"
    text = form[param]
    if not text.isascii() or not text.isdecimal():
        raise Refused(
            400, f"Invalid integer: {text}", code="parameter_invalid_integer", param=param
        )
    amount = int(text)
    if amount % LAST_DIGITS_ZERO.get(currency, 1):
        raise Refused(400, f"Invalid amount {amount} for the currency {currency}.", param=param)
    if amount < (1 if currency in ZERO_DECIMAL else LEAST):
        raise Refused(
            400,
            "The Checkout Session's total amount due must add up to at least 50 cents.",
            code="amount_too_small",
        )
    if amount > MOST:
        text = "The Checkout Session's total amount due must be no more than 8 digits."
        raise Refused(400, text, code="amount_too_large")
    return amount


def _expires_at(form: Mapping[str, str], now: datetime) -> int:
    if "expires_at" not in form:
        return int((now + LONGEST_LIFE).timestamp())
    text = form["expires_at"]
    _check(form, "expires_at", text.isdecimal())
    at = int(text)
    if not (now + SHORTEST_LIFE).timestamp() - 60 <= at <= (now + LONGEST_LIFE).timestamp() + 60:
        raise Refused(
            400,
            "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from "
            "Checkout Session creation.",
            param="expires_at",
        )
    return at


def _check(form: Mapping[str, str], name: str, is_right: bool) -> None:
    if not is_right:
        raise Refused(400, f"Invalid {name}: {form.get(name, '')}", param=name)
