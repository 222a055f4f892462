"""The rows of the invoices table.

What is made of them is in `invoices` and `issuers`: every function knows the rows, few need those.
"""

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from chalicelib.tables.attributes import (
    CountAttribute,
    DecimalAttribute,
    Document,
    InstantAttribute,
)

DOCUMENT = "document#"
NUMBERS, TAKEN, SERIES, RUN = "numbers#", "taken#", "series#", "run#"
ISSUERS, DETAILS = "issuers", "details"
ISSUED = "issued"


class DocumentRow(Document):
    """An issued document; pk is the billing account, sk `document#<id>`."""

    class Meta:
        suffix = "invoices"
        table_name = suffix

    body = BinaryAttribute(legacy_encoding=False)
    hash = UnicodeAttribute()
    kind = UnicodeAttribute()
    number = UnicodeAttribute()
    issuer = UnicodeAttribute()
    period = UnicodeAttribute(null=True)
    issued_on = UnicodeAttribute()
    due_on = UnicodeAttribute(null=True)
    total = DecimalAttribute()
    currency = UnicodeAttribute()
    refers_to = UnicodeAttribute(null=True)
    ended = UnicodeAttribute(null=True)
    credited = DecimalAttribute(null=True)


class NumberRow(Document):
    """A number that was given; pk `numbers#<issuer>`, sk `<kind>#<fiscal year>#<n>`."""

    class Meta:
        suffix = "invoices"
        table_name = suffix

    number = UnicodeAttribute()
    account = UnicodeAttribute()
    document = UnicodeAttribute()
    issued_on = UnicodeAttribute()
    total = DecimalAttribute()
    currency = UnicodeAttribute()
    name = UnicodeAttribute()


class TakenNumberRow(Document):
    """That no document may have a number again; pk `taken#<issuer>`, sk the number."""

    class Meta:
        suffix = "invoices"
        table_name = suffix

    document = UnicodeAttribute()


class SeriesRow(Document):
    """Where a series goes on; pk `series#<issuer>`, sk `<kind>#<fiscal year>`."""

    class Meta:
        suffix = "invoices"
        table_name = suffix

    next = CountAttribute()


class RunRow(Document):
    """What the run of a month made of an account; pk `run#<period>`, sk the account."""

    class Meta:
        suffix = "invoices"
        table_name = suffix

    state = UnicodeAttribute()
    reasons = UnicodeAttribute(null=True)
    document = UnicodeAttribute(null=True)
    number = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    at = InstantAttribute()


class IssuerRow(Document):
    """An issuer; pk is `issuers`, sk its id."""

    class Meta:
        suffix = "invoices"
        table_name = suffix

    body = UnicodeAttribute()


class DetailsRow(Document):
    """How documents of an account are made out; pk is `details`, sk the billing account."""

    class Meta:
        suffix = "invoices"
        table_name = suffix

    body = UnicodeAttribute()
