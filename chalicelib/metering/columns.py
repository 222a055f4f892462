"""Rows of one shape, and how they become columns; this is the hot path."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from typing import cast

import msgspec

from chalicelib.metering.layouts import Cells, Header, Shape, pairs
from chalicelib.metering.meters import Meter
from chalicelib.metering.records import shortened
from chalicelib.metering.usage import GroupKey, Tags, UsageGroup, group_of

_RESOURCE = itemgetter(0)
# Resource, raw usage, related, size, name, tags, with one way to write every value.
Plain = tuple[str, str, str, int, str, Tags]


class Rows(msgspec.Struct):
    """The rows of one shape."""

    shape: Shape
    header: Header
    cells: list[Cells]


class ShapeGroup(msgspec.Struct):
    """The rows of one shape that can be metered; what does not count is taken out.

    Attributes:
        texts: each raw usage as it came, and as it is kept.
        entries: the rows with one way to write every value; made when they are needed.
    """

    shape: Shape
    header: Header
    cells: list[Cells]
    texts: Mapping[str | None, str]
    read: list[Plain] | None = None

    @property
    def entries(self) -> list[Plain]:
        if self.read is None:
            self.read = _entries(self.cells, self.texts, self.header.meter)
        return self.read

    @entries.setter
    def entries(self, entries: list[Plain]) -> None:
        self.read = entries

    def resources(self) -> Iterable[str]:
        """Return the resources of all rows."""
        if self.header.meter.ordinal:
            return [entry[0] for entry in self.entries]
        return map(_RESOURCE, self.cells if self.read is None else self.read)


def in_columns(groups: Iterable[ShapeGroup]) -> Iterator[UsageGroup]:
    """Yield usage in columns: rows may say the same in several shapes, or come in several parts."""
    alike: dict[GroupKey, list[ShapeGroup]] = {}
    for group in groups:
        header = group.header
        key = (header.meter.name, header.span.start, header.span.end, header.dimensions)
        alike.setdefault(key, []).append(group)
    for key, same in alike.items():
        if len(same) == 1 and same[0].read is None:
            yield _only(key, same[0])
        else:
            yield group_of(*key, [entry for each in same for entry in each.entries])


def _only(key: GroupKey, group: ShapeGroup) -> UsageGroup:
    """Return the rows of a group that need nothing but to be turned into columns."""
    # No resource is named twice here, so rows are told apart before a missing value is compared.
    resources, raw, related, sizes, names, tags = zip(*sorted(group.cells), strict=True)
    return UsageGroup(
        *key,
        list(resources),
        list(_canonical(raw, group.texts)),
        _texts(related) if any(related) else [],
        list(sizes) if group.header.meter.sized else [],
        _texts(names) if any(names) else [],
        [pairs(each) for each in tags] if any(tags) else [],
    )


def _canonical(raw: Sequence[str], texts: Mapping[str | None, str]) -> Iterable[str]:
    """Return raw usages as they are kept; CloudStack mostly writes them so already."""
    if all(text == kept for text, kept in texts.items()):
        return raw
    return [texts[each] for each in raw]


def _texts(values: Sequence[str | None]) -> list[str]:
    return [each or "" for each in values] if None in values else list(cast(list[str], values))


def is_complete(cells: Sequence[Cells], meter: Meter) -> bool:
    """Tell whether every row names its resource and, where the meter wants one, a size."""
    if not all(map(_RESOURCE, cells)):
        return False
    return not meter.sized or all(each[3] is not None and each[3] >= 0 for each in cells)


def _entries(cells: Sequence[Cells], texts: Mapping[str | None, str], meter: Meter) -> list[Plain]:
    """Return rows with one way to write every value, column by column: this is the hot path."""
    if not cells:
        return []
    columns = list(zip(*cells, strict=True))
    resources, raw, related, sizes, names, tags = columns
    return list(
        zip(
            map(shortened, resources) if meter.ordinal else resources,
            _canonical(raw, texts),
            _texts(related) if any(related) else repeat(""),
            sizes if meter.sized else repeat(0),
            _texts(names),
            map(pairs, tags) if any(tags) else repeat(()),
            strict=False,
        )
    )
