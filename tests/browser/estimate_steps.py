"""What a reader does in the estimate view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from . import answers

Show = Callable[..., Page]


def open_estimate(show: Show, account: Any = answers.ACME, **options: Any) -> Page:
    """Open the estimate view."""
    page = show(f"/#/estimate/{account['id']}", **options)
    expect(page.get_by_role("heading", level=1)).to_have_text("Estimate")
    return page


def row(page: Page, place: int) -> Any:
    """Return one row of the plan."""
    return page.get_by_role("group", name=f"Row {place}", exact=True)


def choose(page: Page, place: int, what: str) -> Any:
    """Plan `what` in a row, which is added where it is not there; return the row."""
    if row(page, place).count() == 0:
        page.get_by_role("button", name="Add row").click()
    row(page, place).get_by_label("What").select_option(what)
    return row(page, place)


def send(page: Page) -> None:
    """Ask for the estimate."""
    page.get_by_role("button", name="Estimate", exact=True).click()
