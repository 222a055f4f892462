"""Dying at a chosen request: before it leaves, or after it was answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.httpsession
import pytest
import requests

# On AWS it is Lambda, not the product, that takes messages off a queue.
_OF_LAMBDA = (".ReceiveMessage", ".DeleteMessage")


class Died(BaseException):
    """The function was ended; nothing in the product catches this."""


class Requests:
    """Counts requests to AWS and CloudStack, and dies at one of them.

    Attributes:
        made: how many requests there have been.
        names: what each of them was.
    """

    def __init__(self, die_at: int | None, *, after: bool) -> None:
        self.made = 0
        self.names: list[str] = []
        self._die_at = die_at
        self._after = after

    def send(self, real: Any, session: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Send a request through, unless it is the one to die at."""
        target = request.headers.get("X-Amz-Target", b"")
        name = target.decode() if isinstance(target, bytes) else str(target)
        if name.endswith(_OF_LAMBDA):
            return real(session, request, *args, **kwargs)
        self.made += 1
        self.names.append(name)
        fatal = self.made == self._die_at
        if fatal and not self._after:
            raise Died
        answer = real(session, request, *args, **kwargs)
        if fatal:
            raise Died
        return answer


@contextmanager
def counted_requests(
    monkeypatch: pytest.MonkeyPatch, die_at: int | None = None, *, after: bool = False
) -> Iterator[Requests]:
    """Count all requests of this thread while the block runs; die at number `die_at`."""
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
