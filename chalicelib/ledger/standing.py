"""How an account stands: a fold over its postings, never edited by hand."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from chalicelib.ledger.entries import Lot, OpenItem


class Standing(msgspec.Struct, frozen=True):
    """What the postings of a billing account add up to.

    Attributes:
        version: how many postings it is made of.
        balances: debits less credits by ledger account; those of zero are left out.
        items: open documents by id.
        lots: top-ups of which something is left, by id.
    """

    account: str
    currency: str
    version: int = 0
    balances: Mapping[str, Decimal] = {}
    items: Mapping[str, OpenItem] = {}
    lots: Mapping[str, Lot] = {}
