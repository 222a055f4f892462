"""Packed usage: what one sub account used in one window, as it is kept."""

import zlib
from decimal import Decimal
from hashlib import blake2b

import msgspec

from chalicelib.metering.records import UsageRecord


class Usage(msgspec.Struct, frozen=True, array_like=True, order=True, gc=False):
    """What one resource consumed of one meter in one span of time.

    Attributes:
        start, end: epoch seconds, `[start, end)`.
        quantity: in the meter's unit, exact.
    """

    meter: str
    resource: str
    start: int
    end: int
    quantity: Decimal
    offering: str
    zone: str
    name: str


class PackedUsage(msgspec.Struct, frozen=True):
    """The usage of one sub account in one window.

    Attributes:
        body: the packed `Usage` rows; equal usage packs to equal bytes.
        digest: of what `body` and `rejects` hold; equal digests mean nothing changed.
        records: usage records read, copies left out.
        rejects: records that could not be read, by reason.
    """

    body: bytes
    digest: str
    records: int
    rejects: dict[str, int]


def usage_of(record: UsageRecord) -> Usage:
    """Return what a usage record says was used."""
    return Usage(
        meter=record.meter.name,
        resource=record.resource,
        start=record.start,
        end=record.end,
        quantity=record.quantity,
        offering=record.offering,
        zone=record.zone,
        name=record.name,
    )


def pack(usages: list[Usage], rejects: dict[str, int]) -> PackedUsage:
    """Return `usages` packed in one order, whatever order they came in."""
    plain = msgspec.json.encode(sorted(usages))
    refused = dict(sorted(rejects.items()))
    digest = blake2b(plain + msgspec.json.encode(refused), digest_size=16).hexdigest()
    records = len(usages) + sum(refused.values())
    return PackedUsage(zlib.compress(plain, 6), digest, records, refused)


def unpack(body: bytes) -> list[Usage]:
    """Return the usage that `pack` put into `body`."""
    return msgspec.json.decode(zlib.decompress(body), type=list[Usage])
