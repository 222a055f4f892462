"""`/estimates`: what a planned deployment would cost."""

import msgspec
from chalice.app import Response

from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, wrong
from chalicelib.periods import time_zone_named
from chalicelib.rating.estimates import Planned, PlannedService, estimate
from chalicelib.reporting.estimates import estimate_document

_MOST_ITEMS = 200


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    items: list[Planned] = []
    services: list[PlannedService] = []


def show_estimate(request: Request) -> Response:
    """Price a planned deployment an hour, a day, a month of 730 hours, and once."""
    account, asked = request.account(), request.read(_Body)
    if not 1 <= len(asked.items) + len(asked.services) <= _MOST_ITEMS:
        raise wrong("items", f"needs 1 to {_MOST_ITEMS} items and services")
    wired, now = request.wiring, request.now
    today = now.astimezone(time_zone_named(account.terms.time_zone)).date()
    lists = wired.price_lists().of(account, today)
    agreed = wired.agreements.of(account.id) if account.agreed.more else []
    stopped = account.terms.stopped_vms
    found = estimate(asked.items, asked.services, lists, agreed, now, stopped_vms=stopped)
    names = wired.catalogues.of_all(account.connections)
    return reply(estimate_document(asked.items, asked.services, found, lists, names))
