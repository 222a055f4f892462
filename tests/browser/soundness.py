"""What every state of the page must be: quiet, accessible, no wider than its window."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")

# The browser observes a size in every frame it lays out, even while a test has its clock; what
# the page does then takes a frame and a timer of its own.
_FRAME = """() => new Promise((done) => {
  const seen = new ResizeObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(done));
  });
  seen.observe(document.documentElement);
})"""


@dataclass
class Guard:
    """What went wrong in a page that no assertion looked at."""

    origin: str
    expected_statuses: set[int] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    watched: list[Page] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note console errors and warnings, uncaught errors and requests to another host."""
        for event, noted in self._noted():
            page.on(event, noted)
        self.watched.append(page)

    def leave(self) -> None:
        """Watch no more; a page may serve another test after this one."""
        for page in self.watched:
            for event, noted in self._noted():
                page.remove_listener(event, noted)

    def expect(self, *statuses: int) -> None:
        """Accept the line Chromium writes for an answer with one of these statuses."""
        self.expected_statuses.update(statuses)

    def _noted(self) -> list[tuple[Any, Any]]:
        return [("console", self._heard), ("pageerror", self._failed), ("request", self._asked)]

    def _heard(self, message: Any) -> None:
        expected = any(f"status of {status} " in message.text for status in self.expected_statuses)
        unreached = 0 in self.expected_statuses and "net::ERR_FAILED" in message.text
        if message.type in ("error", "warning") and not expected and not unreached:
            self.complaints.append(f"console {message.type}: {message.text}")

    def _failed(self, error: Any) -> None:
        self.complaints.append(f"uncaught: {error}")

    def _asked(self, request: Any) -> None:
        url = request.url
        if urlsplit(url).scheme in ("http", "https") and not url.startswith(self.origin + "/"):
            self.complaints.append(f"request to another host: {url}")


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


def resize(page: Page, width: int) -> None:
    """Give the page another width, and the time to lay itself out for it."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(_FRAME)
    page.evaluate(_FRAME)


def assert_sound(page: Page) -> None:
    """Check that axe-core finds nothing, light and dark, and nothing scrolls sideways."""
    faults = accessibility_faults(page)
    assert faults == [], "\n".join(faults)
    assert sideways_scroll(page) == 0
