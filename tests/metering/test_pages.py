"""Pages of usage records: bytes in, rows out, one bad row costs that row only."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import UnreadablePage
from chalicelib.metering.pages import UsagePage, lost_row, read_page
from chalicelib.metering.windows import MeteredWindow, WindowMeter
from tests.metering.rows import COMMON, OWN, WINDOW, billed, entries, groups, reviewed


def page(*rows: object, count: int | None = None) -> bytes:
    inner: dict[str, object] = {"usagerecord": list(rows)}
    if count is not None:
        inner["count"] = count
    return msgspec.json.encode({"listusagerecordsresponse": inner})


def record(usage_type: int = 1, **fields: object) -> dict[str, object]:
    """Return a record as CloudStack sends it, with fields that nobody reads."""
    return {**COMMON, **OWN[usage_type], "usagetype": usage_type, **fields}


def metered(found: UsagePage) -> MeteredWindow:
    meter = WindowMeter(WINDOW)
    meter.add(found.rows)
    for row in found.unreadable:
        meter.add_unreadable(row)
    return meter.metered()


def test_no_rows_come_as_an_empty_object() -> None:
    empty = read_page(b'{"listusagerecordsresponse":{}}')
    assert (empty.rows, empty.size, empty.count, empty.ends_page) == ([], 0, 0, True)
    assert read_page(b'{"listusagerecordsresponse":{"usagerecord":[]}}').size == 0


def test_fields_may_be_missing_null_unknown_and_in_any_order() -> None:
    (row,) = read_page(page({"new": {"a": 1}, "rawusage": "24", "name": None, "usagetype": 1})).rows
    assert (row.usagetype, row.rawusage, row.name, row.accountid) == (1, "24", None, None)


@pytest.mark.parametrize("usage_type", OWN)
def test_records_of_every_type_are_read_whatever_the_order_of_their_fields(usage_type: int) -> None:
    told = record(usage_type)
    backwards = dict(reversed(told.items()))
    with_more = {"a": [1, {"b": None}], **told, "future": 1.5, "vpcid": None}
    one, two, three = (metered(read_page(page(each))) for each in (told, backwards, with_more))
    assert billed(one) == 1
    assert groups(one) == groups(two) == groups(three)


def test_a_record_of_cloudstack_413_without_the_fields_of_later_versions() -> None:
    fields = (
        "account",
        "accountid",
        "zoneid",
        "usagetype",
        "rawusage",
        "virtualmachineid",
        "offeringid",
    )
    dates = ("startdate", "enddate")
    old = {name: record()[name] for name in (*fields, *dates)}
    found = metered(read_page(page(old)))
    (group,) = groups(found)
    assert group.dimensions == ("z", "small", "", "", "", "", "", "")


def test_numbers_that_come_as_text_cost_their_row_and_no_other(table) -> None:
    """
    field       | value
    size        | "53687091200"
    cpunumber   | "2"
    cpuspeed    | "2000"
    memory      | "4096"
    usagetype   | "1"
    usagetype   | 1.5
    cpunumber   | 2.0
    memory      | 9223372036854775808
    rawusage    | 24
    rawusage    | {}
    issourcenat | "true"
    tags        | {"key": "value"}
    tags        | [{"key": 1}]
    startdate   | 1767312000
    account     | ["acme"]
    size        | 99999999999999999999999999
    """
    for each in table:
        told = record(1, **{each["field"]: json.loads(each["value"])})
        read = read_page(page(told, record(1, virtualmachineid="vm-2"), count=2))
        found = metered(read)
        assert (read.size, read.count, len(read.rows)) == (2, 2, 1), each
        assert reviewed(found) == [(None, "", "not_a_record", 1)], each
        assert [entry.resource for entry in entries(found)] == ["vm-2"], each
        assert (found.records, each["field"] in found.reviews[0].samples[0]) == (2, True), each


def test_one_bad_row_is_set_apart() -> None:
    body = page({"usagetype": 1}, {"usagetype": "many"}, ["odd"], None, {"usagetype": 2}, count=4)
    found = read_page(body)
    assert [row.usagetype for row in found.rows] == [1, 2]
    assert found.unreadable == [b'{"usagetype":"many"}', b'["odd"]', b"null"]
    assert (found.size, found.count, found.body) == (5, 4, body)


def test_text_in_any_language_and_any_field(table) -> None:
    """
    text
    Zürich/東京|
    "quoted" \\ back|
    emoji 🙂|
    """
    for each in table:
        name = next(iter(each.values()))
        (row,) = read_page(page(record(1, name=name))).rows
        assert row.name == name


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b"null",
        b'{"listusagerecordsresponse":null}',
        b'{"listusagerecordsresponse":{"usagerecord":{}}}',
        b'{"listusagerecordsresponse":{"usagerecord":[{"usag',
        b'{"listusagerecordsresponse":{"usagerecord":[]}} trailing',
        b"\xff",
    ],
)
def test_nonsense_is_no_page(body: bytes) -> None:
    with pytest.raises(UnreadablePage):
        read_page(body)


@given(st.binary(max_size=60))
def test_whatever_comes_is_a_page_or_is_refused(body: bytes) -> None:
    try:
        read_page(body)
    except UnreadablePage:
        return


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from([*record(1), "size", "vpcid"]), json_values, max_size=4),
        max_size=4,
    )
)
def test_no_row_is_lost_whatever_is_in_it(rows: list[dict[str, object]]) -> None:
    found = read_page(page(*rows))
    assert found.size == len(rows)
    assert metered(found).records == len(rows)


def test_a_row_that_cloudstack_cannot_show_has_a_page_of_its_own() -> None:
    found = lost_row(17, "CloudStack answered 530: offering")
    assert (found.size, found.count) == (1, 1)
    window = metered(read_page(found.body))
    assert reviewed(window) == [(None, "", "lost", 1)]
    assert "row 17: CloudStack answered 530: offering" in window.reviews[0].samples[0]
