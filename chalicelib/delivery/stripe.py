"""Payments by Stripe Checkout: one call that opens a page, and the events that follow it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import requests

from chalicelib.delivery.stripe_amounts import in_minor_units
from chalicelib.delivery.stripe_events import check_signature, read_event
from chalicelib.errors import Conflict, Unavailable
from chalicelib.ledger.gateways import Checkout, CheckoutOrder, GatewayEvent

# With an older one `currency` may be what the payer chose instead of what was asked for.
_VERSION = "2025-03-31.basil"
# To connect, and to wait for the answer; an API call of ours has 29 seconds.
_TIMEOUT_SECONDS = (4.0, 15.0)
# Stripe takes from 30 minutes to 24 hours after the call.
_PAGE_LIFE = timedelta(hours=1)
_LONGEST_NAME = 250
_WRONG_KEY = frozenset({401, 403})
# The same call is under way, and too many calls.
_LATER = frozenset({409, 429})
_REFUSALS = range(400, 500)


@dataclass(frozen=True, slots=True)
class StripeKeys:
    """What Stripe is asked with, and what its events are signed with; hidden in its text form."""

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


class _Opened(msgspec.Struct):
    id: str
    url: str


class _Error(msgspec.Struct):
    message: str = ""


class _Refusal(msgspec.Struct):
    error: _Error


class StripeGateway:
    """Asks Stripe for pages to pay on, and reads what it tells of them.

    Args:
        url: of its API, without a slash at the end.
    """

    def __init__(self, keys: StripeKeys, url: str = "https://api.stripe.com") -> None:
        self._keys = keys
        self._url = url
        self._http = requests.Session()

    def checkout(self, order: CheckoutOrder) -> Checkout:
        """Return the page on which `order` is paid; the same order has the same page.

        Raises:
            Conflict: Stripe does not take this payment; the message has its own words.
            Unavailable: it does not answer, or not with a page.
        """
        headers = {
            "Authorization": f"Bearer {self._keys.secret_key}",
            "Stripe-Version": _VERSION,
            "Idempotency-Key": order.id,
        }
        try:
            answer = self._http.post(
                f"{self._url}/v1/checkout/sessions",
                data=_form(order),
                headers=headers,
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unavailable(f"Stripe did not answer ({type(error).__name__})") from None
        if answer.status_code != requests.codes.ok:
            raise _refusal(answer)
        try:
            opened = msgspec.json.decode(answer.content, type=_Opened)
        except msgspec.DecodeError:
            raise Unavailable("Stripe sent something that is no page to pay on") from None
        return Checkout(opened.url, opened.id)

    def event(self, body: bytes, signature: str, now: datetime) -> GatewayEvent | None:
        """Return what a webhook call tells; None where it tells nothing of a payment of ours.

        Args:
            body: as it was sent, byte for byte.
            signature: the header `Stripe-Signature`.

        Raises:
            InvalidInput: it is not signed by Stripe, not within five minutes, or makes no sense.
        """
        check_signature(body, signature, self._keys.webhook_secret, now)
        return read_event(body)


def _form(order: CheckoutOrder) -> dict[str, str]:
    """Return the parameters of a Checkout Session."""
    name = order.description[:_LONGEST_NAME]
    meant = {"account": order.account, "purpose": order.purpose, "document": order.document or ""}
    form = {
        "mode": "payment",
        "client_reference_id": order.id,
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
        "expires_at": str(int((order.asked_at + _PAGE_LIFE).timestamp())),
        # Paid in the currency that was asked for, and in no other.
        "adaptive_pricing[enabled]": "false",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": order.amount.currency.lower(),
        "line_items[0][price_data][unit_amount]": str(in_minor_units(order.amount)),
        "line_items[0][price_data][product_data][name]": name,
        "payment_intent_data[description]": name,
    }
    if order.email:
        form["customer_email"] = order.email
    for key, value in meant.items():
        if value:
            form[f"metadata[{key}]"] = value
            # Stripe copies these to the charge, which is what a refund tells of.
            form[f"payment_intent_data[metadata][{key}]"] = value
    return form


def _refusal(answer: requests.Response) -> Conflict | Unavailable:
    """Return the error that an answer of Stripe is."""
    status = answer.status_code
    if status in _WRONG_KEY:
        # Its words show a part of the key.
        return Unavailable(f"Stripe does not accept the secret key ({status}); store the right one")
    try:
        words = msgspec.json.decode(answer.content, type=_Refusal).error.message[:300]
    except msgspec.DecodeError:
        words = "no explanation"
    if status in _REFUSALS and status not in _LATER:
        return Conflict(f"Stripe does not take this payment: {words}")
    return Unavailable(f"Stripe answered {status}: {words}")
