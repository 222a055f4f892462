"""A Chromium for the page, a server for its files, a watch on what its console would show."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from .fake_api import FakeApi
from .interception import AnsweredPage
from .soundness import Guard

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "static-site"
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
REMEMBERED = "localStorage.setItem('stacktally-session-until', '2099-01-01T00:00:00Z')"
LOOKS: Any = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that renews the pictures of the overview in docs/screens."""
    parser.addoption(
        "--update-screens",
        action="store_true",
        help="write docs/screens/ from the running stack",
    )


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


class _SiteServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a page that was closed before its answer came."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@pytest.fixture(scope="session")
def site_files() -> Iterator[str]:
    """Return the address of a server that has the page's files and no API."""
    handler = functools.partial(_SiteHandler, directory=str(SITE))
    server = _SiteServer(("127.0.0.1", 0), handler)
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
def left_pages() -> dict[bool, list[AnsweredPage]]:
    """Return the pages that a test has left, those of somebody signed in and others.

    To load the page's many files into another document takes a third of what it takes to open
    another page first.
    """
    return {True: [], False: []}


@pytest.fixture
def show(
    site_context: BrowserContext,
    site_files: str,
    left_pages: dict[bool, list[AnsweredPage]],
    api: FakeApi,
    watch: Callable[..., Guard],
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the page signed in (or not), with `api` behind it; `at` stops its clock."""
    taken: list[tuple[bool, AnsweredPage, Guard]] = []

    def open_it(
        path: str = "/", signed_in: bool = True, expect: tuple[int, ...] = (), at: str | None = None
    ) -> Page:
        left = left_pages[signed_in]
        if left:
            answered = left.pop()
            answered.answer = api.handle
        else:
            answered = AnsweredPage(site_context.new_page(), api.handle)
            answered.page.add_init_script(REMEMBERED if signed_in else "localStorage.clear()")
        page = answered.page
        if at is not None:
            page.clock.set_fixed_time(at)
        guard = watch(page, site_files)
        guard.expect(*expect)
        taken.append((signed_in, answered, guard))
        page.goto(path)
        return page

    yield open_it
    for signed_in, answered, guard in taken:
        guard.leave()
        answered.leave()
        answered.page.set_viewport_size(LOOKS["viewport"])
        answered.page.emulate_media(
            media="null", color_scheme="light", reduced_motion="reduce", forced_colors="null"
        )
        answered.page.mouse.move(0, 0)
        left_pages[signed_in].append(answered)


@pytest.fixture(scope="session")
def modules(site_context: BrowserContext) -> Iterator[Page]:
    """Return a page that does nothing, to import the page's modules into."""
    page = site_context.new_page()
    page.goto("/favicon.svg")
    yield page
    page.close()
