"""What can be priced and estimated: meters, the names of what tells them apart, services."""

from collections.abc import Iterable, Sequence

from chalicelib.metering.catalogue import Catalogue, Kind
from chalicelib.metering.meters import METERS, PARTS, PARTS_OF, meter_of, title_of, unit_of
from chalicelib.rating.rate_cards import RateCard
from chalicelib.rating.tariffs import SERVICE, is_service, named, units_of
from chalicelib.reporting.documents import Document

_SIZE = ("vcpus", "mhz", "memory_mib")


def sold_document(names: Catalogue, cards: Sequence[RateCard]) -> Document:
    """Return all of it.

    Args:
        names: of offerings, zones and templates.
        cards: whose services there are; of two of the same name the first counts.
    """
    sold = [name for meter in METERS for name in (meter, *(part.name for part in PARTS_OF[meter]))]
    return {
        "meters": [_meter(name) for name in sold],
        "names": {
            "offering": _offerings(names),
            "zone": _named(names, "zone"),
            "template": _named(names, "template"),
        },
        "services": _services(cards),
    }


def _meter(name: str) -> Document:
    meter = meter_of(name)
    return {
        "name": name,
        "title": title_of(name),
        "service": meter.service.id,
        "usage_type": meter.usage_type,
        "unit": unit_of(name).value,
        "per": [per.value for per in units_of(name)],
        "dimensions": [each.name for each in meter.dimensions],
        "part_of": PARTS[name].of if name in PARTS else None,
    }


def _named(names: Catalogue, kind: Kind) -> list[Document]:
    found = [(each.name, id) for id, each in names.things.items() if each.kind == kind]
    return [{"id": id, "name": name} for name, id in sorted(found)]


def _offerings(names: Catalogue) -> list[Document]:
    """Return offerings with what they are of, and the size of a machine where they fix it."""
    found: list[Document] = []
    for each in _named(names, "offering"):
        thing = names.things[str(each["id"])]
        size = thing.size and dict(zip(_SIZE, map(str, thing.size), strict=True))
        found.append({**each, "offers": thing.offered or None, "size": size})
    return found


def _services(cards: Iterable[RateCard]) -> list[Document]:
    found: dict[str, Document] = {}
    for card in cards:
        for tariff in card.tariffs:
            if is_service(tariff.meter):
                service = tariff.meter.removeprefix(SERVICE)
                about: Document = {"id": service, "title": named(tariff), "per": tariff.per.value}
                found.setdefault(service, about)
    return [found[service] for service in sorted(found)]
