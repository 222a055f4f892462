"""What one run asks of another over a queue."""

from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.metering.progress import Window
from chalicelib.periods import Period


class WindowMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Asks for one window to be collected; the bounds are epoch seconds.

    Attributes:
        part: number of the part of it that is to be read; None for the whole.
        replay: whether to meter it anew from the archive.
    """

    connection: str
    start: int
    end: int
    part: int | None = None
    replay: bool = False

    @classmethod
    def of(
        cls, window: Window, *, part: int | None = None, replay: bool = False
    ) -> "WindowMessage":
        """Return the message that asks for `window`."""
        start, end = window.period.start.timestamp(), window.period.end.timestamp()
        return cls(window.connection, int(start), int(end), part, replay)

    @property
    def window(self) -> Window:
        """The window that is asked for."""
        start, end = datetime.fromtimestamp(self.start, UTC), datetime.fromtimestamp(self.end, UTC)
        return Window(self.connection, Period(start, end))


class RatingMessage(msgspec.Struct, frozen=True):
    """Asks for one billing period of one billing account to be rated."""

    account: str
    period: str


class IssueMessage(msgspec.Struct, frozen=True, tag_field="do", tag="issue"):
    """Asks for the invoice of one billing period of one billing account."""

    account: str
    period: str


class RenderMessage(msgspec.Struct, frozen=True, tag_field="do", tag="render"):
    """Asks for the files of an issued document."""

    account: str
    document: str


class StatementMessage(msgspec.Struct, frozen=True, tag_field="do", tag="statement"):
    """Asks for the statement of a month as a PDF, as the ledger stands."""

    account: str
    period: str


BillingMessage = IssueMessage | RenderMessage | StatementMessage


class FollowUpMessage(msgspec.Struct, frozen=True):
    """Asks to look after what an account owes, and its wallet."""

    account: str


def billing_message(body: str) -> BillingMessage:
    """Return the message in `body`.

    Raises:
        InvalidInput: it is something else.
    """
    return cast(BillingMessage, _decoded(body, BillingMessage))


def follow_up_message(body: str) -> FollowUpMessage:
    """Return the message in `body`.

    Raises:
        InvalidInput: it is something else.
    """
    return cast(FollowUpMessage, _decoded(body, FollowUpMessage))


def window_message(body: str) -> WindowMessage:
    """Return the message in `body`.

    Raises:
        InvalidInput: it is something else.
    """
    return cast(WindowMessage, _decoded(body, WindowMessage))


def rating_message(body: str) -> RatingMessage:
    """Return the message in `body`.

    Raises:
        InvalidInput: it is something else.
    """
    return cast(RatingMessage, _decoded(body, RatingMessage))


def _decoded(body: str, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise InvalidInput(f"not a message of that queue: {error}") from None
