"""How far the collection of usage is."""

from datetime import datetime
from typing import Literal

import msgspec

from chalicelib.periods import Period

State = Literal["waiting", "collecting", "complete", "failed"]


class Window(msgspec.Struct, frozen=True, order=True):
    """A span of time that one connection is asked for at once."""

    connection: str
    period: Period


class WindowProgress(msgspec.Struct, frozen=True):
    """What is known of one window.

    Attributes:
        state: `collecting` while parts of a large window are being read.
        digest: of what it held; None until it is complete.
        answered: rows that CloudStack's answer had; some may belong to an earlier window.
        records, copies, rejects, holds, refused: rows of this window, and of what became of them.
        lost: of the rejects, rows that CloudStack could not show.
        archived: digests of the bundles of pages in the archive, in order.
        announced: the digest for which ratings have been asked for; something else while they
            are owed.
        parts: in how many parts it is being read.
        parts_done: how many of them have been read.
        error: why it failed last, while it is failed.
    """

    window: Window
    state: State
    digest: str | None = None
    answered: int = 0
    records: int = 0
    copies: int = 0
    rejects: int = 0
    holds: int = 0
    refused: int = 0
    lost: int = 0
    sub_accounts: int = 0
    pages: int = 0
    archived: tuple[str, ...] = ()
    announced: str | None = None
    parts: int = 0
    parts_done: int = 0
    error: str | None = None


class PartProgress(msgspec.Struct, frozen=True):
    """How far the reading of a range of pages is: a part of a large window, or all of a small one.

    Attributes:
        number: of the part, from 0.
        first_page: it begins with.
        last_page: it ends with; None for the last part, which reads on until nothing is left.
        next_page: to be read.
        rows: in the pages read so far.
        archived: digests of the bundles that hold those.
        is_done: whether nothing is left to read.
    """

    window: Window
    number: int
    first_page: int
    last_page: int | None
    next_page: int
    rows: int = 0
    archived: tuple[str, ...] = ()
    is_done: bool = False


class ConnectionProgress(msgspec.Struct, frozen=True):
    """How far a connection is.

    Attributes:
        complete_up_to: usage has been collected without a gap up to here.
        newest_seen: end of the newest usage job CloudStack has told of.
        version: CloudStack says it is.
        error: what went wrong last, until CloudStack answers again.
    """

    connection: str
    complete_up_to: datetime | None = None
    newest_seen: datetime | None = None
    version: str | None = None
    error: str | None = None
    error_at: datetime | None = None
    error_window: datetime | None = None
