"""The usage records of a span, asked for page by page: ahead, again, and around rows that fail."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cloudstack.client import CloudStackClient
from chalicelib.cloudstack.source import CloudStackSource
from chalicelib.cloudstack.usage import UsageQuery
from chalicelib.errors import (
    CloudStackFailed,
    CloudStackRefused,
    CloudStackUnavailable,
    UnreadablePage,
)
from chalicelib.metering.pages import UsagePage, read_page
from chalicelib.periods import Period

DAY = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))


class FakeCloudStack:
    """Answers like CloudStack: so many rows, some of which make a whole page fail.

    Attributes:
        calls: (page, page size) of each call, in order.
        once: the same of the calls that are tried only once.
    """

    def __init__(self, rows: int, bad: Iterable[int] = (), *, counts: bool = True) -> None:
        self.rows = rows
        self.bad = set(bad)
        self.calls: list[tuple[int, int]] = []
        self.once: list[tuple[int, int]] = []
        self.params: list[dict[str, str]] = []
        self.waits: list[int] = []
        self.answer: Callable[[int, int], bytes] = self.page
        self._counts = counts

    def call(self, command: str, **params: str) -> bytes:
        """As the client's: it has its own tries for what CloudStack does not answer."""
        return self._called(self.calls, command, params)

    def call_once(self, command: str, **params: str) -> bytes:
        return self._called(self.once, command, params)

    def wait(self, attempt: int) -> None:
        self.waits.append(attempt)

    def _called(self, calls: list[tuple[int, int]], command: str, params: dict[str, str]) -> bytes:
        assert command == "listUsageRecords"
        self.params.append(params)
        number, size = int(params["page"]), int(params["pagesize"])
        calls.append((number, size))
        return self.answer(number, size)

    def page(self, number: int, size: int) -> bytes:
        """Return the page, as CloudStack's offset paging cuts it."""
        shown = range((number - 1) * size, min(number * size, self.rows))
        if self.bad & set(shown):
            raise CloudStackFailed("CloudStack answered 530: internal error")
        if not shown:
            return b'{"listusagerecordsresponse":{}}'
        count = self.rows if self._counts else len(shown)
        rows = [{"usagetype": 1, "usageid": str(row)} for row in shown]
        return msgspec.json.encode(
            {"listusagerecordsresponse": {"count": count, "usagerecord": rows}}
        )


def query(
    caller: FakeCloudStack, *, page_size: int = 10, tries: int = 3, tags: bool = True
) -> UsageQuery:
    return UsageQuery(caller, DAY, tags=tags, tries=tries, page_size=page_size)


def told(pages: Iterable[UsagePage]) -> list[str]:
    """Return the number of each row in order; `lost` where it could not be shown."""
    return [
        row.usageid or (row.lost or "").split(":")[0].replace("row ", "lost ")
        for page in pages
        for row in page.rows
    ]


def wanted(rows: int, bad: Iterable[int] = ()) -> list[str]:
    return [f"lost {row + 1}" if row in set(bad) else str(row) for row in range(rows)]


def lookaheads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if "ThreadPoolExecutor" in each.name]


def test_all_rows_come_in_order_and_a_page_that_is_not_full_is_the_last(table) -> None:
    """
    rows | calls
    0    | 1
    1    | 1
    9    | 1
    10   | 1 2
    25   | 1 2 3
    30   | 1 2 3 4
    """
    for row in table:
        caller = FakeCloudStack(int(row["rows"]))
        pages = list(query(caller).pages())
        assert told(pages) == wanted(caller.rows), row
        assert [number for number, _ in caller.calls] == [int(n) for n in row["calls"].split()], row
        assert all(page.ends_page for page in pages) and caller.once == []


def test_both_ends_are_included_to_the_second_and_descriptions_have_ids() -> None:
    caller = FakeCloudStack(1)
    list(query(caller).pages())
    assert caller.params == [
        {
            "startdate": "2026-01-01T00:00:00+0000",
            "enddate": "2026-01-01T23:59:59+0000",
            "oldformat": "true",
            "includetags": "true",
            "page": "1",
            "pagesize": "10",
        }
    ]
    list(query(caller, tags=False).pages())
    assert "includetags" not in caller.params[1]
    east = timezone(timedelta(hours=5, minutes=30))
    local = Period(datetime(2026, 1, 1, tzinfo=east), datetime(2026, 1, 2, tzinfo=east))
    list(UsageQuery(caller, local, tags=False, tries=1, page_size=10).pages())
    assert caller.params[2]["enddate"] == "2026-01-01T23:59:59+0530"


def test_one_page_is_fetched_ahead_while_another_is_worked_on() -> None:
    caller = FakeCloudStack(40)
    pages = query(caller).pages()
    fetched = threading.Event()

    def page(number: int, size: int) -> bytes:
        if number == 2:
            fetched.set()
        return caller.page(number, size)

    caller.answer = page
    assert told([next(pages)]) == wanted(10)
    assert fetched.wait(5)
    # No more than one: who reads slowly must not pile up pages.
    pages.close()
    assert {number for number, _ in caller.calls} == {1, 2}


def test_a_range_of_pages_is_read_and_nothing_beside_it(table) -> None:
    """
    rows | first | last | read        | calls
    45   | 1     | 2    | 0-20        | 1 2
    45   | 3     | 4    | 20-40       | 3 4
    45   | 5     |      | 40-45       | 5
    45   | 4     | 9    | 30-45       | 4 5
    40   | 4     | 4    | 30-40       | 4
    40   | 5     |      | 40-40       | 5
    20   | 3     |      | 20-20       | 3
    """
    for row in table:
        caller = FakeCloudStack(int(row["rows"]))
        last = int(row["last"]) if row["last"] else None
        pages = query(caller).pages(int(row["first"]), last)
        first, end = map(int, row["read"].split("-"))
        assert told(pages) == wanted(end)[first:], row
        assert [number for number, _ in caller.calls] == [int(n) for n in row["calls"].split()], row


@pytest.mark.parametrize("rows", [9, 10, 15])
def test_rows_that_are_missing_at_the_end_are_noticed(rows: int) -> None:
    caller = FakeCloudStack(rows)
    real = caller.page
    caller.answer = lambda number, size: real(number, size).replace(
        f'"count":{rows}'.encode(), b'"count":21'
    )
    with pytest.raises(UnreadablePage, match=f"counts 21 usage records but sent {rows}"):
        list(query(caller).pages())
    # A range that ends before them says nothing of them.
    if rows >= 10:
        assert len(told(query(caller).pages(1, 1))) == 10


def test_versions_that_count_the_rows_of_the_page_are_read_to_the_end() -> None:
    # CloudStack 4.13 and 4.14, before PR 4193.
    assert told(query(FakeCloudStack(25, counts=False)).pages()) == wanted(25)


def test_more_rows_than_were_counted_at_first_are_welcome() -> None:
    caller = FakeCloudStack(10)

    def page(number: int, size: int) -> bytes:
        caller.rows = 10 if number == 1 else 13
        return caller.page(number, size)

    caller.answer = page
    assert told(query(caller).pages()) == wanted(13)


def test_a_page_that_makes_no_sense_is_asked_for_again() -> None:
    caller = FakeCloudStack(15)
    broken = iter([b"<html>", b'{"listusagerecordsresponse":{"usagerecord":[{"'])

    caller.answer = lambda number, size: next(broken, None) or caller.page(number, size)
    assert told(query(caller).pages()) == wanted(15)
    assert caller.calls == [(1, 10)] * 3 + [(2, 10)] and caller.waits == [1, 2]


def test_a_page_that_never_makes_sense_is_given_up() -> None:
    caller = FakeCloudStack(15)
    caller.answer = lambda number, size: b"<html>"
    with pytest.raises(UnreadablePage):
        list(query(caller).pages())
    assert caller.calls == [(1, 10)] * 3 and caller.waits == [1, 2]
    assert not lookaheads()


@pytest.mark.parametrize(
    "error", [CloudStackRefused("no permission"), CloudStackUnavailable("503")]
)
def test_what_is_not_for_a_row_is_not_narrowed_down(error: Exception) -> None:
    caller = FakeCloudStack(25)

    def page(number: int, size: int) -> bytes:
        if number == 2:
            raise error
        return caller.page(number, size)

    caller.answer = page
    pages = query(caller).pages()
    assert len(next(pages).rows) == 10
    with pytest.raises(type(error)):
        next(pages)
    assert caller.once == [] and not lookaheads()


# A row that cannot be shown makes its whole page fail.


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param([230], id="in the middle"),
        pytest.param([0], id="the first of all"),
        pytest.param([499], id="the last of a page"),
        pytest.param([500], id="the first of a page"),
        pytest.param([1203], id="the last of all"),
        pytest.param([101, 102], id="two beside each other"),
        pytest.param([7, 480], id="two far apart"),
        pytest.param([3, 700, 1100], id="one on every page"),
        pytest.param(list(range(40, 65)), id="many in a row"),
        pytest.param(list(range(0, 500, 20)), id="one in each twenty"),
    ],
)
def test_a_row_that_fails_is_lost_and_no_other(bad: list[int]) -> None:
    caller = FakeCloudStack(1204, bad)
    pages = list(query(caller, page_size=500).pages())
    assert told(pages) == wanted(1204, bad)
    lost = [page for page in pages if any(row.lost for row in page.rows)]
    assert [page.size for page in lost] == [1] * len(bad)
    # Each of them costs no more than 4 + 5 + 5 + 4 calls beside those of its page.
    touched = {row // 500 for row in bad}
    assert len(caller.calls) == 3
    assert len(caller.once) <= len(touched) * 6 + len(bad) * 15


@pytest.mark.parametrize("bad", [[3], [9], [0], [12], [5, 17]])
def test_the_pieces_of_a_page_say_where_it_ends(bad: list[int]) -> None:
    caller = FakeCloudStack(25, bad)
    pages = list(query(caller).pages())
    assert sum(page.ends_page for page in pages) == 3 == len(caller.calls)
    rows = 0
    for page in pages:
        rows += page.size
        assert not page.ends_page or rows in (10, 20, 25)
    assert told(pages) == wanted(25, bad)


def test_the_archive_of_a_narrowed_page_tells_of_the_lost_row() -> None:
    pages = list(query(FakeCloudStack(25, [12])).pages())
    assert told([read_page(page.body) for page in pages]) == wanted(25, [12])


def test_a_range_can_begin_and_end_at_a_page_that_fails() -> None:
    caller = FakeCloudStack(45, [10, 29])
    assert told(query(caller).pages(2, 3)) == wanted(45, [10, 29])[10:30]


def test_a_short_page_at_the_end_is_narrowed_without_asking_far_beyond_it() -> None:
    caller = FakeCloudStack(123, [121])
    assert told(query(caller, page_size=500).pages()) == wanted(123, [121])
    assert max((number - 1) * size for number, size in caller.once) <= 200
    assert len(caller.once) <= 12


@pytest.mark.parametrize(
    "bad",
    [pytest.param(range(500), id="a whole page"), pytest.param(range(1204), id="everything")],
)
def test_where_nothing_works_it_is_not_the_rows(bad: range) -> None:
    caller = FakeCloudStack(1204, bad)
    with pytest.raises(CloudStackFailed, match="530: internal error"):
        list(query(caller, page_size=500).pages())
    assert len(caller.once) < 60 and not lookaheads()


def test_a_run_of_failures_that_ends_is_for_its_rows() -> None:
    thirty, more = range(100, 130), range(100, 131)
    assert told(query(FakeCloudStack(500, thirty), page_size=500).pages()) == wanted(500, thirty)
    with pytest.raises(CloudStackFailed):
        list(query(FakeCloudStack(500, more), page_size=500).pages())


def test_cloudstack_that_goes_away_while_a_page_is_narrowed_is_unavailable() -> None:
    caller = FakeCloudStack(25, [3])

    def page(number: int, size: int) -> bytes:
        if size == 1 and number == 6:
            raise CloudStackUnavailable("CloudStack did not answer")
        return caller.page(number, size)

    caller.answer = page
    with pytest.raises(CloudStackUnavailable, match="did not answer"):
        list(query(caller).pages())


@pytest.mark.parametrize("page_size", [1, 2, 4, 7, 20, 50, 60, 100, 150, 1000])
def test_pages_of_any_size_are_narrowed_down(page_size: int) -> None:
    caller = FakeCloudStack(203, [0, 77, 202])
    assert told(query(caller, page_size=page_size).pages()) == wanted(203, [0, 77, 202])


@given(
    st.integers(0, 330),
    st.sets(st.integers(0, 329), max_size=5),
    st.sampled_from([10, 20, 100]),
    st.integers(1, 4),
)
@settings(max_examples=40, deadline=None)
def test_every_row_comes_once_in_order_or_is_told_lost(
    rows: int, bad: set[int], page_size: int, pages_a_part: int
) -> None:
    bad = {row for row in bad if row < rows}
    parts: list[str] = []
    for first in range(1, rows // page_size + 2, pages_a_part):
        last = first + pages_a_part - 1
        is_last = last * page_size > rows
        found = query(FakeCloudStack(rows, bad), page_size=page_size)
        parts += told(found.pages(first, None if is_last else last))
    assert parts == wanted(rows, bad)


# Whoever stops reading leaves nothing behind.


@pytest.mark.parametrize("bad", [[], [3], [12]])
def test_a_reader_that_stops_early_leaves_no_thread_running(bad: list[int]) -> None:
    pages = query(FakeCloudStack(40, bad)).pages()
    next(pages)
    pages.close()
    assert not lookaheads()


def test_a_reader_that_fails_leaves_no_thread_running() -> None:
    def read() -> None:
        for _ in query(FakeCloudStack(40)).pages():
            raise KeyError

    with pytest.raises(KeyError):
        read()
    assert not lookaheads()


def test_what_goes_wrong_ahead_is_told_when_its_turn_comes() -> None:
    caller = FakeCloudStack(25)

    def page(number: int, size: int) -> bytes:
        return caller.page(number, size) if number == 1 else b"<html>"

    caller.answer = page
    pages = query(caller).pages()
    assert told([next(pages)]) == wanted(10)
    with pytest.raises(UnreadablePage):
        next(pages)


# How many rows there are, for the price of one.


class Client(CloudStackClient):
    """A client that asks the fake."""

    def __init__(self, caller: FakeCloudStack) -> None:
        self.caller = caller

    def usage(self, period: Period, *, tags: bool) -> UsageQuery:
        return UsageQuery(self.caller, period, tags=tags, tries=2, page_size=10)


def test_rows_are_counted_by_asking_for_one_of_them(table) -> None:
    """
    rows | counts by page | told
    25   | no             | 25
    2    | no             | 2
    1    | no             |
    0    | no             |
    25   | yes            |
    """
    for row in table:
        caller = FakeCloudStack(int(row["rows"]), counts=row["counts by page"] == "no")
        told_count = CloudStackSource(Client(caller), "main").usage_count(DAY)
        assert told_count == (int(row["told"]) if row["told"] else None), row
        assert caller.calls == [(1, 1)], row


def test_rows_whose_first_one_is_lost_cannot_be_counted() -> None:
    source = CloudStackSource(Client(FakeCloudStack(25, [0])), "main")
    assert source.usage_count(DAY) is None
    assert told(source.usage_pages(DAY)) == wanted(25, [0])
