"""An estimate as a document."""

from collections.abc import Sequence

from chalicelib.metering.catalogue import Catalogue
from chalicelib.metering.meters import title_of
from chalicelib.rating.estimates import Estimate, Estimated, Planned, PlannedService
from chalicelib.rating.price_lists import PriceLists
from chalicelib.reporting.documents import Document, money_document
from chalicelib.reporting.exchange_rates import rates_of
from chalicelib.reporting.missing import missing_document, name_in
from chalicelib.reporting.steps import trimmed

_MACHINE = ("vcpus", "mhz", "memory_mib")


def estimate_document(
    planned: Sequence[Planned],
    services: Sequence[PlannedService],
    found: Estimate,
    lists: PriceLists,
    names: Catalogue,
) -> Document:
    """Return an estimate: each item, each service, and all of them together."""
    return {
        "currency": lists.currency,
        "items": [
            {"name": _name(item, names), **_estimated(each)}
            for item, each in zip(planned, found.items, strict=True)
        ],
        "services": [
            {"name": _service(service, each), **_estimated(each)}
            for service, each in zip(services, found.services, strict=True)
        ],
        "totals": _amounts(found.total),
        "missing": [missing_document(each, names) for each in found.unpriced],
        "exchange_rates": rates_of(lists.conversion if found.converted else None),
    }


def _estimated(each: Estimated) -> Document:
    lines = [
        {"name": part.name, "once": part.once, "amount": money_document(part.amount)}
        for part in each.parts
    ]
    return {**_amounts(each), "lines": lines}


def _amounts(each: Estimated) -> Document:
    return {
        "hour": money_document(each.hour),
        "day": money_document(each.day),
        "month": money_document(each.month),
        "once": money_document(each.once),
    }


def _name(item: Planned, names: Catalogue) -> str:
    """Return what to call an item: how many, of what, and how large."""
    told = [title_of(item.meter)]
    offering = item.dimensions.get("offering", "")
    if offering:
        told.append(name_in(names, "offering", offering) or offering)
    elif all(item.dimensions.get(each) for each in _MACHINE):
        vcpus, mhz, memory = (item.dimensions[each] for each in _MACHINE)
        told.append(f"{vcpus} vCPU, {mhz} MHz, {memory} MiB")
    if item.size_gib:
        told.append(f"{trimmed(item.size_gib)} GiB")
    return f"{trimmed(item.count)} x {' '.join(told)}" if item.count != 1 else " ".join(told)


def _service(service: PlannedService, each: Estimated) -> str:
    name = each.parts[0].name if each.parts else service.service
    return f"{trimmed(service.quantity)} x {name}" if service.quantity != 1 else name
