"""Roll-ups, kept in the accounts table: what is billed to whom, and from when."""

from datetime import date
from typing import cast

from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.errors import Conflict
from chalicelib.roll_ups import RollUp, SourceKind
from chalicelib.tables.attributes import (
    CountAttribute,
    Document,
    condition_failed,
    transaction_conflicted,
)

_PARTITION = "roll-ups"
# Sorts before every id, which are hexadecimal.
_REVISION = "#revision"


class RollUpDocument(Document):
    """A roll-up; pk is `roll-ups`, sk its id. The days are text, `YYYY-MM-DD`."""

    class Meta:
        suffix = "accounts"
        table_name = suffix

    connection = UnicodeAttribute()
    kind = UnicodeAttribute()
    source = UnicodeAttribute()
    billing_account = UnicodeAttribute()
    start = UnicodeAttribute()
    end = UnicodeAttribute(null=True)


class RevisionDocument(Document):
    """How often roll-ups have been changed; sk `#revision`."""

    class Meta:
        suffix = "accounts"
        table_name = suffix

    revision = CountAttribute()


class RollUpsTable:
    """All roll-ups; each may be allowed only while the others are what they are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[RollUp]:
        """Return every roll-up there ever was, by connection, source and start."""
        rows = RollUpDocument.query(
            _PARTITION, RollUpDocument.sk > _REVISION + "~", consistent_read=True
        )
        found = [_roll_up(row) for row in rows]
        return sorted(found, key=lambda each: (each.connection, each.source, each.start, each.id))

    def revision(self) -> int:
        """Return how often they have been changed; read it before the roll-ups themselves."""
        try:
            return RevisionDocument.get(_PARTITION, _REVISION, consistent_read=True).revision
        except DoesNotExist:
            return 0

    def put(self, roll_up: RollUp, *, seen: int) -> None:
        """Store a roll-up, provided that no other has been changed since revision `seen`.

        Raises:
            Conflict: one has.
        """
        unchanged = (
            RevisionDocument.revision == seen if seen else RevisionDocument.pk.does_not_exist()
        )
        revision = RevisionDocument(_PARTITION, _REVISION, revision=seen + 1)
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(revision, condition=unchanged)
                transaction.save(_row(roll_up))
        except TransactWriteError as error:
            if condition_failed(error) or transaction_conflicted(error):
                raise Conflict("somebody else is changing roll-ups; try again") from None
            raise


def _row(roll_up: RollUp) -> RollUpDocument:
    return RollUpDocument(
        _PARTITION,
        roll_up.id,
        connection=roll_up.connection,
        kind=roll_up.kind,
        source=roll_up.source,
        billing_account=roll_up.billing_account,
        start=roll_up.start.isoformat(),
        end=None if roll_up.end is None else roll_up.end.isoformat(),
    )


def _roll_up(row: RollUpDocument) -> RollUp:
    return RollUp(
        connection=row.connection,
        kind=cast(SourceKind, row.kind),
        source=row.source,
        billing_account=row.billing_account,
        start=date.fromisoformat(row.start),
        end=None if row.end is None else date.fromisoformat(row.end),
    )
