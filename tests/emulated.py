"""The emulated AWS in the process of the tests: asked directly, not over a socket.

What boto3 and pynamodb send is signed, checked and answered as over HTTP; to write and parse
HTTP on both sides of a socket is what took most of each request. The tests of the running site
and of restarts have the emulator in a process of its own, as `make run` has.
"""

import asyncio
import io
import json
import os
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from botocore import session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from botocore.useragent import UserAgentString
from urllib3 import HTTPHeaderDict, HTTPResponse

from local.cloud import Cloud, client_environment, emulator_environment
from local.processes import free_port

_SECONDS = 330


class EmulatedCloud(Cloud):
    """An AWS account in this process; there is one for good."""

    def __init__(self, folder: Path) -> None:
        super().__init__(free_port())
        self._loop = asyncio.new_event_loop()
        self._folder = folder

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Answer what boto3 and pynamodb send to it while the block runs."""
        thread = Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        self._run(self._start())
        real = URLLib3Session.send

        def send(sender: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
            if request.url.startswith(self.endpoint):
                return self._answer(request)
            return real(sender, request)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(URLLib3Session, "send", send)
            # Each deployment has clients of its own; what describes AWS to them is read once.
            patch.setattr(session, "create_loader", cache(session.create_loader))
            # It is put together anew for each request, which is a tenth of the time of one.
            patch.setattr(UserAgentString, "to_string", lambda agent: "tests")
            yield
        self._run(_stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        thread.join()
        self._loop.close()

    async def _start(self) -> None:
        """Return once it has started; it reads its settings when it is imported."""
        settings = emulator_environment(self.port, self._folder) | client_environment(self)
        os.environ |= settings | {"PERSIST_STATE": "0", "S3_PERSIST": "0"}
        # Whoever starts later in this process, such as a browser, puts its files there too.
        Path(settings["TMPDIR"]).mkdir(parents=True, exist_ok=True)
        from ministack.app import app

        self._app = app
        asked: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        told: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        asked.put_nowait({"type": "lifespan.startup"})
        # Held, since a loop does not hold what runs on it.
        self._lifespan = asyncio.ensure_future(app({"type": "lifespan"}, asked.get, told.put))
        assert await told.get() == {"type": "lifespan.startup.complete"}

    def _run(self, work: Any) -> Any:
        """Return what `work` does, once it is done by the thread of the emulator."""
        done: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return done.result(_SECONDS)

    def _answer(self, request: AWSPreparedRequest) -> AWSResponse:
        """Return what a session would have that sends a request."""
        body = request.body or b""
        if hasattr(body, "read"):
            body = body.read()
        headers = [
            (name.lower().encode(), value if isinstance(value, bytes) else str(value).encode())
            for name, value in request.headers.items()
        ]
        headers.append((b"host", urlsplit(request.url).netloc.encode()))
        status, received, content = self._run(
            self._asked(
                request.method, request.url, headers, body if type(body) is bytes else body.encode()
            )
        )
        raw = HTTPResponse(
            io.BytesIO(content),
            HTTPHeaderDict((name.decode(), value.decode("latin-1")) for name, value in received),
            status,
            preload_content=False,
            decode_content=False,
            request_method=request.method,
        )
        answer = AWSResponse(request.url, status, raw.headers, raw)
        if not request.stream_output:
            assert answer.content is not None
        return answer

    async def _asked(
        self, method: str, url: str, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Return status, headers and body of the answer to a request."""
        parts = urlsplit(url)
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(parts.path or "/"),
            "raw_path": (parts.path or "/").encode(),
            "query_string": parts.query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", self.port),
        }
        begun: list[dict[str, Any]] = []
        content: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
            else:
                content.append(message.get("body", b""))

        await self._app(scope, receive, send)
        (start,) = begun
        return start["status"], start["headers"], b"".join(content)

    def _get(self, path: str) -> Any:
        status, _, content = self._run(self._asked("GET", self.endpoint + path, [], b""))
        assert status == 200
        return json.loads(content)


async def _stop() -> None:
    """Cancel whatever else runs on this loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
