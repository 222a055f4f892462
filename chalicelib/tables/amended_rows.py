"""The row of an invoiced period whose past has changed; apart from what reads it, to start fast."""

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from chalicelib.tables.attributes import CountAttribute, Document


class AmendedDocument(Document):
    """An invoiced period as it comes out now; pk is the billing account, sk `amended#<period>`.

    Attributes:
        charges: what the period comes to with the usage known now.
        billed: the same as it stood at the last correction; none before there was any.
        billed_digest: of it.
        unpriced: "yes" while something of it has no price.
    """

    class Meta:
        suffix = "charges"
        table_name = suffix

    charges = BinaryAttribute(legacy_encoding=False)
    digest = UnicodeAttribute()
    revision = CountAttribute()
    billed = BinaryAttribute(legacy_encoding=False, null=True)
    billed_digest = UnicodeAttribute(null=True)
    unpriced = UnicodeAttribute(null=True)
