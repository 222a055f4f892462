"""The rejects table: what was set aside, and what was decided of it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.metering.reviews import Decision, Reason, ReviewGroup, Verdict
from chalicelib.metering.windows import Window
from chalicelib.tables.reviews import ReviewsTable
from tests.tables.spans import FIRST, day
from tests.world import NOW, World


@pytest.fixture
def reviews(world: World) -> ReviewsTable:
    return world.wiring.reviews


def group(
    reason: Reason = Reason.OVERLAP,
    records: int = 1,
    *,
    usage_type: int | None = 1,
    owner: str = "a",
    verdict: Verdict | None = None,
) -> ReviewGroup:
    samples = ['{"rawusage":"14"}', '{"name":"Zürich 🙂"}']
    return ReviewGroup(usage_type, owner, "acme", reason, verdict, records, samples)


def found(reviews: ReviewsTable, window: Window) -> list[ReviewGroup]:
    groups = [group for at, group in reviews.of(window.connection) if at == window]
    return sorted(groups, key=_order)


def _order(each: ReviewGroup) -> tuple[int, str, str]:
    return each.usage_type or 0, each.owner, each.reason


def decision(window: Window, verdict: Verdict = "accept", **how: object) -> Decision:
    plain = Decision(
        window.connection,
        1,
        Reason.OVERLAP,
        window.period.start,
        window.period.end,
        verdict,
        "olga",
        NOW,
        "as agreed",
    )
    return replace(plain, **how)  # type: ignore[arg-type]


def test_groups_come_back_as_they_were(reviews: ReviewsTable, window: Window) -> None:
    groups = [
        group(Reason.NOT_A_RECORD, 3, usage_type=None, owner=""),
        group(Reason.NO_OWNER, 2, owner=""),
        group(Reason.OVERLAP, 4),
        group(Reason.OVERLAP, 5, owner="b"),
        group(Reason.TOO_MANY_HOURS, 6, verdict="refuse"),
        group(Reason.OVERLAP, 7, usage_type=30),
    ]
    assert reviews.replace(window, groups) == 6
    assert found(reviews, window) == sorted(groups, key=_order)
    assert reviews.replace(window, groups) == 0


def test_what_is_set_aside_is_replaced_as_a_whole(reviews: ReviewsTable, window: Window) -> None:
    one, two, three = group(), group(Reason.NEGATIVE), group(Reason.NO_SIZE)
    reviews.replace(window, [one, two])
    more = replace(one, count=9, verdict="refuse")
    assert reviews.replace(window, [more, three]) == 3
    assert found(reviews, window) == [three, more]
    assert reviews.replace(window, []) == 2
    assert found(reviews, window) == []


def test_where_cloudstack_shows_less_nothing_goes_away(
    reviews: ReviewsTable, window: Window
) -> None:
    reviews.replace(window, [group(records=5), group(Reason.NEGATIVE, 2)])
    less = [group(records=3), group(Reason.NO_SIZE, 1)]
    assert reviews.replace(window, less, shows_less=True) == 1
    assert found(reviews, window) == [
        group(Reason.NEGATIVE, 2),
        group(Reason.NO_SIZE, 1),
        group(records=5),
    ]
    assert reviews.replace(window, [group(records=6)], shows_less=True) == 1
    assert found(reviews, window)[-1] == group(records=6)


def test_other_windows_and_connections_are_left_alone(
    reviews: ReviewsTable, window: Window
) -> None:
    next_day, elsewhere = day(window.connection, 1), day(window.connection + "x", 0)
    for each in (window, next_day, elsewhere):
        reviews.replace(each, [group()])
    reviews.replace(window, [])
    assert found(reviews, window) == []
    assert found(reviews, next_day) == found(reviews, elsewhere) == [group()]


def test_newest_windows_come_first(reviews: ReviewsTable, window: Window) -> None:
    days = [day(window.connection, number) for number in (1, 0, 2)]
    for each in days:
        reviews.replace(each, [group()])
    starts = [each.period.start for each, _ in reviews.of(window.connection)]
    assert starts == sorted(starts, reverse=True) and len(starts) == 3


def test_decisions_come_back_newest_first(reviews: ReviewsTable, window: Window) -> None:
    early = decision(window, at=NOW - timedelta(hours=1))
    late = decision(window, "refuse", usage_type=None, reason=Reason.NOT_A_RECORD, note="")
    reviews.decide(late)
    reviews.decide(early)
    assert reviews.decisions(window.connection) == [late, early]
    assert reviews.decisions(window.connection + "x") == []


def test_decisions_of_one_instant_are_all_kept(reviews: ReviewsTable, window: Window) -> None:
    several = [
        decision(window),
        decision(window, reason=Reason.TOO_MANY_HOURS),
        decision(window, usage_type=30),
        decision(window, start=FIRST - timedelta(days=9)),
    ]
    for each in several:
        reviews.decide(each)
        reviews.decide(each)
    assert len(reviews.decisions(window.connection)) == 4


def test_a_decision_holds_for_the_windows_that_start_in_its_span(
    reviews: ReviewsTable, window: Window
) -> None:
    #              10th     11th     12th     13th
    # decided      |-----------------|
    # window 0     |--------|                        holds
    # window 1              |--------|               holds
    # window 2                       |--------|
    both = decision(window, end=window.period.end + timedelta(days=1))
    reviews.decide(both)
    holds = [reviews.decisions_on(day(window.connection, number)) for number in range(-1, 3)]
    assert holds == [[], [both], [both], []]


def test_a_decision_is_carried_out_once_its_windows_were_asked_for(
    reviews: ReviewsTable, window: Window
) -> None:
    one, two = decision(window), decision(window, at=NOW + timedelta(hours=1))
    reviews.decide(one)
    reviews.decide(two)
    assert reviews.not_carried_out(window.connection) == [two, one]
    reviews.mark_carried_out(one)
    assert reviews.not_carried_out(window.connection) == [two]
    reviews.mark_carried_out(one)
    reviews.mark_carried_out(two)
    assert reviews.not_carried_out(window.connection) == []
    assert reviews.decisions(window.connection) == [two, one]


def test_decisions_are_not_what_was_set_aside(reviews: ReviewsTable, window: Window) -> None:
    reviews.decide(decision(window))
    assert list(reviews.of(window.connection)) == []
    reviews.replace(window, [group()])
    assert len(reviews.decisions(window.connection)) == 1
