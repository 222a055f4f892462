"""The usage records of one span: page by page, one page fetched ahead, bad rows singled out."""

from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from msgspec.structs import replace

from chalicelib.errors import CloudStackFailed, UnreadablePage
from chalicelib.metering.pages import UsagePage, lost_row, read_page
from chalicelib.periods import Period

# Each divides the one before it, so that a page is made up of whole smaller ones.
_SMALLER = (100, 20, 4, 1)
# Rows that fail one after the other without any that works: it is not the rows.
_MOST_FAILURES = 30


class Caller(Protocol):
    """Whoever puts calls to CloudStack."""

    def call(self, command: str, **params: str) -> bytes: ...
    def call_once(self, command: str, **params: str) -> bytes: ...
    def wait(self, attempt: int) -> None: ...


class UsageQuery:
    """Asks for the usage records that lie inside of one span.

    Args:
        tags: whether to ask for the tags of resources too; CloudStack then reads all there are.
        tries: how often a page that makes no sense is asked for.
        page_size: at most CloudStack's default.page.size; a larger page is refused with 431.
    """

    def __init__(
        self, caller: Caller, period: Period, *, tags: bool, tries: int, page_size: int
    ) -> None:
        self._caller = caller
        self._tries = tries
        self._page_size = page_size
        self._params = {
            **_bounds(period),
            # Descriptions with database ids: names in them change, and some rows have no other id.
            "oldformat": "true",
            **({"includetags": "true"} if tags else {}),
        }

    def pages(self, first: int = 1, last: int | None = None) -> Generator[UsagePage]:
        """Yield the pages from number `first` to `last`, to the end where that is None.

        The next page is fetched while one is worked on.

        Raises:
            UnreadablePage: a page cannot be read, or rows are missing at the end.
        """
        seen, counted = (first - 1) * self._page_size, 0
        with ThreadPoolExecutor(max_workers=1) as ahead:
            coming = ahead.submit(self._page, first)
            for number in count(first):
                pages = coming.result()
                size = sum(page.size for page in pages)
                seen += size
                # An empty page past the end carries no count, hence the largest one seen.
                counted = max(counted, *(page.count for page in pages))
                is_last = size < self._page_size or number == last
                if not is_last:
                    coming = ahead.submit(self._page, number + 1)
                yield from (replace(page, ends_page=False) for page in pages[:-1])
                yield pages[-1]
                if is_last:
                    break
        if seen < counted and (last is None or seen < last * self._page_size):
            raise UnreadablePage(f"CloudStack counts {counted} usage records but sent {seen}")

    def count(self) -> int:
        """Return how many usage records there are, for the price of one row.

        Versions 4.13 and 4.14 count the rows of the page instead, so they say at most 1.
        """
        return self._read(1, 1).count

    def _page(self, number: int) -> list[UsagePage]:
        """Return page `number`; in several smaller ones where CloudStack fails on a row of it."""
        try:
            return [self._read(number, self._page_size)]
        except CloudStackFailed as failure:
            smaller = [size for size in _SMALLER if self._page_size % size == 0]
            rows = range((number - 1) * self._page_size, number * self._page_size)
            return list(_Narrowing(self, smaller, failure).pages(rows))

    def _read(self, number: int, size: int) -> UsagePage:
        """Return one page; a broken one is asked for again."""
        for attempt in range(1, self._tries + 1):
            try:
                return read_page(self._caller.call("listUsageRecords", **self._at(number, size)))
            except UnreadablePage:
                if attempt == self._tries:
                    raise
            self._caller.wait(attempt)
        raise AssertionError("the last try returns or raises")

    def read_once(self, number: int, size: int) -> UsagePage:
        """Return one page, asked for once."""
        return read_page(self._caller.call_once("listUsageRecords", **self._at(number, size)))

    def _at(self, number: int, size: int) -> Mapping[str, str]:
        return {**self._params, "page": str(number), "pagesize": str(size)}


class _Narrowing:
    """Finds the rows that make CloudStack fail, by asking for ever smaller pages.

    A row whose offering, bucket or router is gone makes CloudStack answer 530 for the whole page
    (`ApiResponseHelper.java`, dereferenced without a check).
    """

    def __init__(self, query: UsageQuery, sizes: list[int], failure: CloudStackFailed) -> None:
        self._query = query
        self._sizes = sizes
        self._failure = failure
        self._in_a_row = 0

    def pages(self, rows: range, depth: int = 0) -> Iterator[UsagePage]:
        """Yield what can be read of `rows`, and a lost row in the place of each that cannot.

        Raises:
            CloudStackFailed: nothing works, so it is not for single rows.
        """
        size = self._sizes[depth]
        for start in range(rows.start, rows.stop, size):
            try:
                page = self._query.read_once(start // size + 1, size)
            except CloudStackFailed as failure:
                if size > 1:
                    yield from self.pages(range(start, start + size), depth + 1)
                    continue
                self._in_a_row += 1
                if self._in_a_row > _MOST_FAILURES:
                    raise self._failure from None
                page = lost_row(start + 1, str(failure))
            else:
                self._in_a_row = 0
            yield page
            if page.size < size:
                return


def _bounds(period: Period) -> dict[str, str]:
    """Return `period` as CloudStack asks for it: both ends included, to the second."""
    return {
        "startdate": _cloudstack_date(period.start),
        "enddate": _cloudstack_date(period.end - timedelta(seconds=1)),
    }


def _cloudstack_date(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S%z")
