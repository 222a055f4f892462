"""The rate-cards table: immutable prices by currency and instant."""

import msgspec
from pynamodb.attributes import UnicodeAttribute

from chalicelib.errors import Conflict
from chalicelib.periods import instant_text
from chalicelib.rating.rate_cards import RateCard
from chalicelib.tables.attributes import Document, saved


class RateCardDocument(Document):
    """A rate card; pk is the currency, sk the instant it comes into force."""

    class Meta:
        suffix = "rate-cards"
        table_name = suffix

    body = UnicodeAttribute()


class RateCardsTable:
    """Rate cards by currency."""

    def of(self, currency: str) -> list[RateCard]:
        """Return all rate cards of a currency, ascending by when they come into force."""
        rows = RateCardDocument.query(currency, consistent_read=True)
        return [msgspec.json.decode(row.body, type=RateCard) for row in rows]

    def add(self, card: RateCard) -> bool:
        """Store a rate card; tell whether it is new. The same one again changes nothing.

        Raises:
            Conflict: the currency has other prices from that instant on.
        """
        key = (card.currency, instant_text(card.effective_from))
        body = msgspec.json.encode(card, order="deterministic").decode()
        row = RateCardDocument(*key, body=body)
        if saved(row, RateCardDocument.pk.does_not_exist()):
            return True
        if RateCardDocument.get(*key, consistent_read=True).body == body:
            return False
        raise Conflict(
            f"{card.currency} has other prices from {instant_text(card.effective_from)} on;"
            " rate cards never change, set a later instant"
        )
