"""`/estimates`: what a planned deployment would cost.

What prices it is imported where it is needed: it would slow every cold start.
"""

# ruff: noqa: PLC0415
from decimal import Decimal

import msgspec
from chalice.app import Response

from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, wrong
from chalicelib.metering.catalogue import Catalogue
from chalicelib.periods import time_zone_named

_MOST_ITEMS = 200
_HOURS_A_MONTH = Decimal(730)


class _Item(msgspec.Struct, forbid_unknown_fields=True):
    meter: str
    count: Decimal = Decimal(1)
    hours: Decimal = _HOURS_A_MONTH
    size_gib: Decimal = Decimal(0)
    quantity: Decimal | None = None
    dimensions: dict[str, str] = {}


class _Service(msgspec.Struct, forbid_unknown_fields=True):
    service: str
    quantity: Decimal = Decimal(1)


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    items: list[_Item] = []
    services: list[_Service] = []


def estimate(request: Request) -> Response:
    """Price a planned deployment an hour, a day, a month of 730 hours, and once."""
    from chalicelib.rating.estimates import Planned, PlannedService, estimate
    from chalicelib.reporting.estimates import estimate_document

    account, asked = request.account(), request.read(_Body)
    if not 1 <= len(asked.items) + len(asked.services) <= _MOST_ITEMS:
        raise wrong("items", f"needs 1 to {_MOST_ITEMS} items and services")
    wired = request.wiring
    today = request.now.astimezone(time_zone_named(account.terms.time_zone)).date()
    lists = wired.price_lists().of(account, today)
    agreed = wired.agreements.of(account.id) if account.agreed.more else []
    names = Catalogue({})
    for connection in sorted(account.connections):
        names = names.updated(wired.catalogues.of(connection))
    planned = [msgspec.convert(msgspec.structs.asdict(each), Planned) for each in asked.items]
    services = [PlannedService(each.service, each.quantity) for each in asked.services]
    stopped = account.terms.stopped_vms
    found = estimate(planned, services, lists, agreed, request.now, stopped_vms=stopped)
    return reply(estimate_document(planned, services, found, lists, names))
