"""A Chromium for the page, a server for its files, a watch on what its console would show."""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "static-site"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
# The headers that the template's response-headers policy sends with the page.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "max-age=600",
}
LOOKS: Any = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that renews the pictures of the overview in docs/screens."""
    parser.addoption(
        "--update-screens",
        action="store_true",
        help="write docs/screens/ from the running stack",
    )


@dataclass
class Guard:
    """What went wrong in a page that no assertion looked at."""

    origin: str
    expected_statuses: set[int] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note console errors and warnings, uncaught errors and requests to another host."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("request", lambda request: self._asked(request.url))

    def expect(self, *statuses: int) -> None:
        """Accept the line Chromium writes for an answer with one of these statuses."""
        self.expected_statuses.update(statuses)

    def _heard(self, message: Any) -> None:
        expected = any(f"status of {status} " in message.text for status in self.expected_statuses)
        unreached = 0 in self.expected_statuses and "net::ERR_FAILED" in message.text
        if message.type in ("error", "warning") and not expected and not unreached:
            self.complaints.append(f"console {message.type}: {message.text}")

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme in ("http", "https") and not url.startswith(self.origin + "/"):
            self.complaints.append(f"request to another host: {url}")


class FakeApi:
    """Answers /api/ in the browser, with JSON or with a function of the route."""

    def __init__(self) -> None:
        """Start with no answers; an unknown route is a 404."""
        self.answers: dict[tuple[str, str], Any] = {}
        self.requests: list[tuple[str, str, Any]] = []

    def put(self, method: str, path: str, answer: Any, status: int = 200) -> None:
        """Answer `method path` from now on with `answer`."""
        self.answers[method, path] = (status, answer)

    def handle(self, route: Route) -> None:
        """Answer one request of the page."""
        request = route.request
        address = urlsplit(request.url)
        path = address.path.removeprefix("/api")
        asked = f"{path}?{address.query}" if address.query else path
        body = request.post_data_json if request.post_data else None
        self.requests.append((request.method, asked, body))
        lost = (404, {"error": "NotFound", "message": "no such page"})
        status, answer = self.answers.get((request.method, path), lost)
        if callable(answer):
            answer(route)
        elif status == 204:
            route.fulfill(status=status)
        else:
            route.fulfill(status=status, json=answer)

    def sent(self, method: str, path: str) -> list[Any]:
        """Return the bodies that were sent to `method path`."""
        return [
            body
            for asked_method, asked, body in self.requests
            if asked_method == method and asked.split("?")[0] == path
        ]


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """Return Playwright, stopped again at the end."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    """Return a Chromium; without one, skip here and fail in CI."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("no chromium on this machine, and CI must not skip the browser tests")
    if path is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    browser = playwright_driver.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()


class _SiteHandler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}  # noqa: RUF012

    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site_files() -> Iterator[str]:
    """Return the address of a server that has the page's files and no API."""
    handler = functools.partial(_SiteHandler, directory=str(SITE))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def api() -> FakeApi:
    """Return the answers the page will get."""
    return FakeApi()


@pytest.fixture
def watch() -> Iterator[Callable[[Page, str], Guard]]:
    """Return a function that watches a page of an origin; complaints fail the test."""
    guards: list[Guard] = []

    def watch_it(page: Page, origin: str) -> Guard:
        guard = Guard(origin)
        guard.watch(page)
        guards.append(guard)
        return guard

    yield watch_it
    assert [complaint for guard in guards for complaint in guard.complaints] == []


@pytest.fixture(scope="session")
def site_context(chromium: Browser, site_files: str) -> Iterator[BrowserContext]:
    """Return one browser profile for every test of a state: its cache saves half of the time."""
    context = chromium.new_context(base_url=site_files, **LOOKS)
    context.set_default_timeout(8000)
    yield context
    context.close()


@pytest.fixture
def open_page(
    chromium: Browser, watch: Callable[[Page, str], Guard]
) -> Iterator[Callable[[str], Page]]:
    """Return a function that opens a page at an origin, in a browser profile of its own."""
    contexts = []

    def open_at(origin: str) -> Page:
        context = chromium.new_context(base_url=origin, **LOOKS)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch(page, origin)
        return page

    yield open_at
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def modules(site_context: BrowserContext) -> Iterator[Page]:
    """Return a page that does nothing, to import the page's modules into."""
    page = site_context.new_page()
    page.goto("/favicon.svg")
    yield page
    page.close()


def accessibility_faults(page: Page) -> list[str]:
    """Return what axe-core finds on the page as it stands, one line for each element.

    All rules in light; in dark only those about colour, for nothing else differs.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)  # through the debugger, so the page's own policy stays in force
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += page.evaluate("() => axe.run(document, {runOnly: ['color-contrast']})")["violations"]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]


def sideways_scroll(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(width))
