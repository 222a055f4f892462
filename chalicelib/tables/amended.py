"""Invoiced periods whose past has changed since, in the charges table."""

import zlib
from hashlib import blake2b

import msgspec
from pynamodb.exceptions import DoesNotExist

from chalicelib.errors import Conflict
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.packing import pack_rated, plain, unpack_rated
from chalicelib.reporting.summaries import Amended, PeriodSummary, Stored
from chalicelib.tables.amended_rows import AmendedDocument
from chalicelib.tables.attributes import (
    Change,
    Check,
    Put,
    saved,
    updated,
)
from chalicelib.tables.charges import RATED, RatedDocument

_AMENDED = "amended#"


class AmendedTable:
    """Changed pasts by billing account and period."""

    def of(self, account: str) -> list[Amended]:
        """Return every invoiced period of an account that has changed since, in order."""
        rows = AmendedDocument.query(
            account, AmendedDocument.sk.startswith(_AMENDED), consistent_read=True
        )
        return [_amended(row) for row in rows]

    def unpriced(self, account: str) -> list[str]:
        """Return the ids of those of them in which something has no price."""
        rows = AmendedDocument.query(
            account,
            AmendedDocument.sk.startswith(_AMENDED),
            consistent_read=True,
            attributes_to_get=["pk", "sk", "unpriced"],
        )
        return [row.sk.removeprefix(_AMENDED) for row in rows if row.unpriced]

    def digest(self, account: str, period: str) -> str | None:
        """Return the digest of what is stored of a period; read it before the usage."""
        try:
            return AmendedDocument.get(account, _AMENDED + period, consistent_read=True).digest
        except DoesNotExist:
            return None

    def put(self, account: str, rated: RatedPeriod, *, seen: str | None, revision: int) -> bool:
        """Store how an invoiced period comes out now; tell whether that changed anything.

        Args:
            seen: digest of what was stored before the usage was read.
            revision: of the accounts and prices it was made of.

        Raises:
            Conflict: somebody stored another one since, or one made of what is newer.
        """
        charges = plain(rated)
        digest = blake2b(charges, digest_size=16).hexdigest()
        if digest == seen:
            return False
        key = (account, _AMENDED + rated.period.id)
        packed, unpriced = pack_rated(charges), "yes" if rated.unpriced else None
        if seen is None:
            row = AmendedDocument(
                *key, charges=packed, digest=digest, revision=revision, unpriced=unpriced
            )
            done = saved(row, AmendedDocument.pk.does_not_exist())
        else:
            actions = [
                AmendedDocument.charges.set(packed),
                AmendedDocument.digest.set(digest),
                AmendedDocument.revision.set(revision),
                AmendedDocument.unpriced.set(unpriced)
                if unpriced
                else AmendedDocument.unpriced.remove(),
            ]
            still = (AmendedDocument.digest == seen) & (AmendedDocument.revision <= revision)
            done = updated(AmendedDocument(*key), actions, still)
        if not done:
            raise Conflict(f"corrections of {rated.period.id} changed meanwhile")
        return True

    def billed(self, account: str, amended: Amended) -> Change:
        """Return the change that records that a correction was made up to what was read."""
        return Change(
            AmendedDocument(account, _AMENDED + amended.rated.period.id),
            [
                AmendedDocument.billed.set(pack_rated(plain(amended.rated))),
                AmendedDocument.billed_digest.set(amended.digest),
            ],
            AmendedDocument.digest == amended.digest,
        )

    def closing(self, account: str, period: str, document: str, seen: Stored) -> Change:
        """Return the change that closes a rated period: it was invoiced, and is never put again.

        Args:
            seen: what was invoiced; the change is refused where its charges are others by now, or
                it was invoiced with another document.
        """
        free = RatedDocument.invoice.does_not_exist() | (RatedDocument.invoice == document)
        return Change(
            RatedDocument(account, RATED + period),
            [RatedDocument.invoice.set(document)],
            (RatedDocument.digest == seen.digest) & free,
        )

    def still_open(self, account: str, period: str) -> Check:
        """Return what must hold for a period not to have been invoiced."""
        row = RatedDocument(account, RATED + period)
        return Check(row, RatedDocument.invoice.does_not_exist())

    def closed(self, summary: PeriodSummary, rated: RatedPeriod, document: str) -> Put:
        """Return the row of a period without usage that was invoiced: with corrections alone.

        What comes for it later is a correction, too.
        """
        charges, figures = plain(rated), msgspec.json.encode(summary, order="deterministic")
        row = RatedDocument(
            summary.account,
            RATED + rated.period.id,
            total=summary.total.amount,
            currency=summary.total.currency,
            summary=zlib.compress(figures, 6),
            charges=pack_rated(charges),
            digest=blake2b(charges + figures, digest_size=16).hexdigest(),
            revision=0,
            invoice=document,
        )
        return Put(row, RatedDocument.pk.does_not_exist())


def _amended(row: AmendedDocument) -> Amended:
    billed = None if row.billed is None else unpack_rated(row.billed)
    return Amended(unpack_rated(row.charges), billed, row.digest, row.digest == row.billed_digest)
