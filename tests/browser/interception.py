"""Requests to the API that are answered by the test; all others go their way.

Playwright's own routes stop every request on its way, also those for the page's many files, and
keep them from the browser's cache.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Error, Page


@dataclass(frozen=True)
class Request:
    """What the page asks for; the names of headers are in lower case."""

    method: str
    url: str
    headers: dict[str, str]
    post_data: str | None

    @property
    def post_data_json(self) -> Any:
        """Return what the body holds."""
        return json.loads(self.post_data or "null")


@dataclass(frozen=True)
class Route:
    """A request that waits for its answer."""

    request: Request
    _session: CDPSession
    _id: str

    def fulfill(
        self,
        *,
        status: int = 200,
        json: Any = None,
        body: str | bytes = b"",
        content_type: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Answer it, with JSON or a body of another type."""
        if json is not None:
            body, content_type = _encoded(json), "application/json"
        told = dict(headers or {})
        if content_type is not None:
            told["content-type"] = content_type
        content = body.encode() if isinstance(body, str) else body
        answer = {
            "requestId": self._id,
            "responseCode": status,
            "responseHeaders": [{"name": name, "value": told[name]} for name in told],
            "body": base64.b64encode(content).decode(),
        }
        self._send("Fetch.fulfillRequest", answer)

    def abort(self) -> None:
        """Let it fail, as if nobody were there."""
        self._send("Fetch.failRequest", {"requestId": self._id, "errorReason": "Failed"})

    def _send(self, command: str, told: dict[str, Any]) -> None:
        """Tell the browser, unless nobody waits any more: the page has been left."""
        try:
            self._session.send(command, told)
        except Error as error:
            if "Invalid InterceptionId" not in error.message and "closed" not in error.message:
                raise


class AnsweredPage:
    """A page whose requests under /api/ are answered by the test that has it now.

    Attributes:
        answer: what answers them.
    """

    def __init__(self, page: Page, answer: Callable[[Route], None]) -> None:
        self.page = page
        self.answer = answer
        self._session = page.context.new_cdp_session(page)
        self._session.on("Fetch.requestPaused", self._paused)
        self._session.send("Fetch.enable", {"patterns": [{"urlPattern": "*/api/*"}]})

    def leave(self) -> None:
        """Have the page as a new one is, without the site in it."""
        self.page.goto("/favicon.svg")
        self.page.evaluate("() => sessionStorage.clear()")
        self._session.send("Page.resetNavigationHistory")

    def _paused(self, event: dict[str, Any]) -> None:
        asked = event["request"]
        entries = asked.get("postDataEntries", [])
        sent = b"".join(base64.b64decode(entry.get("bytes", "")) for entry in entries)
        headers = {name.lower(): value for name, value in asked["headers"].items()}
        request = Request(asked["method"], asked["url"], headers, sent.decode() or None)
        self.answer(Route(request, self._session, event["requestId"]))


def arrived(held: list[Route], page: Page) -> Route:
    """Return the first request that was held back, once it is there."""
    for _ in range(500):
        if held:
            return held[0]
        # What the browser tells is heard while it is asked something.
        page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError("nothing was asked for")


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode()
