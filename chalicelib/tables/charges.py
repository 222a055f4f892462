"""The charges table: rated periods, their summaries, and the overview made of them."""

import zlib
from collections.abc import Sequence
from hashlib import blake2b

import msgspec
from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.errors import Conflict
from chalicelib.rating.charges import RatedPeriod
from chalicelib.reporting.documents import Document as JsonDocument
from chalicelib.reporting.summaries import PeriodSummary
from chalicelib.tables.attributes import (
    DecimalAttribute,
    Document,
    condition_failed,
    saved,
    transaction_conflicted,
)

_CHARGES, _SUMMARY, _OVERVIEW = "charges#", "summary#", "overview"


class ChargesDocument(Document):
    """The charges of one period; pk is the billing account, sk `charges#<period>`."""

    class Meta:
        suffix = "charges"
        table_name = suffix

    body = BinaryAttribute(legacy_encoding=False)


class SummaryDocument(Document):
    """The summary of one period; sk `summary#<period>`."""

    class Meta:
        suffix = "charges"
        table_name = suffix

    total = DecimalAttribute()
    currency = UnicodeAttribute()
    body = UnicodeAttribute()
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

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def digest(self, account: str, period: str) -> str | None:
        """Return the digest of what is stored of a period; read it before the usage."""
        try:
            return SummaryDocument.get(account, _SUMMARY + period, consistent_read=True).digest
        except DoesNotExist:
            return None

    def put(self, summary: PeriodSummary, rated: RatedPeriod, *, seen: str | None) -> bool:
        """Store a rated period with its summary, at once; tell whether that changed anything.

        Args:
            seen: the digest that was stored before the usage was read.

        Raises:
            Conflict: somebody stored another one since; read the usage again.
        """
        charges = msgspec.json.encode(rated, order="deterministic")
        body = msgspec.json.encode(summary, order="deterministic")
        digest = blake2b(charges + body, digest_size=16).hexdigest()
        if digest == seen:
            return False
        period = summary.period.id
        unchanged = (
            SummaryDocument.pk.does_not_exist() if seen is None else SummaryDocument.digest == seen
        )
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(
                    SummaryDocument(
                        summary.account,
                        _SUMMARY + period,
                        total=summary.total.amount,
                        currency=summary.total.currency,
                        body=body.decode(),
                        digest=digest,
                    ),
                    condition=unchanged,
                )
                transaction.save(
                    ChargesDocument(
                        summary.account, _CHARGES + period, body=zlib.compress(charges, 6)
                    )
                )
        except TransactWriteError as error:
            if condition_failed(error) or transaction_conflicted(error):
                raise Conflict(f"charges of {period} changed meanwhile") from None
            raise
        return True

    def rated(self, account: str, periods: Sequence[str]) -> list[RatedPeriod]:
        """Return the rated periods there are among `periods`."""
        keys = [(account, _CHARGES + period) for period in sorted(periods)]
        rows = sorted(ChargesDocument.batch_get(keys), key=lambda row: row.sk) if keys else []
        return [msgspec.json.decode(zlib.decompress(row.body), type=RatedPeriod) for row in rows]

    def newest(self, account: str, count: int) -> list[PeriodSummary]:
        """Return the summaries of the newest periods, newest first."""
        rows = SummaryDocument.query(
            account,
            SummaryDocument.sk.startswith(_SUMMARY),
            consistent_read=True,
            scan_index_forward=False,
            limit=count,
        )
        return [msgspec.json.decode(row.body, type=PeriodSummary) for row in rows]

    def periods(self, account: str) -> list[str]:
        """Return the ids of all rated periods of an account."""
        rows = SummaryDocument.query(
            account,
            SummaryDocument.sk.startswith(_SUMMARY),
            attributes_to_get=["pk", "sk"],
        )
        return [row.sk.removeprefix(_SUMMARY) for row in rows]

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
        unchanged = (
            OverviewDocument.pk.does_not_exist()
            if seen is None
            else OverviewDocument.digest == seen
        )
        if not saved(row, unchanged):
            raise Conflict("the overview changed meanwhile")
        return True
