"""The charges table: rated periods, and the overview made of their summaries."""

import zlib
from collections.abc import Sequence
from hashlib import blake2b

import msgspec
from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from chalicelib.errors import Conflict
from chalicelib.rating.charges import RatedPeriod
from chalicelib.rating.packing import pack_rated, plain, unpack_rated
from chalicelib.reporting.documents import Document as JsonDocument
from chalicelib.reporting.summaries import PeriodSummary
from chalicelib.tables.attributes import DecimalAttribute, Document, saved

_RATED, _OVERVIEW = "rated#", "overview"


class RatedDocument(Document):
    """A rated period with its summary; pk is the billing account, sk `rated#<period>`.

    Both are one row: they change together, and one row costs half of a transaction over two.
    """

    class Meta:
        suffix = "charges"
        table_name = suffix

    total = DecimalAttribute()
    currency = UnicodeAttribute()
    summary = BinaryAttribute(legacy_encoding=False)
    charges = BinaryAttribute(legacy_encoding=False)
    digest = UnicodeAttribute()


class OverviewDocument(Document):
    """What the overview shows of the newest period, compressed; sk `overview`."""

    class Meta:
        suffix = "charges"
        table_name = suffix

    body = BinaryAttribute(legacy_encoding=False)
    digest = UnicodeAttribute()


class ChargesTable:
    """Rated periods by billing account."""

    def digest(self, account: str, period: str) -> str | None:
        """Return the digest of what is stored of a period; read it before the usage."""
        try:
            return RatedDocument.get(account, _RATED + period, consistent_read=True).digest
        except DoesNotExist:
            return None

    def put(self, summary: PeriodSummary, rated: RatedPeriod, *, seen: str | None) -> bool:
        """Store a rated period with its summary, at once; tell whether that changed anything.

        Args:
            seen: the digest that was stored before the usage was read.

        Raises:
            Conflict: somebody stored another one since; read the usage again.
        """
        charges = plain(rated)
        figures = msgspec.json.encode(summary, order="deterministic")
        digest = blake2b(charges + figures, digest_size=16).hexdigest()
        if digest == seen:
            return False
        row = RatedDocument(
            summary.account,
            _RATED + summary.period.id,
            total=summary.total.amount,
            currency=summary.total.currency,
            summary=zlib.compress(figures, 6),
            charges=pack_rated(charges),
            digest=digest,
        )
        if not saved(row, _still(RatedDocument, seen)):
            raise Conflict(f"charges of {summary.period.id} changed meanwhile")
        return True

    def rated(self, account: str, periods: Sequence[str]) -> list[RatedPeriod]:
        """Return the rated periods there are among `periods`."""
        keys = [(account, _RATED + period) for period in sorted(periods)]
        rows = sorted(RatedDocument.batch_get(keys), key=lambda row: row.sk) if keys else []
        return [unpack_rated(row.charges) for row in rows]

    def newest(self, account: str, count: int) -> list[PeriodSummary]:
        """Return the summaries of the newest periods, newest first."""
        return [summary for summary, _ in self.latest(account, count)]

    def latest(self, account: str, count: int) -> list[tuple[PeriodSummary, str]]:
        """Return the same, each with the digest of what is stored of its period."""
        rows = RatedDocument.query(
            account,
            RatedDocument.sk.startswith(_RATED),
            consistent_read=True,
            scan_index_forward=False,
            limit=count,
            attributes_to_get=["pk", "sk", "summary", "digest"],
        )
        return [
            (msgspec.json.decode(zlib.decompress(row.summary), type=PeriodSummary), row.digest)
            for row in rows
        ]

    def periods(self, account: str) -> list[str]:
        """Return the ids of all rated periods of an account."""
        rows = RatedDocument.query(
            account, RatedDocument.sk.startswith(_RATED), attributes_to_get=["pk", "sk"]
        )
        return [row.sk.removeprefix(_RATED) for row in rows]

    def overview(self, account: str) -> JsonDocument | None:
        """Return the overview as it was last stored."""
        try:
            row = OverviewDocument.get(account, _OVERVIEW)
        except DoesNotExist:
            return None
        return msgspec.json.decode(zlib.decompress(row.body), type=JsonDocument)

    def overview_digest(self, account: str) -> str | None:
        """Return the digest of the stored overview; read it before the summaries."""
        try:
            return OverviewDocument.get(account, _OVERVIEW, consistent_read=True).digest
        except DoesNotExist:
            return None

    def put_overview(self, account: str, document: JsonDocument, *, seen: str | None) -> bool:
        """Store the overview; tell whether that changed anything.

        Raises:
            Conflict: somebody stored another one since `seen` was read.
        """
        body = msgspec.json.encode(document)
        digest = blake2b(body, digest_size=16).hexdigest()
        if digest == seen:
            return False
        row = OverviewDocument(account, _OVERVIEW, body=zlib.compress(body, 6), digest=digest)
        if not saved(row, _still(OverviewDocument, seen)):
            raise Conflict("the overview changed meanwhile")
        return True


def _still(document: type[RatedDocument | OverviewDocument], seen: str | None) -> Condition:
    """Return the condition that the stored row is the one whose digest was read."""
    absent: Condition = document.pk.does_not_exist()
    same: Condition = document.digest == seen
    return absent if seen is None else same
