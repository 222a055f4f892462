"""No two tariffs of a rate card may fit the same usage equally well."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from chalicelib.errors import InvalidInput
from chalicelib.rating.places import Place, wrong_at
from chalicelib.rating.tariffs import Tariff, named, wrong

_MOST_COMBINATIONS = 100_000
_TOO_MANY = "the conditions of all prices name too many combinations of values"
_Values = tuple[str, ...]
# Which tariffs, by their numbers, fit values of these dimensions of a meter.
_Taken = dict[tuple[str, tuple[str, ...]], dict[_Values, int]]


def combinations_of(tariff: Tariff) -> Iterator[_Values]:
    """Return all values of what its conditions are about that fit a tariff."""
    return product(*(values for _, values in tariff.conditions))


def check_distinct(tariffs: Sequence[Tariff], places: Sequence[Place]) -> None:
    """Raise an error where two tariffs may fit the same usage equally well."""
    total = 0
    taken: _Taken = defaultdict(dict)
    for number, tariff in enumerate(tariffs):
        shelf = taken[tariff.meter, tariff.names]
        for values in combinations_of(tariff):
            total += 1
            if total > _MOST_COMBINATIONS:
                raise wrong(_TOO_MANY)
            other = shelf.setdefault(values, number)
            if other != number:
                usage = dict(zip(tariff.names, values, strict=True))
                raise _two_prices(tariff, usage, places[number], places[other])
    by_meter: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for meter, names in taken:
        by_meter[meter].append(names)
    for meter, shelves in by_meter.items():
        for one, other_names in combinations(sorted(shelves), 2):
            if len(one) == len(other_names):
                met = _meeting(meter, one, other_names, taken)
                if met is not None:
                    first, second, usage = met
                    raise _two_prices(tariffs[second], usage, places[second], places[first])


def _meeting(
    meter: str, one: tuple[str, ...], other: tuple[str, ...], taken: _Taken
) -> tuple[int, int, dict[str, str]] | None:
    """Return two tariffs with as many conditions about other things that meet with none above.

    The usage that both fit comes with them; None where there are no such two.
    """
    both = tuple(sorted({*one, *other}))
    better = [
        (names, its)
        for (of, names), its in taken.items()
        if of == meter and len(names) > len(one) and set(names) <= set(both)
    ]
    shared = [name for name in one if name in other]
    at, there = [one.index(name) for name in shared], [other.index(name) for name in shared]
    alike: dict[_Values, list[tuple[_Values, int]]] = defaultdict(list)
    for right, second in taken[meter, other].items():
        alike[tuple(right[each] for each in there)].append((right, second))
    pairs = 0
    for left, first in taken[meter, one].items():
        for right, second in alike[tuple(left[each] for each in at)]:
            usage = {**dict(zip(one, left, strict=True)), **dict(zip(other, right, strict=True))}
            if not any(tuple(usage[name] for name in names) in its for names, its in better):
                return min(first, second), max(first, second), usage
            pairs += 1
            if pairs > _MOST_COMBINATIONS:
                raise wrong(_TOO_MANY)
    return None


def _two_prices(
    tariff: Tariff, usage: Mapping[str, str], place: Place, other: Place
) -> InvalidInput:
    about = ", ".join(f"{name} {value}" for name, value in usage.items())
    equally = f" that fit equally well for {about}" if usage else ""
    what = f"{named(tariff)} ({tariff.meter}) has two prices{equally}"
    return wrong_at(place, f"{what}; the other is {other.words}")
