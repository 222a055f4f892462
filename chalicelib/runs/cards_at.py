"""The prices in force at one instant, as if they always were: what a new card is compared with."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from chalicelib.rating.rate_cards import RateCard
from chalicelib.runs.ports import KnownRateCards

_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


class CardsAt:
    """The one card of each list that is in force where a new card begins, as if it always were.

    Args:
        card: the new one.
        added: whether it is in force itself.
    """

    def __init__(self, rate_cards: KnownRateCards, card: RateCard, *, added: bool) -> None:
        self._rate_cards = rate_cards
        self._card = card
        self._added = added
        self._known: dict[tuple[str, str], list[RateCard]] = {}

    def of(self, currency: str, account: str = "") -> list[RateCard]:
        """Return the card of a list, if there is one."""
        key = (currency, account)
        if key not in self._known:
            in_force = list(self._in_force(self._rate_cards.of(currency, account), key))
            # Made once, so that its index is made once too.
            self._known[key] = [replace(each, effective_from=_ALWAYS) for each in in_force[-1:]]
        return self._known[key]

    def _in_force(self, cards: Sequence[RateCard], key: tuple[str, str]) -> Iterator[RateCard]:
        """Yield the cards that begin by then, ascending; the new one last."""
        own = key == (self._card.currency, self._card.account)
        for each in sorted(cards, key=lambda card: card.effective_from):
            begins = each.effective_from
            if begins < self._card.effective_from or (
                begins == self._card.effective_from and not own
            ):
                yield each
        if own and self._added:
            yield self._card
