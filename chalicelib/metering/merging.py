"""What was stored of a window, and what a new reading of it says, brought together.

CloudStack only ever appends to a past window, but it may remove old records, and forget the ids
of things that are gone (`expunged.resources.purge.enabled`). What was measured was used, so it
stays on the bill.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from operator import is_

import msgspec

from chalicelib.metering.meters import METERS
from chalicelib.metering.reviews import Kind, Reason
from chalicelib.metering.usage import Entry, PackedUsage, UsageGroup, group_of, pack, unpack

# More rows than this, stored and read, are brought together one meter after the other.
_ROWS_AT_ONCE = 100_000
# Meter, start, end, dimensions that are part of the key, resource, raw usage where only that tells
# equal records apart, related, size.
Identity = tuple[str, int, int, tuple[str, ...], str, str, str, int]
# Meter, start, end, raw usage.
Trace = tuple[str, int, int, str]


class Unbilled(msgspec.Struct):
    """Rows of a reading that are not billed, as far as they may be those of an earlier one.

    Attributes:
        aside: identities of rows that were set aside: they are still there.
        doubtful: identities and raw usages of rows set aside for their raw usage: they are still
            there only if they were billed with just that, accepted then.
        nameless: rows that no longer say which resource they are about, and how many of each.
    """

    aside: set[Identity] = msgspec.field(default_factory=set)
    doubtful: set[tuple[Identity, str]] = msgspec.field(default_factory=set)
    nameless: Counter[Trace] = msgspec.field(default_factory=Counter)


class Merged(msgspec.Struct, frozen=True):
    """What is to be stored.

    Attributes:
        recognized: nameless rows, by meter, that are known from before and so are no rejects.
    """

    packed: PackedUsage
    recognized: Counter[str]


class _Row(msgspec.Struct, frozen=True, eq=False):
    group: UsageGroup
    entry: Entry

    @property
    def identity(self) -> Identity:
        group, entry = self.group, self.entry
        return identity_of(group.meter, (group.start, group.end), group.dimensions, entry[:4])

    @property
    def trace(self) -> Trace:
        return (self.group.meter, self.group.start, self.group.end, self.entry.raw)

    @property
    def line(self) -> tuple[object, ...]:
        """What makes it one of its kind, but its time."""
        meter, _, _, *rest = self.identity
        return (meter, *rest)

    def lies_in(self, other: "_Row") -> bool:
        """Tell whether another row covers all of this one's time, and more."""
        mine, its = (self.group.start, self.group.end), (other.group.start, other.group.end)
        return mine != its and its[0] <= mine[0] and mine[1] <= its[1]

    def may_be(self, richer: "_Row") -> bool:
        """Tell whether `richer` says the same and more."""
        same = self.trace == richer.trace and self.entry.resource == richer.entry.resource
        pairs = [
            *zip(self.group.dimensions, richer.group.dimensions, strict=True),
            (self.entry.related, richer.entry.related),
            (self.entry.size, richer.entry.size),
        ]
        return same and all(mine in ("", 0, theirs) for mine, theirs in pairs)


@lru_cache(maxsize=4096)
def key_dimensions(meter: str, dimensions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the dimensions that make a record one of its kind: the zone, and those of the key."""
    places = [METERS[meter].position(name) for name in METERS[meter].key]
    return (dimensions[0], *(dimensions[place] for place in places))


def identity_of(
    meter: str, span: tuple[int, int], dimensions: tuple[str, ...], named: tuple[str, str, str, int]
) -> Identity:
    """Return what makes a record one of its kind.

    Args:
        named: resource, raw usage, related, size.
    """
    resource, raw, related, size = named
    raw = raw if METERS[meter].ordinal else ""
    size = 0 if METERS[meter].one_size else size
    return (meter, *span, key_dimensions(meter, dimensions), resource, raw, related, size)


def merged(
    stored: PackedUsage,
    fresh: PackedUsage,
    unbilled: Unbilled,
    *,
    same_reading: bool = False,
    shows_less: bool = False,
) -> Merged:
    """Return what both say a sub account used in a window.

    The new reading counts. What it no longer shows is kept; what it shows with fewer fields, or
    without its id, is taken for what it was. Tags stay as they were read first.

    Args:
        same_reading: both were made of the same pages, and the stored usage is made anew; then
            only what was kept before stays.
        shows_less: CloudStack's answer has fewer rows than before, so that rejects and holds
            that are no longer shown have not gone away.
    """
    brought = _Brought(stored, fresh, unbilled, same_reading=same_reading)
    rejects, holds = dict(fresh.rejects), dict(fresh.holds)

    def waiting(kind: Kind) -> Mapping[str, int]:
        """Return what waits; asked once all usage has been brought together."""
        counts, before = (rejects, stored.rejects) if kind == "reject" else (holds, stored.holds)
        if kind == "reject" and brought.recognized:
            named = Reason.NO_RESOURCE.text
            counts[named] = counts.get(named, 0) - brought.recognized.total()
        if shows_less:
            counts |= _larger(counts, before)
        return _positive(counts)

    packed = pack(brought.segments(), waiting, kept=brought.kept)
    if brought.is_unchanged and (rejects, holds) == (fresh.rejects, fresh.holds):
        return Merged(fresh, brought.recognized)
    return Merged(packed, brought.recognized)


class _Brought:
    """Stored and fresh usage brought together, as much at once as fits into memory.

    Attributes:
        kept: of what was stored, what the new reading shows no more.
        recognized: nameless rows, by meter, that are known from before.
        is_unchanged: whether the new reading says it all.
    """

    def __init__(
        self, stored: PackedUsage, fresh: PackedUsage, unbilled: Unbilled, *, same_reading: bool
    ) -> None:
        self._stored = stored
        self._fresh = fresh
        self._unbilled = unbilled
        self._same_reading = same_reading
        self.kept: list[UsageGroup] = []
        self.recognized: Counter[str] = Counter()
        self.is_unchanged = True

    def segments(self) -> Iterator[list[UsageGroup]]:
        """Yield the usage; of a very large account, one meter after the other."""
        if self._stored.records + self._fresh.records <= _ROWS_AT_ONCE:
            yield from self._segment(None)
            return
        for meter in sorted(METERS):
            yield from self._segment(meter)

    def _segment(self, meter: str | None) -> Iterator[list[UsageGroup]]:
        body = list(_rows(self._stored.body, meter))
        kept_before = list(_rows(self._stored.kept, meter))
        read = list(_rows(self._fresh.body, meter))
        known = {row.identity: row for row in [*body, *kept_before]}
        before = kept_before if self._same_reading else [*body, *kept_before]
        rich, lost = _made_rich(read, _gone(before, read, self._unbilled), known)
        now = [_as_known(row, known) for row in _without_covered(rich, lost)]
        self.recognized += _recognized(lost, self._unbilled)
        self.kept += _groups(lost)
        # By identity: rows of one group of a large account would compare all of it each time.
        self.is_unchanged &= not lost and all(map(is_, now, read))
        if now:
            yield _groups(now)


def _rows(body: bytes, meter: str | None) -> Iterator[_Row]:
    """Yield packed usage row by row, of one meter only where one is named."""
    for group in unpack(body):
        if meter in (None, group.meter):
            for entry in group.entries():
                yield _Row(group, entry)


def _gone(before: list[_Row], now: list[_Row], unbilled: Unbilled) -> list[_Row]:
    """Return the rows of before that the new reading does not show, billed or set aside."""
    shown = Counter(row.identity for row in now)
    gone = []
    for row in before:
        if shown[row.identity]:
            shown[row.identity] -= 1
        elif row.identity not in unbilled.aside and (
            (row.identity, row.entry.raw) not in unbilled.doubtful
        ):
            gone.append(row)
    return gone


def _made_rich(
    now: list[_Row], gone: list[_Row], known: dict[Identity, _Row]
) -> tuple[list[_Row], list[_Row]]:
    """Return the new rows, poor ones as they were known, and those of before that are lost."""
    poor: dict[Trace, list[int]] = defaultdict(list)
    for place, row in enumerate(now):
        if gone and row.identity not in known:
            poor[row.trace].append(place)
    rich, lost = list(now), []
    for row in gone:
        places = poor[row.trace]
        found = next((place for place in places if now[place].may_be(row)), None)
        if found is None:
            lost.append(row)
        else:
            places.remove(found)
            rich[found] = row
    return rich, lost


def _without_covered(now: list[_Row], lost: list[_Row]) -> list[_Row]:
    """Return the new rows without those whose time a row that is kept has already.

    CloudStack may have removed a whole day, and then emit a part of it again (issue 13399).
    """
    spans: dict[tuple[object, ...], list[_Row]] = defaultdict(list)
    for row in lost:
        spans[row.line].append(row)

    def is_covered(row: _Row) -> bool:
        return any(row.lies_in(kept) for kept in spans.get(row.line, ()))

    return [row for row in now if not is_covered(row)] if lost else now


def _recognized(lost: list[_Row], unbilled: Unbilled) -> Counter[str]:
    """Return how many nameless rows, by meter, are those of rows that are lost."""
    traces = Counter(row.trace for row in lost) & unbilled.nameless
    recognized: Counter[str] = Counter()
    for trace, count in traces.items():
        recognized[trace[0]] += count
    return recognized


def _larger(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {reason: max(one.get(reason, 0), other.get(reason, 0)) for reason in {*one, *other}}


def _positive(counts: Mapping[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in counts.items() if count > 0}


def _as_known(row: _Row, known: dict[Identity, _Row]) -> _Row:
    """Return a row with what is known of it from before: its first tags, what it says no more."""
    earlier = known.get(row.identity)
    if earlier is None:
        return row
    is_poorer = row.group.dimensions != earlier.group.dimensions and row.may_be(earlier)
    name, tags = row.entry.name or earlier.entry.name, earlier.entry.tags
    if not is_poorer and (name, tags) == (row.entry.name, row.entry.tags):
        return row
    group = earlier.group if is_poorer else row.group
    return _Row(group, row.entry._replace(name=name, tags=tags))


def _groups(rows: list[_Row]) -> list[UsageGroup]:
    entries: dict[tuple[str, int, int, tuple[str, ...]], list[Entry]] = defaultdict(list)
    for row in rows:
        entries[row.group.key].append(row.entry)
    return [group_of(*key, each) for key, each in entries.items()]
