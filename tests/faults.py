"""Dying at a chosen request: before it leaves, or after it was answered."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, current_thread, main_thread
from typing import Any, NamedTuple

import botocore.httpsession
import pytest
import requests

# On AWS it is Lambda, not the product, that takes messages off a queue.
_OF_LAMBDA = (".ReceiveMessage", ".DeleteMessageBatch")
# Requests that change something.
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "ExecuteStatement", "SendMessage", "PUT ")


class Died(BaseException):
    """The function was ended; nothing in the product catches this."""


class Point(NamedTuple):
    """A request: whether the thread that fetches ahead makes it, and its number there."""

    ahead: bool
    number: int


class Requests:
    """Counts requests to AWS and CloudStack, and dies at one of them.

    The thread that fetches pages ahead counts on its own, so that the same number is the same
    request in every run; whoever dies takes the other thread along.

    Attributes:
        made: how many requests there have been.
        points: each of them, to die at.
        names: what each of them was.
        written: those that wrote something, and were not refused by their own condition.
        died: whether one of them was the last.
    """

    def __init__(self, die_at: "Point | int | None", *, after: bool) -> None:
        self.points: list[Point] = []
        self.names: list[str] = []
        self.written: list[str] = []
        self.died = False
        self._numbers: Counter[bool] = Counter()
        self._die_at = die_at
        self._after = after
        self._lock = Lock()

    @property
    def made(self) -> int:
        return len(self.points)

    def send(self, real: Any, session: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Send a request through, unless it is the one to die at."""
        target = request.headers.get("X-Amz-Target", b"")
        name = target.decode() if isinstance(target, bytes) else str(target)
        if name.endswith(_OF_LAMBDA):
            return real(session, request, *args, **kwargs)
        name = name or f"{request.method} {request.url}"
        fatal = self._is_fatal(name)
        if fatal and not self._after:
            self.died = True
        self._end_if_dead()
        answer = real(session, request, *args, **kwargs)
        if writes(name) and answer.status_code == 200:
            self.written.append(name)
        if fatal:
            self.died = True
        self._end_if_dead()
        return answer

    def _is_fatal(self, name: str) -> bool:
        """Count a request; tell whether it is the one to die at."""
        with self._lock:
            ahead = current_thread() is not main_thread()
            self._numbers[ahead] += 1
            self.points.append(Point(ahead, self._numbers[ahead]))
            self.names.append(name)
            return self._die_at in (self.points[-1], self.made)

    def _end_if_dead(self) -> None:
        if self.died:
            raise Died


def writes(name: str) -> bool:
    """Tell whether a request of that name changes something."""
    return any(each in name for each in _WRITES)


@contextmanager
def counted_requests(
    monkeypatch: pytest.MonkeyPatch,
    die_at: Point | int | None = None,
    *,
    after: bool = False,
) -> Iterator[Requests]:
    """Count all requests while the block runs; die at one of them.

    Args:
        die_at: a point, or a number among the requests of all threads.
    """
    requests_made = Requests(die_at, after=after)
    with monkeypatch.context() as patch:
        for owner in (botocore.httpsession.URLLib3Session, requests.Session):
            real = owner.send
            patch.setattr(
                owner,
                "send",
                lambda session, request, *args, _real=real, **kwargs: requests_made.send(
                    _real, session, request, *args, **kwargs
                ),
            )
        yield requests_made
