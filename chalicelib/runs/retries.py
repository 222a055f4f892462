"""Doing a thing again when somebody else was quicker."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.errors import Conflict

_T = TypeVar("_T")
_TRIES = 4


def until_settled(
    attempt: Callable[[], _T], again: Callable[[], None] = lambda: None, *, tries: int = _TRIES
) -> _T:
    """Return what `attempt` returns, trying again a few times when it meets another writer.

    Args:
        again: called before each further try.

    Raises:
        Conflict: it met one every time.
    """
    for _ in range(tries - 1):
        try:
            return attempt()
        except Conflict:
            again()
    return attempt()
