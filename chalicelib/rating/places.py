"""Where in a file a price stands, so that what is wrong with it can be shown beside it."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from chalicelib.errors import InvalidInput


class Place(msgspec.Struct, frozen=True):
    """A place in a file.

    Attributes:
        words: what an error begins with, such as `prices[3]` or `line 4, price`.
        key: of the same among the fields of an error, such as `prices.3` or `lines.4`.
    """

    words: str
    key: str


def price_at(number: int) -> Place:
    """Return the place of a price in a list of them, the first of which is 0."""
    return Place(f"prices[{number}]", f"prices.{number}")


def line_at(number: int, column: str = "") -> Place:
    """Return the place of a line of a table, or of a cell in it; the first line is 1."""
    words = f"line {number}, {column}" if column else f"line {number}"
    return Place(words, f"lines.{number}")


def wrong_at(place: Place, message: str) -> InvalidInput:
    """Return the error for what stands there."""
    return InvalidInput(f"{place.words}: {message}", {place.key: message})


@contextmanager
def told_at(place: Place) -> Iterator[None]:
    """Have what turns out to be wrong inside of the block say where it stands."""
    try:
        yield
    except InvalidInput as error:
        raise wrong_at(place, str(error)) from None
