"""What cannot be priced yet, in words that name what is missing."""

from collections.abc import Iterable
from typing import cast

from chalicelib.metering.catalogue import Catalogue, Kind
from chalicelib.metering.meters import meter_of
from chalicelib.rating.line_items import Unpriced, title
from chalicelib.rating.price_lists import Missing
from chalicelib.rating.tariffs import is_service
from chalicelib.reporting.documents import Document

_NO_NAMES = Catalogue({})
_NAMED = frozenset({"offering", "zone", "template"})


def waits_for(unpriced: Unpriced, names: Catalogue = _NO_NAMES) -> str:
    """Return the sentence that says what usage waits for.

    Args:
        names: of offerings, zones and templates.
    """
    if is_service(unpriced.meter):
        return f"an agreed service waits for {_wanted(unpriced, names)}"
    each = "waits" if unpriced.usages == 1 else "wait"
    about = f"{usage_records(unpriced.usages)} of usage type {meter_of(unpriced.meter).usage_type}"
    return f"{about} {each} for {_wanted(unpriced, names)}"


def waiting_for(unpriced: Iterable[Unpriced], names: Catalogue = _NO_NAMES) -> str:
    """Return what all of it waits for, in one sentence."""
    return "; ".join(waits_for(each, names) for each in unpriced)


def what(unpriced: Unpriced, names: Catalogue = _NO_NAMES) -> str:
    """Return what is not priced: the meter, and what its prices depend on."""
    told = [_told(name, value, names) for name, value in unpriced.dimensions]
    return ", ".join([title(unpriced.meter), *told])


def missing_document(unpriced: Unpriced, names: Catalogue = _NO_NAMES) -> Document:
    """Return what is missing, for a person and for a program."""
    return {
        "kind": unpriced.why.value,
        "meter": unpriced.meter,
        "what": what(unpriced, names),
        "dimensions": dict(unpriced.dimensions),
        "usages": unpriced.usages,
        "message": waits_for(unpriced, names),
    }


def usage_records(count: int) -> str:
    """Return how many usage records there are, in words."""
    return "1 usage record" if count == 1 else f"{count} usage records"


def _wanted(unpriced: Unpriced, names: Catalogue) -> str:
    match unpriced.why:
        case Missing.RATE:
            pair, _, day = unpriced.wanted.partition(" ")
            return f"an exchange rate {pair} of {day} or before"
        case Missing.SIZE:
            return "a price: it is priced by its size, which CloudStack did not tell"
    return f"a price ({what(unpriced, names)})"


def name_in(names: Catalogue, dimension: str, value: str) -> str | None:
    """Return what people call a value of a dimension, None where it is no id of anything."""
    return names.name_of(cast(Kind, dimension), value) if dimension in _NAMED and value else None


def _told(name: str, value: str, names: Catalogue) -> str:
    return f"{name.replace('_', ' ')} {name_in(names, name, value) or value or 'unknown'}"
