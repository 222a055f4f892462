"""What one run asks of another over a queue."""

from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.metering.progress import Window
from chalicelib.periods import Period

_T = TypeVar("_T")


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


def window_message(body: str) -> WindowMessage:
    """Return the message in `body`.

    Raises:
        InvalidInput: it is something else.
    """
    return _decoded(body, WindowMessage)


def rating_message(body: str) -> RatingMessage:
    """Return the message in `body`.

    Raises:
        InvalidInput: it is something else.
    """
    return _decoded(body, RatingMessage)


def _decoded(body: str, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise InvalidInput(f"not a {kind.__name__}: {error}") from None
