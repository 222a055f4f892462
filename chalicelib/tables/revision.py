"""How often accounts, prices or agreements have been changed, kept in the accounts table."""

from pynamodb.exceptions import DoesNotExist

from chalicelib.tables.attributes import CountAttribute, Document, updated

_KEY = ("revision", "prices")


class PricesRevisionDocument(Document):
    """The only row of its kind; pk is `revision`, sk `prices`."""

    class Meta:
        suffix = "accounts"
        table_name = suffix

    revision = CountAttribute()


class RevisionTable:
    """The revision of all that ratings are based on, beside usage."""

    def current(self) -> int:
        """Return it; read it before what it is about."""
        try:
            return PricesRevisionDocument.get(*_KEY, consistent_read=True).revision
        except DoesNotExist:
            return 0

    def bump(self) -> None:
        """Raise it; after something was changed, and before ratings are asked for."""
        row = PricesRevisionDocument(*_KEY)
        updated(
            row, [PricesRevisionDocument.revision.set((PricesRevisionDocument.revision | 0) + 1)]
        )
