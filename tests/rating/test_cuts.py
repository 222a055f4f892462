"""Usage that passes from one billing account to another while it is measured."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.metering.usage import Usage
from chalicelib.money import EXACT
from chalicelib.rating.cuts import clip

MIDNIGHT = datetime(2026, 11, 10, tzinfo=UTC)
START = int(MIDNIGHT.timestamp())


def vm(quantity: D, start: int, end: int) -> Usage:
    return Usage("running_vm", "vm", START + start, START + end, quantity, "o", "z", "n")


def test_a_day_is_shared_by_the_hour(table) -> None:
    """
    from | until | hours of 24
         |       | 24
    6    |       | 18
         | 6     | 6
    6    | 18    | 12
    24   |       |
         | 0     |
    -5   | 30    | 24
    """

    def at(hour: str) -> datetime | None:
        return MIDNIGHT + timedelta(hours=int(hour)) if hour else None

    for row in table:
        parts = list(clip([vm(D(24), 0, 86400)], at(row["from"]), at(row["until"])))
        assert [part.quantity for part in parts] == [D(n) for n in row["hours of 24"].split()], row


seconds = st.integers(-90_000, 180_000)


@given(
    st.decimals(min_value=0, max_value=10**9, places=12),
    st.integers(1, 90_000),
    st.lists(seconds, unique=True, max_size=6),
)
def test_the_parts_on_all_sides_make_up_the_whole_and_keep_to_their_sides(
    quantity: D, length: int, cuts: list[int]
) -> None:
    whole = vm(quantity, 0, length)
    bounds = [None, *(MIDNIGHT + timedelta(seconds=at) for at in sorted(cuts)), None]
    total, covered = D(0), 0
    for start, end in pairwise(bounds):
        for part in clip([whole], start, end):
            assert start is None or part.start >= start.timestamp()
            assert end is None or part.end <= end.timestamp()
            assert (part.meter, part.resource) == (whole.meter, whole.resource)
            total = EXACT.add(total, part.quantity)
            covered += part.end - part.start
    assert (total, covered) == (quantity, length)
