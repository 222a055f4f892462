"""`/admin/gateways` and `/webhooks/stripe`: payments over the internet."""

from chalice.app import Response

from chalicelib.entrypoints.amounts import line_of
from chalicelib.entrypoints.logs import run_line
from chalicelib.entrypoints.named import names
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request
from chalicelib.errors import InvalidInput, NotFound, Overtaken, Unavailable
from chalicelib.ledger.gateways import Dismissal, Unposted
from chalicelib.reporting.documents import Document
from chalicelib.reporting.payments import unposted_document
from chalicelib.wiring import payments as wired
from chalicelib.wiring.gateways import STRIPE

_LARGEST_EVENT = 300_000
_MOST_LISTED = 200
_LONGEST_REASON = 500


def show_gateways(request: Request) -> Response:
    """Which payment gateways are set up, and what they told that could not be posted."""
    address = f"{request.wiring.settings.site_url}/api/webhooks/stripe"
    configured = STRIPE in request.wiring.gateways.in_use()
    told = wired.unposted_events(STRIPE)
    still_open = [each for each in told if each.state == "open"]
    dismissed = [each for each in told if each.state == "dismissed"]
    # What is open is listed before anything that was dismissed is, however old.
    listed = sorted([*still_open, *dismissed][:_MOST_LISTED], key=_newest_first, reverse=True)
    return reply(
        {
            STRIPE: {"configured": configured, "webhook_url": address},
            "unposted": _documents(request, listed),
            "counts": {"open": len(still_open), "dismissed": len(dismissed)},
        }
    )


def try_again(request: Request) -> Response:
    """Post what could not be posted when a gateway told it."""
    unposted = _named(request)
    with run_line("take_payment", gateway=unposted.gateway, event=unposted.event.id) as line:
        taken = wired.try_event_again(request.wiring, unposted, request.now)
        line.add(taken=taken, by=request.sender.user)
    return reply({"taken": taken})


def dismiss(request: Request) -> Response:
    """Say of what a gateway told that it is not to be posted, and why."""
    reason = line_of(request.query.get("reason", ""), "reason", _LONGEST_REASON, least=1)
    dismissal = Dismissal(request.sender.user, request.now, reason)
    unposted = _named(request)
    wired.dismiss_event(unposted, dismissal)
    (told,) = _documents(request, [_named(request)])
    return reply(told)


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
                line.add(wired.take_event(request.wiring, event, STRIPE, request.now))
            except Overtaken as reason:
                raise Unavailable(f"it could not be recorded: {reason}") from None
    return reply({"received": True})


def _named(request: Request) -> Unposted:
    """Return the event that the path names.

    Raises:
        NotFound: there is none of that id, or it was posted.
    """
    event = request.path["event"]
    found = wired.unposted_event(STRIPE, event) if 1 <= len(event) <= LONGEST_ID else None
    if found is None or found.state == "posted":
        raise NotFound("no such event is waiting to be posted; perhaps it was meanwhile")
    return found


def _documents(request: Request, listed: list[Unposted]) -> list[Document]:
    known = names(request) if listed else {}
    return [
        unposted_document(
            each,
            {"id": each.event.account, "name": known[each.event.account]}
            if each.event.account in known
            else None,
        )
        for each in listed
    ]


def _newest_first(unposted: Unposted) -> tuple[str, str]:
    return unposted.event.at.isoformat(), unposted.event.id
