"""The rows of the ledger; apart from what reads and writes them, to start fast."""

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from chalicelib.tables.attributes import CountAttribute, Document, InstantAttribute


class PostingDocument(Document):
    """A posting, compressed; pk is the billing account, sk `posting#<instant>#<id>`."""

    class Meta:
        suffix = "ledger"
        table_name = suffix

    body = BinaryAttribute(legacy_encoding=False)


class FactDocument(Document):
    """That a fact has been posted, and when, so that it never is again; sk `fact#<posting>`."""

    class Meta:
        suffix = "ledger"
        table_name = suffix

    posted_at = InstantAttribute()


class StandingDocument(Document):
    """How an account stands; pk is `standings`, sk the billing account, so one query lists all."""

    class Meta:
        suffix = "ledger"
        table_name = suffix

    body = UnicodeAttribute()
    version = CountAttribute()
    follow = UnicodeAttribute(null=True)


class PaymentDocument(Document):
    """A payment or refund; pk is `payments#<month>`, sk `<day>#<id>`."""

    class Meta:
        suffix = "ledger"
        table_name = suffix

    body = UnicodeAttribute()


class TopUpDocument(Document):
    """A top-up; pk is `top-ups#<month>`, sk `<day>#<id>`."""

    class Meta:
        suffix = "ledger"
        table_name = suffix

    body = UnicodeAttribute()


class UnpostedDocument(Document):
    """An event that could not be posted; pk is `unposted#<gateway>`, sk its id.

    `state` is `open` until it is posted or dismissed; the row stays.
    """

    class Meta:
        suffix = "ledger"
        table_name = suffix

    body = UnicodeAttribute()
    reason = UnicodeAttribute()
    state = UnicodeAttribute()
    ended_at = InstantAttribute(null=True)
    dismissed_by = UnicodeAttribute(null=True)
    dismissed_because = UnicodeAttribute(null=True)
