"""The statement of account of a month, and its files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import answers, billing_answers
from .fake_api import UNAVAILABLE, FakeApi, serve_billing
from .interception import Route, arrived
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
NOW = "2026-11-23T10:00:00Z"
ACME = answers.ACME["id"]
STATEMENT = f"/#/statement/{ACME}"
ARABIC = {**answers.ACME, "language": "ar"}


def asked(api: FakeApi) -> list[str]:
    """Return what the page asked of statements, in order."""
    return [path for _, path, _ in api.requests if path.startswith("/statements")]


def test_what_changed_leads_from_the_beginning_to_the_end(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(STATEMENT, at=NOW)
    figures = page.locator(".statement-figures .figure")
    expect(figures).to_have_text(["At the beginning€719.00you owe", "So far€1,426.10you owe"])
    rows = page.get_by_role("table", name="Statement for November 2026").get_by_role("row")
    shown = [
        "Date.*What.*Amount.*Balance",
        r"3 November 2026.*Invoice\s*NC-2026-0142.*\+€1,019\.00.*€1,738\.00",
        "20 November 2026.*Payment\\s*SEPA 20 Nov.*\u2212€300\\.00.*€1,438\\.00",
        "20 November 2026.*Credit note\\s*CN-2026-0003.*\u2212€11\\.90.*€1,426\\.10",
        r"So far.*€1,426\.10",
    ]
    expect(rows).to_have_text([re.compile(row) for row in shown])
    invoice = page.get_by_role("link", name="NC-2026-0142")
    expect(invoice).to_have_attribute("href", f"#/invoices/{ACME}/{billing_answers.OPEN}")
    expect(page.get_by_text("As of 23 Nov 2026, 10:59 GMT+1.")).to_be_visible()
    expect(page).to_have_title("Statement · acme · StackTally")
    assert asked(api) == [f"/statements/2026-11?account={ACME}"]


@pytest.mark.parametrize(
    ("account", "widths"),
    [(answers.ACME, (1440, 360)), (ARABIC, (360,))],
    ids=["English", "Arabic"],
)
def test_it_is_accessible_at_every_width(
    show: Show, api: FakeApi, account: Any, widths: tuple[int, ...]
) -> None:
    serve_billing(api, account)
    page = show(STATEMENT, at=NOW)
    expect(page.get_by_role("table")).to_be_visible()
    for width in widths:
        resize(page, width)
        assert_sound(page)


def test_another_month_is_picked_and_stays_in_the_address(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(STATEMENT, at=NOW)
    previous = page.get_by_role("button", name="Previous month")
    previous.press("Enter")
    expect(page.get_by_role("table", name="Statement for October 2026")).to_be_visible()
    expect(previous).to_be_focused()
    expect(page).to_have_url(re.compile(f"#/statement/{ACME}/2026-10$"))
    # A month that is over has an end.
    expect(page.get_by_role("row").last).to_contain_text("At the end")
    page.go_back()
    expect(page.get_by_role("table", name="Statement for November 2026")).to_be_visible()


def test_whose_money_it_is_is_said_in_words(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    ends = {"opening": answers.money("0.00"), "closing": answers.money("-20.00")}
    empty = billing_answers.statement(movements=[], **ends)
    api.put("GET", "/statements/2026-11", empty)
    page = show(STATEMENT, at=NOW)
    told = ["At the beginning€0.00nothing open", "So far\u2212€20.00in your favour"]
    expect(page.locator(".statement-figures .figure")).to_have_text(told)
    expect(page.get_by_text("No movements in November 2026")).to_be_visible()


def test_loading_and_failing_are_said(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    held: list[Route] = []
    api.put("GET", "/statements/2026-11", held.append)
    page = show(STATEMENT, at=NOW, expect=(503,))
    expect(page.get_by_text("Loading the statement")).to_be_attached()
    assert_sound(page)
    arrived(held, page).fulfill(status=503, json=UNAVAILABLE)
    expect(page.get_by_role("alert")).to_contain_text("The statement could not be loaded")
    api.put("GET", "/statements/2026-11", billing_answers.statement())
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("table")).to_be_visible()


def test_it_can_be_saved(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    accepted: list[str] = []

    def made(route: Route) -> None:
        accepted.append(route.request.headers["accept"])
        route.fulfill(body=b"made", content_type=accepted[-1])

    page = show(STATEMENT, at=NOW)
    for name, media_type in (("CSV", "text/csv"), ("PDF", "application/pdf")):
        path = f"/statements/2026-11/{name.lower()}"
        api.put("GET", path, made)
        with page.expect_download() as saving:
            page.get_by_role("button", name=f"as {name}").click()
        assert saving.value.suggested_filename == f"statement-acme-2026-11.{name.lower()}"
        assert accepted[-1] == media_type
        assert asked(api)[-1] == f"{path}?account={ACME}"
