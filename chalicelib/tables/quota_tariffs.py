"""The tariffs of CloudStack's Quota plugin, packed, in the accounts table.

The API answers from here: its role may not read the keys of CloudStack.
"""

import zlib
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

import msgspec
from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from chalicelib.rating.quota_tariffs import QuotaTariff, QuotaTariffs
from chalicelib.tables.attributes import Document, InstantAttribute, saved

_PARTITION = "quota-tariffs"
# An item of DynamoDB holds 400 KB. Some thousand tariffs with long rules pack into a tenth of it.
_LONGEST = 390_000
_decode = msgspec.json.Decoder(list[QuotaTariff]).decode


class QuotaTariffsDocument(Document):
    """All tariffs of a connection; pk is `quota-tariffs`, sk the connection."""

    class Meta:
        suffix = "accounts"
        table_name = suffix

    body = BinaryAttribute(legacy_encoding=False)
    digest = UnicodeAttribute()
    as_of = InstantAttribute()


class QuotaTariffsTable:
    """The tariffs that were listed last, by connection."""

    def of(self, connection: str) -> QuotaTariffs | None:
        """Return what a connection listed last; None where it never did."""
        row = _row(connection)
        if row is None:
            return None
        return QuotaTariffs(_decode(zlib.decompress(row.body)), row.as_of)

    def remember(self, connection: str, tariffs: Sequence[QuotaTariff], as_of: datetime) -> bool:
        """Record what CloudStack lists now; tell whether that is something else than before.

        The same in another order is the same. What somebody else has changed meanwhile is left to
        the next time, and more than a row can hold is left out: usage is collected after it.
        """
        known = _row(connection)
        plain = msgspec.json.encode(sorted(tariffs, key=_order))
        digest = blake2b(plain, digest_size=16).hexdigest()
        if known is not None and known.digest == digest:
            return False
        body = zlib.compress(plain)
        if len(body) > _LONGEST:
            return False
        row = QuotaTariffsDocument(_PARTITION, connection, body=body, digest=digest, as_of=as_of)
        if known is None:
            return saved(row, QuotaTariffsDocument.pk.does_not_exist())
        return saved(row, QuotaTariffsDocument.digest == known.digest)


def _order(tariff: QuotaTariff) -> tuple[int, str, datetime]:
    return (tariff.usage_type, tariff.id, tariff.effective_from)


def _row(connection: str) -> QuotaTariffsDocument | None:
    # The plan may query this table (`policy-plan-collection.json`), not get a row of it.
    key = QuotaTariffsDocument.sk == connection
    return next(QuotaTariffsDocument.query(_PARTITION, key, consistent_read=True), None)
