"""Usage records, read and checked: owners, dates, numbers."""

from datetime import UTC, datetime
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.metering.records import (
    UsageRow,
    comma_read,
    instant,
    owner_of,
    raw_usage,
    shortened,
    span_of,
)
from chalicelib.metering.reviews import Reason, Refused
from tests.metering.rows import row

JAN_1, JAN_2 = (int(datetime(2026, 1, day, tzinfo=UTC).timestamp()) for day in (1, 2))


def test_both_date_styles_and_any_offset_name_the_same_window(table) -> None:
    """
    start                         | end
    2026-01-01T00:00:00+0000      | 2026-01-01T23:59:59+0000
    2026-01-01'T'00:00:00+00:00   | 2026-01-01'T'23:59:59+00:00
    2026-01-01T05:30:00+0530      | 2026-01-02T05:29:59+0530
    2026-01-01'T'05:30:00+05:30   | 2026-01-02'T'05:29:59+05:30
    2025-12-31T21:00:00-0300      | 2026-01-01T20:59:59-0300
    2026-01-01T00:00:00Z          | 2026-01-02T00:59:59+0100
    """
    for each in table:
        span = span_of(each["start"], each["end"])
        assert (span.start, span.end) == (JAN_1, JAN_2), each
        assert 24 < span.most_hours < D("24.0001"), each


def test_a_day_has_the_hours_it_is_lived(table) -> None:
    """
    start                     | end                       | hours
    2026-03-29T00:00:00+0100  | 2026-03-29T23:59:59+0200  | 23
    2026-10-25T00:00:00+0200  | 2026-10-25T23:59:59+0100  | 25
    2026-01-01T10:00:00+0000  | 2026-01-01T10:59:59+0000  | 1
    2026-01-01T10:00:00+0000  | 2026-01-01T10:00:00+0000  | 0.000277777777777777777777777778
    """
    for each in table:
        most = span_of(each["start"], each["end"]).most_hours
        assert abs(most - D("0.00001") - D(each["hours"])) < D("1e-20"), each


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        (None, "2026-01-01T23:59:59+0000", Reason.NO_DATES),
        ("2026-01-01T00:00:00+0000", None, Reason.NO_DATES),
        ("", "2026-01-01T23:59:59+0000", Reason.NO_DATES),
        ("yesterday", "2026-01-01T23:59:59+0000", Reason.UNREADABLE_DATE),
        ("2026-01-01 00:00:00", "2026-01-01T23:59:59+0000", Reason.UNREADABLE_DATE),
        ("2026-01-01", "2026-01-01T23:59:59+0000", Reason.UNREADABLE_DATE),
        ("2026-02-30T00:00:00+0000", "2026-03-01T23:59:59+0000", Reason.UNREADABLE_DATE),
        ("0001-01-01T00:00:00+0100", "2026-03-01T23:59:59+0000", Reason.UNREADABLE_DATE),
        ("2026-03-01T00:00:00+0000", "9999-12-31T23:59:59+0000", Reason.UNREADABLE_DATE),
        ("2026-01-02T00:00:00+0000", "2026-01-01T23:59:59+0000", Reason.ENDS_BEFORE_START),
    ],
)
def test_dates_that_are_no_span_are_refused(
    start: str | None, end: str | None, reason: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        span_of(start, end)
    assert refused.value.reason is reason


@given(st.text(max_size=30))
def test_whatever_stands_in_a_date_is_an_instant_or_no_value(text: str) -> None:
    try:
        assert instant(text).tzinfo is UTC
    except ValueError:
        return


def test_raw_usage_is_a_number_or_a_reason(table) -> None:
    """
    text                | read
    24                  | 24
    0                   | 0
    0.083333            | 0.083333
    24.000002           | 24.000002
    1E+3                | 1000
    12345678901234567890| 12345678901234567890
    12,5                | decimal_comma
    0,000001            | decimal_comma
    1,2,3               | not_a_number
    1.234,5             | not_a_number
    ,                   | not_a_number
    -0,5                | not_a_number
    -1                  | negative
    -0.000001           | negative
    NaN                 | not_a_number
    sNaN                | not_a_number
    Infinity            | not_a_number
    -Infinity           | not_a_number
    24 Hrs              | not_a_number
    1e30                | not_a_number
    1e999999            | not_a_number
    1e-999999           | not_a_number
    1e999999,5          | not_a_number
    """
    for each in table:
        found = raw_usage(each["text"])
        assert found == (D(each["read"]) if each["read"][0].isdigit() else Reason(each["read"])), (
            each
        )
    assert raw_usage("") is Reason.NOT_A_NUMBER
    assert raw_usage(None) is Reason.NO_RAW_USAGE


def test_a_decimal_comma_has_a_meaning(table) -> None:
    """
    text    | number
    12,5    | 12.5
    0,25    | 0.25
    24,0    | 24.0
    1,2,3   |
    1.234,5 |
    -1,5    |
    a,b     |
    12      |
    """
    for each in table:
        assert comma_read(each["text"]) == (D(each["number"]) if each["number"] else None), each


@given(st.text(max_size=12))
def test_whatever_stands_in_raw_usage_is_a_plain_number_or_a_reason(text: str) -> None:
    found = raw_usage(text)
    assert isinstance(found, Reason) or (found >= 0 and len(format(found, "f")) < 60)


def test_owners_are_accounts_or_projects() -> None:
    account = owner_of(row(1, domainpath="ROOT/acme"), "main")
    assert account is not None
    assert (account.id, account.name, account.kind, account.domain) == (
        "a",
        "acme",
        "account",
        "/acme",
    )
    gone = {"account": None, "accountid": None, "domainpath": None, "domain": "ROOT"}
    project = owner_of(row(1, **gone, project="apollo", projectid="p"), "main")
    assert project is not None
    assert (project.id, project.name, project.kind, project.domain) == (
        "p",
        "apollo",
        "project",
        "/",
    )
    nameless = owner_of(row(1, account=None), "main")
    assert nameless is not None and (nameless.id, nameless.name) == ("a", "a")
    assert owner_of(row(1, accountid=None), "main") is None
    assert owner_of(UsageRow(accountid=""), "main") is None


def test_long_texts_are_shortened_and_others_left_alone() -> None:
    assert shortened("a" * 300) == "a" * 300
    assert shortened("a" * 301) == "a" * 299 + "…"
