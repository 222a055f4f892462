"""How far the collection of usage is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.metering.windows import Window

State = Literal["waiting", "complete", "failed"]


@dataclass(frozen=True, slots=True)
class WindowProgress:
    """What is known of one window.

    Attributes:
        digest: of what it held; None until it is complete.
        archived: digests of its pages, in order.
        announced: the digest for which ratings have been asked for.
        error: why it failed last, while it is failed.
    """

    window: Window
    state: State
    digest: str | None = None
    records: int = 0
    copies: int = 0
    rejects: int = 0
    sub_accounts: int = 0
    archived: tuple[str, ...] = ()
    announced: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ConnectionProgress:
    """How far a connection is.

    Attributes:
        complete_up_to: usage has been collected without a gap up to here.
        newest_seen: end of the newest usage job CloudStack has told of.
        error: what went wrong last, until CloudStack answers again.
    """

    connection: str
    complete_up_to: datetime | None = None
    newest_seen: datetime | None = None
    error: str | None = None
    error_at: datetime | None = None
