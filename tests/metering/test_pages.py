"""Pages of usage records: bytes in, rows out, one bad row costs that row only."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import UnreadablePage
from chalicelib.metering.pages import read_page


def page(*rows: object, count: int | None = None) -> bytes:
    inner: dict[str, object] = {"usagerecord": list(rows)}
    if count is not None:
        inner["count"] = count
    return msgspec.json.encode({"listusagerecordsresponse": inner})


def test_no_rows_come_as_an_empty_object() -> None:
    empty = read_page(b'{"listusagerecordsresponse":{}}')
    assert (empty.rows, empty.size, empty.count) == ([], 0, 0)


def test_fields_may_be_missing_null_unknown_and_in_any_order() -> None:
    (row,) = read_page(page({"new": {"a": 1}, "rawusage": "24", "name": None, "usagetype": 1})).rows
    assert (row.usagetype, row.rawusage, row.name, row.accountid) == (1, "24", None, None)


def test_one_bad_row_is_set_apart() -> None:
    body = page({"usagetype": 1}, {"usagetype": "many"}, ["odd"], {"usagetype": 2}, count=4)
    found = read_page(body)
    assert [row.usagetype for row in found.rows] == [1, 2]
    assert found.unreadable == [b'{"usagetype":"many"}', b'["odd"]']
    assert (found.size, found.count, found.body) == (4, 4, body)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"listusagerecordsresponse":{"usagerecord":[{"usag', b"\xff"],
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
