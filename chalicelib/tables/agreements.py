"""Agreements, kept in the accounts table: what is agreed with an account beside its prices."""

from datetime import date

import msgspec
from msgspec.structs import replace
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.errors import NotFound
from chalicelib.rating.agreements import Agreement
from chalicelib.tables.attributes import Document, saved, updated

_PARTITION = "agreements#"
_decode = msgspec.json.Decoder(Agreement).decode


class AgreementDocument(Document):
    """An agreement; pk is `agreements#<billing account>`, sk its id.

    Attributes:
        body: what was agreed, without its end.
        until: the day on which it no longer holds, `YYYY-MM-DD`.
    """

    class Meta:
        suffix = "accounts"
        table_name = suffix

    body = UnicodeAttribute()
    until = UnicodeAttribute(null=True)


class AgreementsTable:
    """Agreements by billing account."""

    def of(self, account: str) -> list[Agreement]:
        """Return everything that was ever agreed with an account, in one order."""
        rows = AgreementDocument.query(_PARTITION + account, consistent_read=True)
        return sorted(map(_agreement, rows), key=lambda each: (each.start, each.id))

    def add(self, account: str, agreement: Agreement) -> bool:
        """Record an agreement; tell whether it is new. One that is known keeps its end."""
        body = msgspec.json.encode(replace(agreement, until=None)).decode()
        until = None if agreement.until is None else agreement.until.isoformat()
        row = AgreementDocument(_PARTITION + account, agreement.id, body=body, until=until)
        return saved(row, AgreementDocument.pk.does_not_exist())

    def end(self, account: str, agreement: str, until: date | None) -> Agreement:
        """Record when an agreement ends, None for never; return it.

        Raises:
            NotFound: the account has no such agreement.
        """
        row = AgreementDocument(_PARTITION + account, agreement)
        action = (
            AgreementDocument.until.remove()
            if until is None
            else AgreementDocument.until.set(until.isoformat())
        )
        if not updated(row, [action], AgreementDocument.pk.exists()):
            raise NotFound(f"no agreement {agreement!r}")
        return self.get(account, agreement)

    def get(self, account: str, agreement: str) -> Agreement:
        """Return an agreement.

        Raises:
            NotFound: the account has no such agreement.
        """
        try:
            row = AgreementDocument.get(_PARTITION + account, agreement, consistent_read=True)
        except DoesNotExist:
            raise NotFound(f"no agreement {agreement!r}") from None
        return _agreement(row)


def _agreement(row: AgreementDocument) -> Agreement:
    until = None if row.until is None else date.fromisoformat(row.until)
    agreement: Agreement = replace(_decode(row.body), until=until)
    return agreement
