"""Whether requests to the emulated AWS have changed anything since somebody last looked."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

READING = ("Get", "Describe", "List", "Query", "Scan", "BatchGet", "Receive", "Filter")


class Watched:
    """An application that remembers whether a request since the last look may have changed it.

    Args:
        on_start: called once, when the application has loaded its state and before it serves.
    """

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        on_start: Callable[[], None],
    ) -> None:
        self._app = app
        self._on_start = on_start
        self.changed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, then note whether it was one that changes something."""
        if scope["type"] == "lifespan":

            async def told(message: Any) -> None:
                if message["type"] == "lifespan.startup.complete":
                    self._on_start()
                await send(message)

            await self._app(scope, receive, told)
            return
        await self._app(scope, receive, send)
        if scope["type"] == "http" and may_change(scope["method"], dict(scope["headers"])):
            self.changed = True


def may_change(method: str, headers: dict[bytes, bytes]) -> bool:
    """Return whether a request to AWS may change anything there.

    >>> may_change("POST", {b"x-amz-target": b"DynamoDB_20120810.Query"})
    False
    >>> may_change("POST", {b"x-amz-target": b"DynamoDB_20120810.PutItem"})
    True
    """
    if method in ("GET", "HEAD"):
        return False
    action = headers.get(b"x-amz-target", b"").decode().rpartition(".")[2]
    return not action.startswith(READING)
