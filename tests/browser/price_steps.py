"""What the tests of the prices do again and again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from .fake_api import FakeApi, serve_operator

Show = Callable[..., Page]
NOW = "2026-11-24T10:00:00Z"
CARDS = "/admin/rate-cards"
KEEP = "Keep in the draft"


def open_prices(show: Show, api: FakeApi, expect_statuses: tuple[int, ...] = ()) -> Page:
    """Open the prices of the operator's page."""
    serve_operator(api)
    page = show("/#/operations/prices", expect=expect_statuses, at=NOW)
    expect(page.get_by_role("table", name="Rate cards")).to_be_visible()
    return page


def change(page: Page, of: str = "EUR, default list") -> Locator:
    """Begin to change the prices of a list; return their table."""
    page.get_by_role("button", name=f"Change prices of {of}").click()
    expect(page.get_by_role("heading", name=f"Change prices: {of}")).to_be_focused()
    return page.get_by_role("table", name="Prices")


def add_price(page: Page) -> Locator:
    """Open the dialog for another price."""
    page.get_by_role("button", name="Add price", exact=True).click()
    return page.get_by_role("dialog", name="Add a price")


def compare(page: Page) -> None:
    """Ask what the draft would change."""
    page.get_by_role("button", name="See what changes").click()


def begin(page: Page, source: str) -> Locator:
    """Open the dialog that begins a draft with a source."""
    page.get_by_role("button", name="New prices").click()
    dialog = page.get_by_role("dialog", name="New prices")
    dialog.get_by_label("Begin with").select_option(source)
    return dialog
