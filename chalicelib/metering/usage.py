"""Packed usage: what one sub account used in one window, as it is kept.

It is kept in columns: resources that used the same meter over the same span, with the same
dimensions, are one group. That packs small, and a group is added up in one go.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache, partial, reduce
from hashlib import blake2b
from itertools import repeat
from typing import NamedTuple

import msgspec

from chalicelib.metering.meters import METERS, PARTS, PARTS_OF, Rule
from chalicelib.metering.reviews import Kind
from chalicelib.money import EXACT

_BYTES_PER_GIB = Decimal(2**30)
_SECONDS_AN_HOUR = Decimal(3600)
# Level 2 packs better than level 1 and costs no more; level 6 saves a tenth for thrice the time.
_LEVEL = 2
_KINDS: tuple[Kind, ...] = ("reject", "hold")
Tags = tuple[tuple[str, str], ...]
# Meter, start, end, dimensions.
GroupKey = tuple[str, int, int, tuple[str, ...]]


class Entry(NamedTuple):
    """What one resource used, within a group.

    Attributes:
        raw: raw usage as CloudStack wrote it.
        related: see `Meter.related`; "" where there is none.
        size: in bytes; 0 where the meter has none.
        tags: (key, value), sorted, as of the first reading.
    """

    resource: str
    raw: str
    related: str = ""
    size: int = 0
    name: str = ""
    tags: Tags = ()


class UsageGroup(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What several resources used of one meter in one span of time.

    Attributes:
        start, end: epoch seconds, `[start, end)`.
        dimensions: as `Meter.dimensions` names them, "" where unknown.
        resources, raw: of each entry.
        related, sizes, names, tags: of each entry, or nothing where no entry has any.
    """

    meter: str
    start: int
    end: int
    dimensions: tuple[str, ...]
    resources: list[str]
    raw: list[str]
    related: list[str] = []
    sizes: list[int] = []
    names: list[str] = []
    tags: list[Tags] = []

    @property
    def key(self) -> GroupKey:
        """What its entries have in common."""
        return (self.meter, self.start, self.end, self.dimensions)

    def entries(self) -> Iterator[Entry]:
        """Yield what each resource used."""
        return map(
            Entry,
            self.resources,
            self.raw,
            self.related or repeat(""),
            self.sizes or repeat(0),
            self.names or repeat(""),
            self.tags or repeat(()),
        )


class PackedUsage(msgspec.Struct, frozen=True):
    """The usage of one sub account in one window.

    Attributes:
        body: the packed groups; equal usage packs to equal bytes.
        kept: the same, of usage stored before that CloudStack no longer shows; mostly empty.
        digest: of what all of this holds; equal digests mean nothing changed.
        records: usage records that are billed or wait for a decision.
        rejects, holds: records that wait for a decision, by reason.
    """

    body: bytes
    digest: str
    records: int
    rejects: dict[str, int]
    holds: dict[str, int]
    kept: bytes = b""


def group_of(
    meter: str,
    start: int,
    end: int,
    dimensions: tuple[str, ...],
    entries: Iterable[tuple[str, str, str, int, str, Tags]],
) -> UsageGroup:
    """Return the group of some entries, in one order whatever order they came in."""
    resources, raw, related, sizes, names, tags = zip(*sorted(entries), strict=True)
    return UsageGroup(
        meter,
        start,
        end,
        dimensions,
        list(resources),
        list(raw),
        list(related) if any(related) else [],
        list(sizes) if METERS[meter].sized else [],
        list(names) if any(names) else [],
        list(tags) if any(tags) else [],
    )


def pack(
    segments: Iterable[list[UsageGroup]],
    waiting: Callable[[Kind], Mapping[str, int]] = lambda kind: {},
    *,
    kept: list[UsageGroup] | None = None,
) -> PackedUsage:
    """Return usage packed in one order, whatever order the groups of a segment come in.

    Args:
        segments: lists of groups that are packed one after the other, so that the usage of a
            very large account is never in memory as a whole; mostly a single one.
        waiting: asked, once all segments have come, how many rejects or holds there are, by
            reason.
    """
    digest, bodies, records = blake2b(digest_size=16), [], 0
    for segment in segments:
        plain = _encode(segment)
        digest.update(plain)
        bodies.append(zlib.compress(plain, _LEVEL))
        records += sum(len(group.resources) for group in segment)
    rejects, holds = (dict(sorted(waiting(kind).items())) for kind in _KINDS)
    kept_plain = _encode(kept) if kept else b""
    digest.update(msgspec.json.encode([rejects, holds]) + kept_plain)
    return PackedUsage(
        body=b"".join(bodies),
        digest=digest.hexdigest(),
        records=records + sum(rejects.values()) + sum(holds.values()),
        rejects=rejects,
        holds=holds,
        kept=zlib.compress(kept_plain, _LEVEL) if kept else b"",
    )


def unpack(body: bytes) -> Iterator[UsageGroup]:
    """Yield the groups that `pack` put into `body`, holding one segment at a time."""
    while body:
        stream = zlib.decompressobj()
        yield from _decode(stream.decompress(body))
        body = stream.unused_data


def _encode(groups: list[UsageGroup]) -> bytes:
    return msgspec.json.encode(sorted(groups, key=lambda group: group.key))


_decode = msgspec.json.Decoder(list[UsageGroup]).decode


def usage_in(packed: PackedUsage) -> Iterator[UsageGroup]:
    """Yield all usage that counts: what CloudStack shows, and what was kept of before."""
    yield from unpack(packed.body)
    yield from unpack(packed.kept)


def measured(group: UsageGroup) -> list[tuple[str, Decimal]]:
    """Return what the group adds to its meter, and to each of its parts, in the meter's measure.

    Divided by `measures_per_unit` it is a quantity. Sums of measures need no division, so they
    are added up first.

    >>> group = UsageGroup("volume", 0, 86400, ("", "", ""), ["v"], ["24"], sizes=[2**30])
    >>> measured(group)[0][1] / measures_per_unit("volume")
    Decimal('24')
    """
    rule = METERS[group.meter].rule
    if rule is Rule.SIZED_HOURS:
        return [(group.meter, _sum_products(zip(group.raw, group.sizes, strict=True)))]
    raw = _sum_raw(group.raw)
    if rule is Rule.LEVEL:
        return [(group.meter, EXACT.multiply(raw, Decimal(group.end - group.start)))]
    factors = _factors(group.meter, group.dimensions) if PARTS_OF[group.meter] else ()
    parts = [(name, EXACT.multiply(raw, factor)) for name, factor in factors]
    return [(group.meter, raw), *parts]


@cache
def measures_per_unit(name: str) -> Decimal:
    """Return how much of a meter's measure is one of its unit: 2^30 bytes are a GiB."""
    if name in PARTS:
        return PARTS[name].per
    rule = METERS[name].rule
    if rule is Rule.LEVEL:
        return _BYTES_PER_GIB * _SECONDS_AN_HOUR
    return _BYTES_PER_GIB if rule in {Rule.SIZED_HOURS, Rule.BYTES} else Decimal(1)


def quantity(name: str, measure: Decimal) -> Decimal:
    """Return the quantity that a measure is, exact, in the unit of the meter or part `name`."""
    per_unit = measures_per_unit(name)
    return measure if per_unit == 1 else EXACT.divide(measure, per_unit)


@lru_cache(maxsize=4096)
def _factors(meter: str, dimensions: tuple[str, ...]) -> tuple[tuple[str, Decimal], ...]:
    """Return what parts of a meter multiply the hours by; none where a dimension is unknown."""
    found = []
    for part in PARTS_OF[meter]:
        values = [dimensions[METERS[meter].position(name)] for name in part.factors]
        if all(values):
            found.append((part.name, reduce(EXACT.multiply, map(Decimal, values))))
    return tuple(found)


def _sum_raw(raw: Iterable[str]) -> Decimal:
    """Return the sum of raw usages; few of them differ, since most things last all day."""
    total = Decimal(0)
    for text, count in Counter(raw).items():
        total = EXACT.add(total, EXACT.multiply(Decimal(text), Decimal(count)))
    return total


def _sum_products(pairs: Iterable[tuple[str, int]]) -> Decimal:
    total = Decimal(0)
    for (text, size), count in Counter(pairs).items():
        total = EXACT.fma(Decimal(text), Decimal(size * count), total)
    return total


def measured_each(group: UsageGroup, name: str) -> Iterator[Decimal]:
    """Yield what each resource of the group adds to a meter or part, in the meter's measure.

    They add up to what `measured` says of it.
    """
    rule = METERS[group.meter].rule
    raw = map(Decimal, group.raw)
    if rule is Rule.SIZED_HOURS:
        sizes = map(Decimal, group.sizes)
        return map(EXACT.multiply, raw, sizes)
    factor = Decimal(1)
    if rule is Rule.LEVEL:
        factor = Decimal(group.end - group.start)
    elif name != group.meter:
        factor = dict(_factors(group.meter, group.dimensions))[name]
    return map(partial(EXACT.multiply, factor), raw)


def grouped_by_tags(group: UsageGroup, keys: Sequence[str]) -> Iterator[tuple[Tags, UsageGroup]]:
    """Yield the entries of a group by what those tags say of them."""
    entries: dict[Tags, list[Entry]] = defaultdict(list)
    for entry in group.entries():
        entries[tuple(pair for pair in entry.tags if pair[0] in keys)].append(entry)
    for tags, some in sorted(entries.items()):
        yield tags, group_of(*group.key, some)
