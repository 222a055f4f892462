"""The charges table: rated periods, and the overview made of their summaries.

What packs and reads them is imported where it is needed: the overview alone needs none of it, and
it would slow every cold start.
"""

# ruff: noqa: PLC0415
import zlib
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec
from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from chalicelib.errors import Conflict
from chalicelib.reporting.documents import Document as JsonDocument
from chalicelib.tables.attributes import (
    Change,
    CountAttribute,
    DecimalAttribute,
    Document,
    saved,
    updated,
)

if TYPE_CHECKING:
    from chalicelib.rating.basis import Basis
    from chalicelib.rating.line_items import RatedPeriod
    from chalicelib.reporting.summaries import Kept, PeriodSummary, Stored

RATED, _OVERVIEW, _MISSING = "rated#", "overview", "missing"


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
    invoice = UnicodeAttribute(null=True)
    revision = CountAttribute(null=True)
    basis = BinaryAttribute(legacy_encoding=False, null=True)


class MissingDocument(Document):
    """That a rated period lacks a price; pk is `missing`, sk `<billing account>#<period>`.

    It is there whenever the period has anything unpriced, and perhaps a while longer.
    """

    class Meta:
        suffix = "charges"
        table_name = suffix


class OverviewDocument(Document):
    """What the overview shows, compressed; sk `overview`.

    `body` is of the newest period and has the digest. `billing` is of the invoices and the wallet;
    it is written together with what it shows. Neither writer touches what is the other's.
    """

    class Meta:
        suffix = "charges"
        table_name = suffix

    body = BinaryAttribute(legacy_encoding=False, null=True)
    digest = UnicodeAttribute(null=True)
    billing = BinaryAttribute(legacy_encoding=False, null=True)


class ChargesTable:
    """Rated periods by billing account."""

    def stored(self, account: str, period: str) -> "Stored | None":
        """Return what is stored of a period; read it before the usage."""
        try:
            return _stored(RatedDocument.get(account, RATED + period, consistent_read=True))
        except DoesNotExist:
            return None

    def put(
        self,
        summary: "PeriodSummary",
        rated: "RatedPeriod",
        *,
        seen: "Stored | None",
        revision: int,
        basis: "Basis | None" = None,
    ) -> bool:
        """Store a rated period with its summary, at once; tell whether that changed anything.

        Args:
            seen: what was stored before the usage was read.
            revision: of the accounts, prices and agreements it was made of.
            basis: those of them that it was made of; the row tells them to whoever rates again.

        Raises:
            Conflict: somebody stored another one since, or one made of what is newer, or an
                invoice of it; read all of it again.
        """
        from chalicelib.rating.packing import pack_rated, plain

        charges = plain(rated)
        figures = msgspec.json.encode(summary, order="deterministic")
        based_on = b"" if basis is None else msgspec.json.encode(basis)
        digest = blake2b(charges + figures + based_on, digest_size=16).hexdigest()
        if seen is not None and digest == seen.digest:
            return False
        missing = MissingDocument(_MISSING, f"{summary.account}#{summary.period.id}")
        if summary.unpriced:
            missing.save()
        row = RatedDocument(
            summary.account,
            RATED + summary.period.id,
            total=summary.total.amount,
            currency=summary.total.currency,
            summary=zlib.compress(figures, 6),
            charges=pack_rated(charges),
            digest=digest,
            revision=revision,
            basis=zlib.compress(based_on, 6) if based_on else None,
        )
        free = RatedDocument.invoice.does_not_exist() & (
            RatedDocument.revision.does_not_exist() | (RatedDocument.revision <= revision)
        )
        if not saved(row, _still(RatedDocument, None if seen is None else seen.digest) & free):
            raise Conflict(f"charges of {summary.period.id} changed meanwhile")
        if seen is not None and seen.summary.unpriced and not summary.unpriced:
            missing.delete()
        return True

    def kept(self, account: str, period: str) -> "Kept | None":
        """Return all that is stored of a period."""
        from chalicelib.rating.basis import Basis
        from chalicelib.rating.packing import unpack_rated
        from chalicelib.reporting.summaries import Kept

        try:
            row = RatedDocument.get(account, RATED + period, consistent_read=True)
        except DoesNotExist:
            return None
        basis = None
        if row.basis is not None:
            basis = msgspec.json.decode(zlib.decompress(row.basis), type=Basis)
        return Kept(_stored(row), unpack_rated(row.charges), basis)

    def missing(self, after: str = "", limit: int = 100) -> "tuple[list[Stored], str | None]":
        """Return periods that lack a price, and behind which key more follow.

        A row may be there a while longer than what it is about; such ones are passed over.
        """
        key = MissingDocument.sk > after if after else None
        rows = list(MissingDocument.query(_MISSING, key, limit=limit, consistent_read=True))
        found = []
        for row in rows:
            account, _, period = row.sk.rpartition("#")
            stored = self.stored(account, period)
            if stored is not None and stored.summary.unpriced:
                found.append(stored)
        return found, rows[-1].sk if len(rows) == limit else None

    def rated(self, account: str, periods: Sequence[str]) -> "list[RatedPeriod]":
        """Return the rated periods there are among `periods`."""
        from chalicelib.rating.packing import unpack_rated

        keys = [(account, RATED + period) for period in sorted(periods)]
        rows = sorted(RatedDocument.batch_get(keys), key=lambda row: row.sk) if keys else []
        return [unpack_rated(row.charges) for row in rows]

    def newest(self, account: str, count: int) -> "list[PeriodSummary]":
        """Return the summaries of the newest periods, newest first."""
        return [stored.summary for stored in self.latest(account, count)]

    def latest(self, account: str, count: int | None = None) -> "list[Stored]":
        """Return what is stored of the newest periods, newest first.

        Args:
            count: of how many; None for all.
        """
        rows = RatedDocument.query(
            account,
            RatedDocument.sk.startswith(RATED),
            consistent_read=True,
            scan_index_forward=False,
            limit=count,
            attributes_to_get=["pk", "sk", "summary", "digest", "invoice"],
        )
        return [_stored(row) for row in rows]

    def open_periods(self, account: str) -> list[str]:
        """Return the ids of the rated periods of an account that have not been invoiced."""
        rows = RatedDocument.query(
            account,
            RatedDocument.sk.startswith(RATED),
            consistent_read=True,
            attributes_to_get=["pk", "sk", "invoice"],
        )
        return [row.sk.removeprefix(RATED) for row in rows if row.invoice is None]

    def overview(self, account: str) -> JsonDocument | None:
        """Return the overview of the newest period as it was last stored."""
        return self.overview_and_billing(account)[0]

    def overview_and_billing(self, account: str) -> tuple[JsonDocument | None, JsonDocument | None]:
        """Return the overview of the newest period, and that of invoices and wallet: one read."""
        try:
            row = OverviewDocument.get(account, _OVERVIEW)
        except DoesNotExist:
            return None, None
        return _unpacked(row.body), _unpacked(row.billing)

    def billing(self, account: str) -> JsonDocument | None:
        """Return what the overview shows of invoices and wallet; read it before it is changed."""
        try:
            row = OverviewDocument.get(account, _OVERVIEW, consistent_read=True)
        except DoesNotExist:
            return None
        return _unpacked(row.billing)

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
        row = OverviewDocument(account, _OVERVIEW)
        actions = [
            OverviewDocument.body.set(zlib.compress(body, 6)),
            OverviewDocument.digest.set(digest),
        ]
        if not updated(row, actions, _still(OverviewDocument, seen)):
            raise Conflict("the overview changed meanwhile")
        return True


def billing_update(account: str, document: JsonDocument) -> Change:
    """Return the write that shows the invoices and the wallet on the overview of an account."""
    body = zlib.compress(msgspec.json.encode(document), 6)
    return Change(OverviewDocument(account, _OVERVIEW), [OverviewDocument.billing.set(body)])


def _unpacked(body: bytes | None) -> JsonDocument | None:
    if body is None:
        return None
    return msgspec.json.decode(zlib.decompress(body), type=JsonDocument)


def _stored(row: RatedDocument) -> "Stored":
    from chalicelib.reporting.summaries import PeriodSummary, Stored

    summary = msgspec.json.decode(zlib.decompress(row.summary), type=PeriodSummary)
    return Stored(summary, row.digest, row.invoice)


def _still(document: type[RatedDocument | OverviewDocument], seen: str | None) -> Condition:
    """Return the condition that the stored row is the one whose digest was read."""
    absent: Condition = document.digest.does_not_exist()
    same: Condition = document.digest == seen
    return absent if seen is None else same
