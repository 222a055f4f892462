"""What a meter is: how one kind of usage record becomes a quantity that can be sold."""

from decimal import Decimal
from enum import StrEnum

import msgspec


class Unit(StrEnum):
    """The unit a meter counts in. GiB is 2^30 bytes; CloudStack calls that GB."""

    HOUR = "hour"
    GIB_HOUR = "GiB-hour"
    GIB = "GiB"
    REQUEST = "request"
    VCPU_HOUR = "vCPU-hour"
    GHZ_HOUR = "GHz-hour"


class Rule(StrEnum):
    """How CloudStack's raw usage becomes a quantity."""

    HOURS = "hours"
    """Raw usage is hours, and so is the quantity."""
    SIZED_HOURS = "hours x size"
    """Raw usage is hours, times the size in GiB."""
    BYTES = "bytes"
    """Raw usage is bytes, the quantity GiB."""
    REQUESTS = "requests"
    """Raw usage is a count."""
    LEVEL = "bytes at an instant"
    """Raw usage is the bytes there are; the quantity is GiB times the hours of the window."""


class Service(msgspec.Struct, frozen=True):
    """A heading that meters are shown under."""

    id: str
    name: str


class Dimension(msgspec.Struct, frozen=True):
    """What a price or a report may tell usage apart by.

    Attributes:
        field: of the usage record it is read from.
    """

    name: str
    field: str


class Meter(msgspec.Struct, frozen=True):
    """A thing sold by quantity.

    Attributes:
        usage_type: CloudStack's integer, from `UsageTypes.java`.
        resource: field of the usage record that names the resource.
        related: fields of which the first that is there completes the resource's identity: the
            network of a router's traffic, the VM of a snapshot.
        dimensions: what its price may depend on; the zone comes first.
        key: dimensions that, beside type, owner, zone, window, resource and related, make a
            record one of its kind: the aggregation key of CloudStack's `*UsageParser.java`.
        sized: whether its records carry a size in bytes, which is in the key too.
        one_size: whether it is not: one resource has one record in a window, of one size.
        exclusive: whether a resource is of one size and offering at a time, so that the hours of
            all its records in a window cannot be more than the window's.
        bounded: whether one record can never hold more hours than its window.
        ordinal: whether equal records of one window may be several: those without an id.
    """

    name: str
    title: str
    usage_type: int
    unit: Unit
    rule: Rule
    service: Service
    resource: str
    related: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    key: tuple[str, ...] = ()
    sized: bool = False
    one_size: bool = False
    exclusive: bool = False
    bounded: bool = True
    ordinal: bool = False

    def position(self, dimension: str) -> int:
        """Return where `dimension` stands among the dimensions; -1 where it is none."""
        names = [each.name for each in self.dimensions]
        return names.index(dimension) if dimension in names else -1


class Part(msgspec.Struct, frozen=True):
    """A meter measured by the records of another: what a machine of any size can be priced by.

    Attributes:
        of: name of the meter whose hours it multiplies.
        factors: dimensions of that meter to multiply them by.
        per: how much the factors make for one of the unit.
    """

    name: str
    title: str
    of: str
    unit: Unit
    factors: tuple[str, ...]
    per: Decimal
