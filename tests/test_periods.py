"""Spans of time and billing months."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import InvalidInput
from chalicelib.periods import BillingPeriod, Period, periods_touched, time_zone_named

instants = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)
)
zones = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York", "Asia/Kuwait"])


def test_a_month_is_as_long_as_it_is_lived(table) -> None:
    """
    year | month | zone             | hours
    2026 | 2     | UTC              | 672
    2028 | 2     | UTC              | 696
    2026 | 3     | Europe/Berlin    | 743
    2026 | 10    | Europe/Berlin    | 745
    2026 | 11    | Asia/Kolkata     | 720
    2026 | 4     | Australia/Lord_Howe | 720.5
    """
    for row in table:
        period = Period.month(int(row["year"]), int(row["month"]), row["zone"])
        assert str(period.hours) == row["hours"], row


def test_a_running_vm_is_billed_in_each_month_it_touches() -> None:
    #        Jan 31 18:00         Feb 1 06:00
    # vm-1       |------ 12 h ------|
    # month  ...------|--------------...
    #              Feb 1 00:00
    use = Period(datetime(2026, 1, 31, 18, tzinfo=UTC), datetime(2026, 2, 1, 6, tzinfo=UTC))
    january, february = Period.month(2026, 1), Period.month(2026, 2)
    assert (both := use.overlap(january)) and both.hours == 6
    assert (both := use.overlap(february)) and both.hours == 6
    assert use.overlap(Period.month(2026, 3)) is None


def test_a_window_of_utc_reaches_into_two_months_east_of_it() -> None:
    last_of_october = Period(datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert [each.id for each in periods_touched(last_of_october, "UTC")] == ["2026-10"]
    touched = periods_touched(last_of_october, "Asia/Kolkata")
    assert [each.id for each in touched] == ["2026-10", "2026-11"]


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-01", "2026-00", "", "2026-01-01"])
def test_only_months_are_billing_periods(text: str) -> None:
    with pytest.raises(InvalidInput):
        BillingPeriod(text, "UTC")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/passwd"])
def test_an_unknown_time_zone_is_refused_in_words(name: str) -> None:
    with pytest.raises(InvalidInput, match="unknown time zone"):
        time_zone_named(name)


def test_time_without_a_zone_and_backwards_time_are_refused() -> None:
    with pytest.raises(InvalidInput):
        Period(datetime(2026, 1, 1), datetime(2026, 1, 2))
    with pytest.raises(InvalidInput):
        Period(datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))


@given(instants, zones)
def test_every_instant_lies_in_just_its_own_month(at: datetime, zone: str) -> None:
    period = BillingPeriod.at(at, zone)
    assert period.span.contains(at)
    assert not period.next().span.contains(at)


@given(instants, zones)
def test_the_days_of_a_month_make_up_the_month(at: datetime, zone: str) -> None:
    period = BillingPeriod.at(at, zone)
    days = period.days()
    assert days[0][1].start == period.span.start and days[-1][1].end == period.span.end
    assert all(one.end == two.start for (_, one), (_, two) in itertools.pairwise(days))
    assert [day for day, _ in days] == [
        date.fromisoformat(f"{period.id}-01") + timedelta(days=n) for n in range(len(days))
    ]


@given(instants, st.integers(1, 10**6), st.lists(instants, max_size=5))
def test_splitting_loses_no_time(start: datetime, seconds: int, cuts: list[datetime]) -> None:
    whole = Period(start, start + timedelta(seconds=seconds))
    parts = whole.split(cuts)
    assert parts[0].start == whole.start and parts[-1].end == whole.end
    assert sum((part.end - part.start for part in parts), timedelta()) == whole.end - whole.start
