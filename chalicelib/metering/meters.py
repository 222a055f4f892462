"""What we sell by: one meter for each usage type that can be billed."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from chalicelib.money import EXACT

_BYTES_PER_GIB = Decimal(2**30)


class Unit(StrEnum):
    """The unit a meter counts in. GiB is 2^30 bytes; CloudStack calls that GB."""

    HOUR = "hour"
    GIB_HOUR = "GiB-hour"
    GIB = "GiB"


@dataclass(frozen=True, slots=True)
class Service:
    """A heading that meters are shown under."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Meter:
    """A thing sold by quantity.

    Attributes:
        usage_type: CloudStack's integer, from `UsageTypes.java`.
        resource_field: field of the usage record that names the resource.
        key_fields: what, beside type, owner, zone and window, makes a record one of its kind:
            the aggregation key of CloudStack's `*UsageParser.java`.
        bounded: whether one record can never hold more hours than its window.
    """

    name: str
    usage_type: int
    unit: Unit
    service: Service
    resource_field: str
    key_fields: tuple[str, ...]
    bounded: bool = False

    def quantity(self, raw: Decimal, size: Decimal | None) -> Decimal:
        """Return the consumed quantity, exact, in this meter's unit.

        Args:
            raw: CloudStack's raw usage: hours, or bytes where the unit is GiB.
            size: bytes of the resource; needed where the unit is GiB-hour.
        """
        if self.unit is Unit.HOUR:
            return raw
        if self.unit is Unit.GIB:
            return EXACT.divide(raw, _BYTES_PER_GIB)
        assert size is not None, "checked when the record was read"
        return EXACT.multiply(raw, EXACT.divide(size, _BYTES_PER_GIB))


VIRTUAL_MACHINES = Service("virtual_machines", "Virtual machines")
VOLUMES = Service("volumes", "Volumes")
ISOS = Service("isos", "ISO images")
SNAPSHOTS = Service("snapshots", "Snapshots")
IP_ADDRESSES = Service("ip_addresses", "IP addresses")
DATA_TRANSFER = Service("data_transfer", "Data transfer")
LOAD_BALANCING = Service("load_balancing", "Load balancing")
PORT_FORWARDING = Service("port_forwarding", "Port forwarding")
NETWORKS = Service("networks", "Networks")

_VM_KEY = ("virtualmachineid", "offeringid", "cpunumber", "cpuspeed", "memory")
_METERS = (
    Meter("running_vm", 1, Unit.HOUR, VIRTUAL_MACHINES, "virtualmachineid", _VM_KEY, bounded=True),
    Meter(
        "allocated_vm", 2, Unit.HOUR, VIRTUAL_MACHINES, "virtualmachineid", _VM_KEY, bounded=True
    ),
    Meter("ip_address", 3, Unit.HOUR, IP_ADDRESSES, "usageid", ("usageid",), bounded=True),
    Meter("network_sent", 4, Unit.GIB, DATA_TRANSFER, "usageid", ("usageid", "networkid", "vpcid")),
    Meter(
        "network_received", 5, Unit.GIB, DATA_TRANSFER, "usageid", ("usageid", "networkid", "vpcid")
    ),
    Meter(
        "volume",
        6,
        Unit.GIB_HOUR,
        VOLUMES,
        "usageid",
        ("usageid", "offeringid", "size"),
        bounded=True,
    ),
    Meter("iso", 8, Unit.GIB_HOUR, ISOS, "usageid", ("usageid",), bounded=True),
    Meter("snapshot", 9, Unit.GIB_HOUR, SNAPSHOTS, "usageid", ("usageid",), bounded=True),
    Meter("load_balancer", 11, Unit.HOUR, LOAD_BALANCING, "usageid", ("usageid",), bounded=True),
    Meter("port_forwarding", 12, Unit.HOUR, PORT_FORWARDING, "usageid", ("usageid",), bounded=True),
    # CloudStack sums the hours of all NICs of one offering: two of them are 48 hours a day.
    Meter(
        "network_offering",
        13,
        Unit.HOUR,
        NETWORKS,
        "virtualmachineid",
        ("virtualmachineid", "offeringid"),
    ),
)
METERS = {meter.name: meter for meter in _METERS}
METERS_BY_USAGE_TYPE = {meter.usage_type: meter for meter in _METERS}
SERVICES = {meter.service.id: meter.service for meter in _METERS}
