"""The rows of one sub account in one window, packed once there are many.

A million rows would not fit into the memory of a function as they are. Packed they do, and only
so many at a time are unpacked again.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast
from zlib import crc32

import msgspec

from chalicelib.metering.columns import Rows
from chalicelib.metering.layouts import Cells, header_of, pairs
from chalicelib.metering.usage import Tags

# A sub account with more rows than this is settled one usage type after the other, and a usage
# type with more of them a share of its resources after the other.
_ROWS_AT_ONCE = 30_000
# So many rows at a time are packed by usage type, so that one type can be unpacked by itself.
_MANY_ROWS = 2_000
# Shape and cells of each `Rows`, the tags as pairs.
_Value = str | int | bool | None
_Packed = tuple[str | None, str | None, str | None, int | None, str | None, Tags]
_decode = msgspec.msgpack.Decoder(list[tuple[tuple[_Value, ...], list[_Packed]]]).decode


@dataclass(slots=True)
class OwnerRows:
    """The rows of one sub account.

    Attributes:
        loose: as they came, by shape.
        chunks: packed ones, each with the usage type all of its rows have, 0 for several.
        chunked: how many of each usage type are packed.
    """

    loose: list[Rows] = field(default_factory=list)
    chunks: list[tuple[int, bytes]] = field(default_factory=list)
    chunked: Counter[int] = field(default_factory=Counter)

    def put_aside(self) -> None:
        """Pack the loose rows."""
        if not self.loose:
            return
        by_type: dict[int, list[Rows]] = {}
        for rows in self.loose:
            by_type.setdefault(rows.header.meter.usage_type, []).append(rows)
            self.chunked[rows.header.meter.usage_type] += len(rows.cells)
        if sum(len(rows.cells) for rows in self.loose) < _MANY_ROWS:
            by_type = {0: self.loose}
        self.chunks += [(usage_type, _chunk(rows)) for usage_type, rows in by_type.items()]
        self.loose = []

    def shares(self) -> Iterator[list[Rows]]:
        """Yield the rows by shares: what may contradict one another is in the same.

        All at once where that fits into memory; else by usage type, and a large usage type by
        resource, the packed rows being unpacked again for each share.
        """
        if not self.chunks:
            yield self.loose
            return
        total = self.chunked.copy()
        for rows in self.loose:
            total[rows.header.meter.usage_type] += len(rows.cells)
        if total.total() <= _ROWS_AT_ONCE:
            yield [*self.loose, *self._unpacked()]
            return
        for usage_type in sorted(total):
            shares = -(-total[usage_type] // _ROWS_AT_ONCE)
            for share in range(shares):
                yield list(self._share(usage_type, share, shares))

    def _share(self, usage_type: int, share: int, shares: int) -> Iterator[Rows]:
        for rows in (*self.loose, *self._unpacked(usage_type)):
            if rows.header.meter.usage_type == usage_type:
                cells = [each for each in rows.cells if _share_of(each, shares) == share]
                if cells:
                    yield Rows(rows.shape, rows.header, cells)

    def _unpacked(self, usage_type: int | None = None) -> Iterator[Rows]:
        """Yield packed rows, those of one usage type only where one is named."""
        for its_type, chunk in self.chunks:
            if usage_type is not None and its_type not in (0, usage_type):
                continue
            for shape, cells in _decode(zlib.decompress(chunk)):
                if usage_type in (None, shape[0]):
                    yield Rows(shape, header_of(shape), cast(list[Cells], cells))


def _share_of(cells: Cells, shares: int) -> int:
    return crc32((cells[0] or "").encode()) % shares


def _chunk(loose: Iterable[Rows]) -> bytes:
    plain = [
        (rows.shape, [(*cells[:5], pairs(cells[5])) for cells in rows.cells]) for rows in loose
    ]
    return zlib.compress(msgspec.msgpack.encode(plain), 1)
