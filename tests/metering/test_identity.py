"""Which of several records of one resource count, told as timelines."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal as D
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.metering.identity import Claim, Ruling, rule_on
from chalicelib.metering.records import HOURS_NOISE
from chalicelib.metering.reviews import Reason

HOUR = 3600


def claim(first: int, last: int, raw: object, place: int = 0) -> Claim:
    """Return a claim on a span of hours."""
    return Claim(first * HOUR, last * HOUR, D(str(raw)), last - first + HOURS_NOISE, place)


def ruled(
    *spans: tuple[int, int, object], ordinal: bool = False, accepted: Iterable[Reason] = ()
) -> list[str]:
    """Return what became of each claim: counted, copy, or the reason it is set aside for."""
    claims = [claim(*span, place) for place, span in enumerate(spans)]
    found = {
        ruling.place: ruling
        for ruling in rule_on(claims, ordinal=ordinal, accepted=lambda each: each in set(accepted))
    }
    assert len(found) == len(claims)
    return [_word(found[place]) for place in range(len(claims))]


def _word(ruling: Ruling) -> str:
    if ruling.counted:
        assert ruling.reason is None
        return "counted"
    return "copy" if ruling.reason is None else ruling.reason.value


def test_a_day_emitted_again_is_counted_once() -> None:
    #            0                    24
    # first      |-------- 24 --------|   counted
    # again      |-------- 24 --------|   copy
    # and again  |-------- 24 --------|   copy
    day = (0, 24, 24)
    assert ruled(day, day, day) == ["counted", "copy", "copy"]
    assert Counter(ruled(*[day] * 112)) == {"counted": 1, "copy": 111}
    assert ruled((0, 24, "24"), (0, 24, "24.000")) == ["counted", "copy"]


def test_of_two_quantities_the_least_counts_unless_the_larger_is_accepted() -> None:
    #         0                    24
    # one     |-------- 24 --------|   doubtful
    # two     |-------- 20 --------|   counted
    # three   |-------- 24 --------|   a copy of the doubtful one
    # four    |-------- 20 --------|   copy
    spans = [(0, 24, raw) for raw in (24, 20, 24, 20)]
    assert ruled(*spans) == ["another_quantity", "counted", "copy", "copy"]
    accepted = ruled(*spans, accepted=[Reason.ANOTHER_QUANTITY])
    assert accepted == ["counted", "copy", "copy", "copy"]


def test_three_quantities() -> None:
    spans = [(0, 24, raw) for raw in (3, 1, 2)]
    assert ruled(*spans) == ["another_quantity", "counted", "another_quantity"]
    assert ruled(*spans, accepted=[Reason.ANOTHER_QUANTITY]) == ["counted", "copy", "copy"]


def test_a_partial_window_that_overlaps_a_whole_one_waits() -> None:
    # CloudStack 13399: a run that starts anew at an old event.
    #         0         10         24
    # whole   |-------- 24 --------|   counted
    # again             |--- 14 ---|   overlap
    # again             |--- 14 ---|   a copy of it
    assert ruled((0, 24, 24), (10, 24, 14), (10, 24, 14)) == ["counted", "overlap", "copy"]
    accepted = ruled((0, 24, 24), (10, 24, 14), (10, 24, 14), accepted=[Reason.OVERLAP])
    assert accepted == ["counted", "counted", "copy"]


def test_a_run_of_hours_over_a_day_waits() -> None:
    # CloudStack 13399: runs of hours in a day that has its own record.
    hours = [(hour, hour + 1, 1) for hour in range(24)]
    assert ruled((0, 24, 24), *hours) == ["counted", *["overlap"] * 24]
    # Without it, they are the day.
    assert ruled(*hours) == ["counted"] * 24


def test_adjacent_windows_do_not_overlap() -> None:
    #      0     8     16     24
    # a    |- 8 -|
    # b          |- 8 -|
    # c                |- 8 --|
    assert ruled((8, 16, 8), (0, 8, 8), (16, 24, 8)) == ["counted"] * 3


def test_in_a_chain_of_overlaps_what_waits_covers_nothing() -> None:
    #      0      8     10     18    20
    # a    |---- 10 -----|                 counted
    # b           |------ 10 ---|          overlaps a
    # c                  |---- 10 ----|    counted: b covers nothing
    # d                          |- 4 - 22 overlaps c
    chain = [(0, 10, 10), (8, 18, 10), (10, 20, 10), (18, 22, 4)]
    assert ruled(*chain) == ["counted", "overlap", "counted", "overlap"]
    assert ruled(*chain, accepted=[Reason.OVERLAP]) == ["counted"] * 4


def test_of_two_that_begin_together_the_longer_one_counts() -> None:
    assert ruled((0, 10, 10), (0, 24, 24)) == ["overlap", "counted"]


def test_what_overlaps_and_contradicts_itself_waits_once_for_each_quantity() -> None:
    spans = [(0, 24, 24), (10, 24, 14), (10, 24, 13), (10, 24, 14)]
    assert ruled(*spans) == ["counted", "overlap", "overlap", "copy"]
    # Accepting the overlap does not settle which of the two it is.
    accepted = ruled(*spans, accepted=[Reason.OVERLAP])
    assert accepted == ["counted", "another_quantity", "counted", "copy"]


@pytest.mark.parametrize(
    ("raw", "accepted", "wanted"),
    [
        ("8 8 8", [], "counted counted counted"),
        ("8 8 9", [], "counted counted too_many_hours_together"),
        ("20 1 2", [], "counted counted counted"),
        ("24 24", [], "counted too_many_hours_together"),
        ("24 24", [Reason.TOO_MANY_HOURS_TOGETHER], "counted counted"),
        ("30", [Reason.TOO_MANY_HOURS_TOGETHER], "counted"),
        # The noise of CloudStack's 32-bit hours, once for each record.
        ("12.00001 12.00001", [], "counted counted"),
        ("12.0001 12.0001", [], "counted too_many_hours_together"),
    ],
)
def test_equal_records_of_one_span_count_as_long_as_they_fit(
    raw: str, accepted: list[Reason], wanted: str
) -> None:
    spans = [(0, 24, each) for each in raw.split()]
    assert ruled(*spans, ordinal=True, accepted=accepted) == wanted.split()


def test_equal_records_that_overlap_another_span_are_told_one_by_one() -> None:
    spans = [(0, 24, 24), (10, 24, 7), (10, 24, 7)]
    assert ruled(*spans, ordinal=True) == ["counted", "overlap", "overlap"]
    accepted = ruled(*spans, ordinal=True, accepted=[Reason.OVERLAP])
    assert accepted == ["counted", "counted", "counted"]


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    spans = draw(
        st.lists(st.tuples(st.integers(0, 8), st.integers(1, 8), st.integers(0, 4)), max_size=9)
    )
    return [
        claim(start, start + length, min(raw * 2, length), place)
        for place, (start, length, raw) in enumerate(spans)
    ]


reasons = st.sets(
    st.sampled_from([Reason.OVERLAP, Reason.ANOTHER_QUANTITY, Reason.TOO_MANY_HOURS_TOGETHER])
)


def outcome(found: list[Claim], *, ordinal: bool, accepted: set[Reason]) -> Counter[object]:
    rulings = list(rule_on(found, ordinal=ordinal, accepted=accepted.__contains__))
    assert sorted(each.place for each in rulings) == sorted(each.place for each in found)
    by_place = {each.place: each for each in found}
    return Counter(
        (*_content(by_place[ruling.place]), ruling.counted, ruling.reason) for ruling in rulings
    )


def _content(each: Claim) -> tuple[int, int, D]:
    return each.start, each.end, each.raw


@given(claims(), st.booleans(), reasons, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_every_claim_is_ruled_on_once_and_the_order_of_claims_changes_nothing(
    found: list[Claim], ordinal: bool, accepted: set[Reason], random
) -> None:
    before = outcome(found, ordinal=ordinal, accepted=accepted)
    random.shuffle(found)
    assert outcome(found, ordinal=ordinal, accepted=accepted) == before


@given(claims(), st.booleans(), reasons)
@settings(max_examples=150)
def test_no_hour_is_counted_twice_unless_that_is_accepted(
    found: list[Claim], ordinal: bool, accepted: set[Reason]
) -> None:
    rulings = rule_on(found, ordinal=ordinal, accepted=accepted.__contains__)
    counted = [found[each.place] for each in rulings if each.counted]
    spans = sorted({(each.start, each.end) for each in counted})
    if Reason.OVERLAP not in accepted:
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
    for start, end in spans:
        same = [each for each in counted if (each.start, each.end) == (start, end)]
        assert ordinal or len(same) == 1
        if Reason.TOO_MANY_HOURS_TOGETHER not in accepted:
            noise = HOURS_NOISE * (len(found) + 1)
            assert sum(each.raw for each in same) <= D(end - start) / HOUR + noise


@given(claims(), st.booleans())
@settings(max_examples=100)
def test_what_is_accepted_leaves_nothing_waiting(found: list[Claim], ordinal: bool) -> None:
    rulings = rule_on(found, ordinal=ordinal, accepted=lambda reason: True)
    assert all(each.reason is None for each in rulings)


@given(claims(), reasons, st.integers(2, 4))
@settings(max_examples=60)
def test_repetition_adds_nothing_but_copies(
    found: list[Claim], accepted: set[Reason], times: int
) -> None:
    once = outcome(found, ordinal=False, accepted=accepted)
    often = [
        claim(c.start // HOUR, c.end // HOUR, c.raw, place) for place, c in enumerate(found * times)
    ]
    repeated = outcome(often, ordinal=False, accepted=accepted)
    told = {key: count for key, count in once.items() if key[3] or key[4] is not None}
    assert {key: n for key, n in repeated.items() if key[3] or key[4] is not None} == told
