"""The names CloudStack gives to offerings, zones and templates, packed, in the accounts table."""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b

import msgspec
from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from chalicelib.metering.catalogue import Catalogue, Named
from chalicelib.tables.attributes import Document, saved

_PARTITION = "catalogue"
# A thing is always on the same of so many shelves: an item of DynamoDB holds 400 KB, which the
# names of ten thousand templates would fill, and a name that moved from item to item might be
# lost between two writes.
_SHELVES = 16
_Things = dict[str, Named]
_decode = msgspec.json.Decoder(_Things).decode


class ShelfDocument(Document):
    """Some of the names of a connection; pk is `catalogue`, sk `<connection>#<shelf>`."""

    class Meta:
        suffix = "accounts"
        table_name = suffix

    body = BinaryAttribute(legacy_encoding=False)
    digest = UnicodeAttribute()


class CatalogueTable:
    """The last known names, by connection."""

    def of(self, connection: str) -> Catalogue:
        """Return every name a connection has ever told."""
        rows = self._rows(connection).values()
        return Catalogue({key: thing for row in rows for key, thing in _things(row).items()})

    def of_all(self, connections: Iterable[str]) -> Catalogue:
        """Return every name that any of several connections has ever told."""
        names = Catalogue({})
        for connection in sorted(connections):
            names = names.updated(self.of(connection))
        return names

    def remember(self, connection: str, listed: Catalogue) -> int:
        """Record what CloudStack lists now; return how many rows that changed.

        What it lists no more keeps its name. A row that somebody else has changed meanwhile is
        left to the next time.
        """
        rows = self._rows(connection)
        told: dict[str, _Things] = defaultdict(dict)
        for key, thing in listed.things.items():
            told[_shelf(key)][key] = thing
        changed = 0
        for shelf, things in sorted(told.items()):
            row = rows.get(f"{connection}#{shelf}")
            known = Catalogue({} if row is None else _things(row))
            wanted = _row(connection, shelf, known.updated(Catalogue(things)))
            if row is None:
                changed += saved(wanted, ShelfDocument.pk.does_not_exist())
            elif row.digest != wanted.digest:
                changed += saved(wanted, ShelfDocument.digest == row.digest)
        return changed

    def _rows(self, connection: str) -> dict[str, ShelfDocument]:
        key = ShelfDocument.sk.startswith(f"{connection}#")
        return {row.sk: row for row in ShelfDocument.query(_PARTITION, key, consistent_read=True)}


def _shelf(key: str) -> str:
    return f"{blake2b(key.encode(), digest_size=1).digest()[0] % _SHELVES:02}"


def _row(connection: str, shelf: str, catalogue: Catalogue) -> ShelfDocument:
    plain = msgspec.json.encode(dict(sorted(catalogue.things.items())))
    digest = blake2b(plain, digest_size=16).hexdigest()
    return ShelfDocument(
        _PARTITION, f"{connection}#{shelf}", body=zlib.compress(plain), digest=digest
    )


def _things(row: ShelfDocument) -> _Things:
    return _decode(zlib.decompress(row.body))
