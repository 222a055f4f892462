"""A page of `listUsageRecords`: bytes in, rows out."""

import msgspec

from chalicelib.errors import UnreadablePage
from chalicelib.metering.records import UsageRow


class UsagePage(msgspec.Struct, frozen=True):
    """One page as CloudStack sent it.

    Attributes:
        body: the answer, byte for byte; it goes to the archive.
        rows: the rows that could be read.
        unreadable: the rows that could not, as they came.
        count: how many rows CloudStack says all pages have together.
        ends_page: whether this ends the page that was asked for; one that CloudStack fails on
            comes in pieces.
    """

    body: bytes
    rows: list[UsageRow]
    unreadable: list[bytes]
    count: int
    ends_page: bool = True

    @property
    def size(self) -> int:
        """Number of rows on this page, readable or not."""
        return len(self.rows) + len(self.unreadable)


class _Rows(msgspec.Struct):
    usagerecord: list[UsageRow] = []
    count: int | None = None


class _Page(msgspec.Struct):
    listusagerecordsresponse: _Rows


class _RawRows(msgspec.Struct):
    usagerecord: list[msgspec.Raw] = []
    count: int | None = None


class _RawPage(msgspec.Struct):
    listusagerecordsresponse: _RawRows


_page = msgspec.json.Decoder(_Page)
_raw_page = msgspec.json.Decoder(_RawPage)
_row = msgspec.json.Decoder(UsageRow)


def read_page(body: bytes) -> UsagePage:
    """Return the page in `body`; one bad row costs that row only.

    No rows at all come as an empty object, without a count.

    Raises:
        UnreadablePage: this is no page of usage records.
    """
    try:
        answer = _page.decode(body).listusagerecordsresponse
    except msgspec.DecodeError:
        return _read_row_by_row(body)
    count = len(answer.usagerecord) if answer.count is None else answer.count
    return UsagePage(body, answer.usagerecord, [], count)


def lost_row(number: int, failure: str) -> UsagePage:
    """Return a page in the place of one row that CloudStack cannot show.

    It has the form of CloudStack's own pages, so the archive tells of the row as well.

    Args:
        number: of the row among all of the query's, from 1.
        failure: what CloudStack said.
    """
    row = {"lost": f"row {number}: {failure}"}
    return read_page(msgspec.json.encode({"listusagerecordsresponse": {"usagerecord": [row]}}))


def _read_row_by_row(body: bytes) -> UsagePage:
    """Return the page with its unreadable rows set apart."""
    try:
        answer = _raw_page.decode(body).listusagerecordsresponse
    except msgspec.DecodeError as error:
        raise UnreadablePage(f"CloudStack sent no page of usage records: {error}") from None
    rows, unreadable = [], []
    for raw in answer.usagerecord:
        try:
            rows.append(_row.decode(raw))
        except msgspec.DecodeError:
            unreadable.append(bytes(raw))
    count = len(answer.usagerecord) if answer.count is None else answer.count
    return UsagePage(body, rows, unreadable, count)
