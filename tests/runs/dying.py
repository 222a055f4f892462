"""Dying before and after every request of a story, going on, and ending in the same rows."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from tests.faults import Died, Point, Requests, counted_requests, writes
from tests.world import World


def dies_anywhere(
    monkeypatch: pytest.MonkeyPatch,
    begin: World,
    work: Callable[[World], None],
    *,
    rate: bool = True,
) -> dict[str, str]:
    """Die before and after every request of `work`, go on, and end in the same; return that.

    Args:
        rate: whether to rate in the end; else which ratings were asked for is compared.
    """
    stored, world = begin.stored(), begin.copied()
    with counted_requests(monkeypatch) as undisturbed:
        work(world)
    if rate:
        world.drain()
    expected, archived, ratings = world.rows(), world.archived(), world.ratings()
    for point, after in visits(undisturbed):
        world.put_back(stored)
        with counted_requests(monkeypatch, point, after=after) as requests, suppress(Died):
            work(world)
        where = f"{'after' if after else 'before'} {point}, {requests.names[-1]}"
        assert requests.died, where
        work(world)
        if rate:
            world.drain()
        assert world.rows() == expected, where
        assert world.archived() == archived, where
        assert world.ratings() == ratings, where
    return expected


def visits(requests: Requests) -> Iterator[tuple[Point, bool]]:
    """Yield where to die, before or after a request, so that all that can be left behind is.

    Reading changes nothing, so dying after a read, or before one that follows it, leaves behind
    what dying before the first of them does. The thread that fetches ahead runs beside others
    that write, so each of its requests is visited.
    """
    changed = True
    for point, name in zip(requests.points, requests.names, strict=True):
        if point.ahead or changed or writes(name):
            yield point, False
        if writes(name):
            yield point, True
        changed = writes(name)
