"""Usage that passes from one billing account to another while it is measured."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.metering.meters import METERS
from chalicelib.metering.usage import UsageGroup, group_of, measured
from chalicelib.rating.cuts import clip

MIDNIGHT = datetime(2026, 11, 10, tzinfo=UTC)
START = int(MIDNIGHT.timestamp())
# What its parts are multiplied by; other dimensions matter to nobody here.
NUMBERS = {"vcpus": "3", "mhz": "2500", "memory_mib": "1000", "size": "5000000000"}


def used(meter: str, start: int, end: int, *raw: str) -> UsageGroup:
    """Return what as many resources used as there are raw usages, from a second to another."""
    dimensions = tuple(NUMBERS.get(each.name, "") for each in METERS[meter].dimensions)
    entries = [
        (f"r-{n}", each, "", (n + 1) * 10**9 if METERS[meter].sized else 0, f"n-{n}", ())
        for n, each in enumerate(raw)
    ]
    return group_of(meter, START + start, START + end, dimensions, entries)


def at(hour: str) -> datetime | None:
    return MIDNIGHT + timedelta(hours=int(hour)) if hour else None


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
    for row in table:
        parts = list(clip([used("running_vm", 0, 86400, "24")], at(row["from"]), at(row["until"])))
        assert [D(raw) for part in parts for raw in part.raw] == [
            D(n) for n in row["hours of 24"].split()
        ], row


def test_a_level_stays_what_it_was_for_as_long_as_it_was(table) -> None:
    """
    from | until | bytes | hours
         |       | 7     | 24
    6    |       | 7     | 18
         | 6     | 7     | 6
    6    | 18    | 7     | 12
    24   |       |       |
    """
    for row in table:
        parts = list(clip([used("bucket", 0, 86400, "7")], at(row["from"]), at(row["until"])))
        assert [raw for part in parts for raw in part.raw] == row["bytes"].split(), row
        assert [(part.end - part.start) // 3600 for part in parts] == [
            int(hours) for hours in row["hours"].split()
        ], row


def test_usage_that_is_not_cut_is_left_as_it_is() -> None:
    whole = used("volume", 0, 86400, "24", "24.000002")
    (same,) = clip([whole], MIDNIGHT, MIDNIGHT + timedelta(days=1))
    assert same is whole
    (part,) = clip([whole], None, MIDNIGHT + timedelta(hours=1))
    assert (part.sizes, part.names, part.dimensions) == (whole.sizes, whole.names, whole.dimensions)


seconds = st.integers(-90_000, 180_000)
raws = st.decimals(min_value=0, max_value=10**9, places=12).map(lambda each: format(each, "f"))


@given(
    st.sampled_from(sorted(METERS)),
    st.lists(raws, min_size=1, max_size=3),
    st.integers(1, 90_000),
    st.lists(seconds, unique=True, max_size=6),
)
@settings(max_examples=150)
def test_the_parts_on_all_sides_make_up_the_whole_and_keep_to_their_sides(
    meter: str, raw: list[str], length: int, cuts: list[int]
) -> None:
    whole = used(meter, 0, length, *raw)
    bounds = [None, *(MIDNIGHT + timedelta(seconds=each) for each in sorted(cuts)), None]
    sums: dict[str, Fraction] = defaultdict(Fraction)
    covered = 0
    for start, end in pairwise(bounds):
        for part in clip([whole], start, end):
            assert start is None or part.start >= start.timestamp()
            assert end is None or part.end <= end.timestamp()
            assert (part.meter, part.resources) == (whole.meter, whole.resources)
            assert all(D(each) >= 0 for each in part.raw)
            for name, measure in measured(part):
                sums[name] += Fraction(measure)
            covered += part.end - part.start
    assert sums == {name: Fraction(measure) for name, measure in measured(whole)}
    assert covered == length
