"""Dates in every style CloudStack takes and gives."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from local.cloudstack.dates import DateStyle, read_bound, read_returned, read_zoned

KOLKATA = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-01T00:00:00+01:00", "2026-10-31T23:00:00+00:00"),
        ("2026-11-01T00:00:00+0100", "2026-10-31T23:00:00+00:00"),
        ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00+00:00"),
        ("2026-11-01T00:00:00.250Z", "2026-11-01T00:00:00.250000+00:00"),
        ("2026-11-01T00:00:00Z+0530", "2026-10-31T18:30:00+00:00"),
        ("2026-11-01 06:30:00", "2026-11-01T01:00:00+00:00"),
        ("2026-11-01", "2026-10-31T18:30:00+00:00"),
    ],
)
def test_a_bound_without_offset_is_read_in_the_zone_of_the_server(text, instant):
    assert read_bound(text, KOLKATA, last=False).isoformat() == instant


def test_a_bare_end_day_is_its_last_second():
    assert read_bound("2026-11-01", UTC, last=True) == datetime(2026, 11, 1, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-11-31", "2026-11-01T00:00:00", "2026-11-01T00:00:00 0000", "01.11.2026"],
)
def test_whatever_else_is_no_date(text):
    with pytest.raises(ValueError):
        read_bound(text, UTC, last=False)


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (DateStyle(), "2026-11-01T00:00:00+0000"),
        (DateStyle(KOLKATA), "2026-11-01T05:30:00+0530"),
        (DateStyle(ZoneInfo("America/Sao_Paulo")), "2026-10-31T21:00:00-0300"),
        (DateStyle(KOLKATA, quoted=True), "2026-11-01'T'00:00:00+00:00"),
    ],
)
def test_a_record_date_comes_back_as_the_same_instant(style, text):
    midnight = datetime(2026, 11, 1, tzinfo=UTC)
    assert style.of_record(midnight) == text
    assert read_returned(text) == midnight


def test_an_offset_is_needed_where_no_zone_is_assumed():
    with pytest.raises(ValueError):
        read_zoned("2026-11-01")
