"""`/admin/gateways` and `/webhooks/stripe`: payments over the internet."""

from chalice.app import Response

from chalicelib.entrypoints.logs import run_line
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request
from chalicelib.errors import Conflict, InvalidInput, Unavailable
from chalicelib.wiring.gateways import STRIPE
from chalicelib.wiring.payments import take_event

_LARGEST_EVENT = 300_000


def show_gateways(request: Request) -> Response:
    """Which payment gateways are set up."""
    wired = request.wiring
    address = f"{wired.settings.site_url}/api/webhooks/stripe"
    configured = STRIPE in wired.gateways.in_use()
    return reply({STRIPE: {"configured": configured, "webhook_url": address}})


def take_stripe_event(request: Request) -> Response:
    """Take what Stripe tells of a payment; it tells again what was not taken."""
    if STRIPE not in request.wiring.gateways.in_use():
        raise Unavailable("payments by Stripe are not set up")
    if len(request.body) > _LARGEST_EVENT:
        raise InvalidInput("the event is too large")
    gateway = request.wiring.gateways.gateway(STRIPE)
    event = gateway.event(request.body, request.signature, request.now)
    if event is not None:
        with run_line("take_payment", gateway=STRIPE, event=event.id) as line:
            try:
                line.add(taken=take_event(request.wiring, event, STRIPE, request.now))
            except Conflict as reason:
                raise Unavailable(f"it could not be recorded: {reason}") from None
    return reply({"received": True})
