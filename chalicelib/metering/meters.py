"""What we sell by: meters and parts of meters, by name and by usage type."""

from chalicelib.metering.kinds import Dimension, Meter, Part, Rule, Service, Unit
from chalicelib.metering.usage_types import ALL_METERS, ALL_PARTS

__all__ = ["Dimension", "Meter", "Part", "Rule", "Service", "Unit"]

METERS = {meter.name: meter for meter in ALL_METERS}
METERS_BY_USAGE_TYPE = {meter.usage_type: meter for meter in ALL_METERS}
PARTS = {part.name: part for part in ALL_PARTS}
PARTS_OF = {
    meter.name: tuple(part for part in ALL_PARTS if part.of == meter.name) for meter in ALL_METERS
}
SERVICES = {meter.service.id: meter.service for meter in ALL_METERS}


def meter_of(name: str) -> Meter:
    """Return the meter of that name, for a part the one it is a part of."""
    return METERS[PARTS[name].of if name in PARTS else name]


def unit_of(name: str) -> Unit:
    """Return what the meter or part of that name counts in."""
    return PARTS[name].unit if name in PARTS else METERS[name].unit


def title_of(name: str) -> str:
    """Return what people call the meter or part of that name."""
    return PARTS[name].title if name in PARTS else METERS[name].title


def is_sold(name: str) -> bool:
    """Tell whether something is a meter, or a part of one."""
    return name in METERS or name in PARTS
