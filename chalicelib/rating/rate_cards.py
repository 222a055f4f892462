"""Dated prices: a rate card holds the tariffs of one currency, for everybody or as agreed."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from hashlib import blake2b

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.errors import Conflict
from chalicelib.metering.meters import METERS, meter_of
from chalicelib.periods import instant_text
from chalicelib.rating.distinct import check_distinct, combinations_of
from chalicelib.rating.places import Place, price_at, told_at
from chalicelib.rating.tariffs import (
    TAG,
    Tariff,
    checked,
    is_service,
    wrong,
)

_MOST_TARIFFS = 5_000
# An item of DynamoDB holds 400 KB, the card's key among them.
_LARGEST = 390_000
_Values = tuple[str, ...]


class RateCard(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
    """An immutable set of tariffs in one currency, in force from an instant until the next.

    Attributes:
        tariffs: in one order; usage that none of them fits is not free, it is unpriced.
        account: the billing account it was agreed with; "" for the default list of its currency.
    """

    currency: str
    effective_from: datetime
    tariffs: tuple[Tariff, ...]
    account: str = ""

    @property
    def version(self) -> str:
        """Digest of all it says."""
        return blake2b(msgspec.json.encode(self), digest_size=16).hexdigest()

    @cached_property
    def _shelves(self) -> dict[str, list["_Shelf"]]:
        return _shelved(self.tariffs)

    def tariff(
        self, meter: str, dimensions: _Values, tags: Mapping[str, str] | None = None
    ) -> Tariff | None:
        """Return the tariff of a meter, part or service for usage of these dimensions.

        Of those that fit, the one with most conditions; there is only one of them.

        Args:
            dimensions: as `Meter.dimensions` names them, "" where unknown.
        """
        for shelf in self._shelves.get(meter, ()):
            found = shelf.tariffs.get(shelf.values(dimensions, tags))
            if found is not None:
                return found
        return None

    def names(self, meter: str) -> set[str]:
        """Return what the tariffs of a meter are told apart by."""
        return {name for shelf in self._shelves.get(meter, ()) for name in shelf.names}


class _Shelf(msgspec.Struct, frozen=True):
    """The tariffs of one meter with conditions about the same things, by their values.

    Attributes:
        positions: where each of `names` stands among the meter's dimensions; -1 for a tag.
    """

    names: tuple[str, ...]
    positions: tuple[int, ...]
    tariffs: dict[_Values, Tariff]

    def values(self, dimensions: _Values, tags: Mapping[str, str] | None) -> _Values:
        """Return the values of usage that decide which tariff fits."""
        return tuple(
            [
                dimensions[at] if at >= 0 else (tags or {}).get(name.removeprefix(TAG), "")
                for name, at in zip(self.names, self.positions, strict=True)
            ]
        )


def rate_card(
    currency: str,
    effective_from: datetime,
    tariffs: Sequence[Tariff],
    account: str = "",
    *,
    places: Sequence[Place] = (),
) -> RateCard:
    """Return a rate card whose tariffs have been checked.

    Args:
        places: of the tariffs in the file they came in; that of a list of prices without them.

    Raises:
        InvalidInput: unknown currency, or a tariff that cannot be; two tariffs that may fit the
            same usage, neither of them with more conditions than the other.
    """
    minor_unit(currency)
    if not tariffs:
        raise wrong("a rate card needs at least one price")
    if len(tariffs) > _MOST_TARIFFS:
        raise wrong(f"a rate card has at most {_MOST_TARIFFS} prices")
    stand = places or [price_at(number) for number in range(len(tariffs))]
    known = []
    for tariff, place in zip(tariffs, stand, strict=True):
        with told_at(place):
            known.append(checked(tariff))
    check_distinct(known, stand)
    card = RateCard(currency, effective_from, tuple(sorted(known, key=_order)), account)
    if len(packed_card(card)) > _LARGEST:
        raise wrong("the rate card is too large to be kept; name fewer values in its conditions")
    return card


def other_prices(card: RateCard) -> Conflict:
    """Return the error for a card where its list has other prices from the same instant on."""
    begins = instant_text(card.effective_from)
    whose = f"{card.currency} agreed with {card.account!r}" if card.account else card.currency
    return Conflict(
        f"{whose} has other prices from {begins} on; rate cards never change, set a later instant"
    )


def packed_card(card: RateCard) -> bytes:
    """Return a rate card as it is kept."""
    return zlib.compress(msgspec.json.encode(card))


def unpacked_card(packed: bytes) -> RateCard:
    """Return the rate card that was packed."""
    return _decode(zlib.decompress(packed))


def cards_in_force(cards: Sequence[RateCard], start: datetime, end: datetime) -> list[RateCard]:
    """Return the cards that price `[start, end)`, ascending; the first may begin before it."""
    ordered = sorted(cards, key=lambda card: card.effective_from)
    before = [card for card in ordered if card.effective_from <= start]
    return before[-1:] + [card for card in ordered if start < card.effective_from < end]


def _order(tariff: Tariff) -> tuple[object, ...]:
    """Return what tariffs are sorted by: usage type, then parts, then conditions; services last."""
    if is_service(tariff.meter):
        return (1, 0, tariff.meter, tariff.conditions)
    usage_type = meter_of(tariff.meter).usage_type
    return (0, usage_type, "" if tariff.meter in METERS else tariff.meter, tariff.conditions)


def _shelved(tariffs: Iterable[Tariff]) -> dict[str, list[_Shelf]]:
    """Return the shelves of each meter, those with most conditions first."""
    by_names: dict[tuple[str, tuple[str, ...]], dict[_Values, Tariff]] = defaultdict(dict)
    for tariff in tariffs:
        shelf = by_names[tariff.meter, tariff.names]
        for values in combinations_of(tariff):
            shelf[values] = tariff
    shelves: dict[str, list[_Shelf]] = defaultdict(list)
    for (meter, names), found in by_names.items():
        positions = tuple(-1 if each.startswith(TAG) else _position(meter, each) for each in names)
        shelves[meter].append(_Shelf(names, positions, found))
    for its in shelves.values():
        its.sort(key=lambda shelf: (-len(shelf.names), shelf.names))
    return dict(shelves)


def _position(meter: str, name: str) -> int:
    return meter_of(meter).position(name)


_decode = msgspec.json.Decoder(RateCard).decode
