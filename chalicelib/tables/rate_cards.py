"""The rate-cards table: immutable prices by currency, or by account where agreed, and instant."""

import msgspec
from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.errors import NotFound
from chalicelib.periods import instant_text
from chalicelib.rating.rate_cards import RateCard, other_prices, packed_card, unpacked_card
from chalicelib.tables.attributes import Document, saved

_decode = msgspec.json.Decoder(RateCard).decode


class RateCardDocument(Document):
    """A rate card; pk is the currency, sk the instant it comes into force.

    One that was agreed with a billing account has the pk `<currency>#<account>`.
    """

    class Meta:
        suffix = "rate-cards"
        table_name = suffix

    body = UnicodeAttribute(null=True)
    """What rate cards were written to before they were packed."""
    packed = BinaryAttribute(legacy_encoding=False, null=True)

    @property
    def card(self) -> RateCard:
        """The rate card it holds."""
        return _decode(self.body) if self.packed is None else unpacked_card(self.packed)


class RateCardsTable:
    """Rate cards by currency, and by the account they were agreed with."""

    def of(self, currency: str, account: str = "") -> list[RateCard]:
        """Return all rate cards of a list, ascending by when they come into force.

        Args:
            account: of the cards agreed with it; "" for the default list of the currency.
        """
        rows = RateCardDocument.query(_list(currency, account), consistent_read=True)
        return [row.card for row in rows]

    def get(self, currency: str, account: str, effective_from: str) -> RateCard:
        """Return one rate card.

        Raises:
            NotFound: the list has none that comes into force at that instant.
        """
        key = (_list(currency, account), effective_from)
        try:
            return RateCardDocument.get(*key, consistent_read=True).card
        except DoesNotExist:
            raise NotFound(f"no rate card in {currency} from {effective_from}") from None

    def add(self, card: RateCard) -> bool:
        """Store a rate card; tell whether it is new. The same one again changes nothing.

        Raises:
            Conflict: the list has other prices from that instant on.
        """
        key = (_list(card.currency, card.account), instant_text(card.effective_from))
        row = RateCardDocument(*key, packed=packed_card(card))
        if saved(row, RateCardDocument.pk.does_not_exist()):
            return True
        if RateCardDocument.get(*key, consistent_read=True).card == card:
            return False
        raise other_prices(card)


def _list(currency: str, account: str) -> str:
    return f"{currency}#{account}" if account else currency
