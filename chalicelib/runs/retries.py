"""Doing a thing again when somebody else was quicker."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.errors import Conflict

_T = TypeVar("_T")
_TRIES = 4


def until_settled(attempt: Callable[[], _T]) -> _T:
    """Return what `attempt` returns, trying again a few times when it meets another writer.

    Raises:
        Conflict: it met one every time.
    """
    for _ in range(_TRIES - 1):
        try:
            return attempt()
        except Conflict:
            continue
    return attempt()
