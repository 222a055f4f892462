"""The annex of an invoice: what each resource came to."""

from decimal import Decimal

import msgspec


class AnnexRow(msgspec.Struct, frozen=True, gc=False):
    """What one resource used of one thing in the period.

    Attributes:
        service: id of the heading it stands under.
        resource: what its owner calls it; "" where it has no name.
        id: its id in CloudStack.
        amount: exact or rounded; None where it cannot be told for a resource by itself.
        line: name of the line that it is a part of.
    """

    service: str
    resource: str
    id: str
    quantity: Decimal | None
    unit: str
    amount: Decimal | None
    line: str = ""
