"""Dated prices: a rate card holds the tariffs of one currency, for everybody or as agreed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from itertools import combinations, product

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.metering.meters import METERS, meter_of
from chalicelib.rating.tariffs import (
    SERVICE,
    TAG,
    Tariff,
    checked,
    is_service,
    named,
    wrong,
)

_SERVICE_ID = re.compile(r"[a-z0-9_-]{1,40}")
_MOST_TARIFFS = 5_000
_MOST_COMBINATIONS = 100_000
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
    currency: str, effective_from: datetime, tariffs: Sequence[Tariff], account: str = ""
) -> RateCard:
    """Return a rate card whose tariffs have been checked.

    Raises:
        InvalidInput: unknown currency, or a tariff that cannot be; two tariffs that may fit the
            same usage, neither of them with more conditions than the other.
    """
    minor_unit(currency)
    if not tariffs:
        raise wrong("a rate card needs at least one price")
    if len(tariffs) > _MOST_TARIFFS:
        raise wrong(f"a rate card has at most {_MOST_TARIFFS} prices")
    known = [checked(tariff) for tariff in tariffs]
    for tariff in known:
        service = tariff.meter.removeprefix(SERVICE)
        if is_service(tariff.meter) and not _SERVICE_ID.fullmatch(service):
            raise wrong(f"a service is named with a-z, 0-9, _ and -, up to 40: {service!r}")
    _check_distinct(known)
    return RateCard(currency, effective_from, tuple(sorted(known, key=_order)), account)


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
        for values in _combinations(tariff):
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


def _combinations(tariff: Tariff) -> Iterator[_Values]:
    return product(*(values for _, values in tariff.conditions))


def _check_distinct(tariffs: Sequence[Tariff]) -> None:
    """Raise an error where two tariffs may fit the same usage equally well."""
    total = 0
    taken: dict[tuple[str, tuple[str, ...]], dict[_Values, Tariff]] = defaultdict(dict)
    for tariff in tariffs:
        shelf = taken[tariff.meter, tariff.names]
        for values in _combinations(tariff):
            total += 1
            if total > _MOST_COMBINATIONS:
                raise wrong("the conditions of all prices name too many combinations of values")
            if values in shelf:
                raise wrong(_two_prices(tariff, dict(zip(tariff.names, values, strict=True))))
            shelf[values] = tariff
    by_meter: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for meter, names in taken:
        by_meter[meter].append(names)
    for meter, shelves in by_meter.items():
        for one, other in combinations(sorted(shelves), 2):
            if len(one) == len(other):
                _check_apart(meter, one, other, taken)


def _check_apart(
    meter: str,
    one: tuple[str, ...],
    other: tuple[str, ...],
    taken: Mapping[tuple[str, tuple[str, ...]], Mapping[_Values, Tariff]],
) -> None:
    """Raise an error where as many conditions about other things meet, and nothing beats both."""
    both = tuple(sorted({*one, *other}))
    better = [
        (names, its)
        for (of, names), its in taken.items()
        if of == meter and len(names) > len(one) and set(names) <= set(both)
    ]
    for left, tariff in taken[meter, one].items():
        told = dict(zip(one, left, strict=True))
        for right in taken[meter, other]:
            more = dict(zip(other, right, strict=True))
            if any(told[name] != more[name] for name in told.keys() & more.keys()):
                continue
            usage = {**told, **more}
            if not any(tuple(usage[name] for name in names) in its for names, its in better):
                raise wrong(_two_prices(tariff, usage))


def _two_prices(tariff: Tariff, usage: Mapping[str, str]) -> str:
    about = ", ".join(f"{name} {value}" for name, value in usage.items())
    what = f"{named(tariff)} ({tariff.meter})"
    if not usage:
        return f"{what} has two prices"
    return f"{what} has two prices that fit equally well for {about}"
