"""Exchange rates: the newest, their history, adding one, fetching them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from .fake_api import UNAVAILABLE, FakeApi, serve_operator
from .interception import Route, arrived
from .price_answers import rate, rates
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
PATH = "/admin/exchange-rates"


def open_rates(show: Show, api: FakeApi, expect_statuses: tuple[int, ...] = ()) -> Page:
    """Open the prices, with a currency that has no rate."""
    serve_operator(api)
    api.put("GET", PATH, rates(rate(), rate(quote="USD", source="hand"), without=("KWD",)))
    page = show("/#/operations/prices", expect=expect_statuses)
    expect(page.get_by_role("table", name="Exchange rates")).to_be_visible()
    return page


def open_form(page: Page) -> Locator:
    """Open the form for another rate."""
    page.get_by_role("button", name="Add a rate").click()
    return page.get_by_role("dialog", name="Add an exchange rate")


def test_the_newest_rates_are_listed_and_missing_ones_named(show: Show, api: FakeApi) -> None:
    page = open_rates(show, api)
    rows = page.get_by_role("table", name="Exchange rates").get_by_role("row")
    expect(rows.nth(1)).to_have_text(
        re.compile("1 EUR = 98.1240 INR.*24 November 2026.*European Central Bank")
    )
    expect(rows.nth(2)).to_contain_text("By hand")
    expect(
        page.get_by_text("No rate yet: KWD. What has no price in the currency itself")
    ).to_be_visible()
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)


def test_a_rate_is_added_by_hand(show: Show, api: FakeApi) -> None:
    page = open_rates(show, api)
    dialog = open_form(page)
    expect(dialog.get_by_label("Base")).to_have_value("EUR")
    dialog.get_by_label("Currency").fill("kwd")
    field = dialog.get_by_label("Rate", exact=True)
    expect(field).to_have_accessible_description("How many KWD are 1 EUR: 1 EUR = … KWD.")
    field.fill("0.3312")
    dialog.get_by_label("Day").fill("2026-11-24")
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    resize(page, 1440)
    added = rate(quote="KWD", rate="0.3312", source="hand")
    api.put("POST", PATH, added, status=201)
    api.put("GET", PATH, rates(added))
    dialog.get_by_role("button", name="Add rate").click()
    expect(page.get_by_text("Rate added: 1 EUR = 0.3312 KWD.")).to_be_visible()
    expect(page.get_by_role("button", name="Add a rate")).to_be_focused()
    expect(page.get_by_text("No rate yet")).to_have_count(0)
    sent = {"base": "EUR", "quote": "KWD", "date": "2026-11-24", "rate": "0.3312"}
    assert api.sent("POST", PATH) == [sent]


def test_what_is_wrong_is_said_at_its_field(show: Show, api: FakeApi) -> None:
    page = open_rates(show, api, (409,))
    page.get_by_role("button", name="Add rate", exact=True).click()
    dialog = page.get_by_role("dialog", name="Add an exchange rate")
    expect(dialog.get_by_label("Currency")).to_have_value("KWD")
    dialog.get_by_label("Currency").fill("EUR")
    dialog.get_by_label("Rate", exact=True).fill("0")
    dialog.get_by_role("button", name="Add rate").click()
    for words in ("Choose another currency", "Enter a number above zero.", "Choose a day."):
        expect(dialog.get_by_text(words)).to_be_visible()
    expect(dialog.get_by_label("Currency")).to_be_focused()
    assert_sound(page)
    assert api.sent("POST", PATH) == []
    dialog.get_by_label("Currency").fill("INR")
    dialog.get_by_label("Rate", exact=True).fill("99")
    dialog.get_by_label("Day").fill("2026-11-24")
    other = "there is another rate for that day: 98.1240"
    api.put("POST", PATH, {"error": "Conflict", "message": other}, status=409)
    dialog.get_by_role("button", name="Add rate").click()
    failure = "There is another rate for that day: 98.1240. Nothing was changed."
    expect(dialog.get_by_role("alert")).to_have_text(failure)


def test_the_history_of_a_pair_has_pages(show: Show, api: FakeApi) -> None:
    page = open_rates(show, api)
    older = rate(date="2026-11-23", rate="98.02")

    def answer(route: Route) -> None:
        more = "next=" in route.request.url
        route.fulfill(json=rates(older) if more else rates(rate(), following="p2"))

    api.put("GET", PATH, answer)
    history = page.get_by_role("button", name="History of EUR – INR")
    history.click()
    dialog = page.get_by_role("dialog", name="History of EUR – INR")
    rows = dialog.get_by_role("row")
    expect(rows).to_have_count(2)
    assert_sound(page)
    dialog.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_have_text(re.compile("98.02 INR.*23 November 2026"))
    dialog.get_by_role("button", name="Close").click()
    expect(history).to_be_focused()
    assert ("GET", f"{PATH}?base=EUR&quote=INR&next=p2", None) in api.requests


def test_the_rates_are_fetched_once_however_often_it_is_pressed(show: Show, api: FakeApi) -> None:
    page = open_rates(show, api)
    held: list[Route] = []
    api.put("POST", "/admin/runs", held.append)
    button = page.get_by_role("button", name="Fetch from the ECB now")
    button.dblclick()
    expect(button).to_have_attribute("aria-disabled", "true")
    arrived(held, page).fulfill(
        status=202, json={"run": "fetch_exchange_rates", "state": "started"}
    )
    expect(page.get_by_text("Asked for. New rates of the European Central Bank")).to_be_visible()
    assert api.sent("POST", "/admin/runs") == [{"run": "fetch_exchange_rates"}]


def test_rates_fail_or_are_not_needed_in_words(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    api.put("GET", PATH, UNAVAILABLE, status=503)
    page = show("/#/operations/prices", expect=(503,))
    expect(page.get_by_role("alert")).to_contain_text("The exchange rates could not be loaded")
    api.put("GET", PATH, rates())
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No exchange rates")).to_be_visible()
    assert_sound(page)
