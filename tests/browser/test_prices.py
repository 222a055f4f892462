"""Prices: what is missing, the rate cards, one of them as a table."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from . import price_answers
from .fake_api import UNAVAILABLE, FakeApi, serve_operator
from .interception import Route, arrived
from .price_answers import missing_price
from .price_steps import CARDS, NOW, Show, open_prices
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser


def test_each_list_is_named_with_its_state_and_its_version(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    rows = page.get_by_role("table", name="Rate cards").get_by_role("row")
    expect(rows).to_have_count(5)
    for place, words in enumerate(
        (
            "EUR.*Default list.*In force.*1 Sept 2026, 00:00 UTC.*6.*5f2ab01c9d",
            "EUR.*Agreed with acme.*In force.*acme1111",
            "INR.*Default list.*Coming.*1 Jan 2027.*inr33333",
            "INR.*Default list.*In force.*inr22222",
        ),
        start=1,
    ):
        expect(rows.nth(place)).to_have_text(re.compile(words))
    # Only the newest card of a list is changed.
    expect(rows.nth(4).get_by_role("button", name=re.compile("Change"))).to_have_count(0)
    page.get_by_label("Show").select_option("All versions")
    expect(rows).to_have_count(6)
    expect(rows.nth(2)).to_contain_text("Replaced")
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)


def test_a_card_is_read_as_sentences_and_downloaded(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    page.get_by_role("button", name="View the prices of EUR, default list").click()
    expect(page.get_by_role("heading", name="Prices in EUR, default list")).to_be_focused()
    rows = page.get_by_role("table", name="Prices in EUR").get_by_role("row")
    for place, words in enumerate(
        (
            "Running VM.*All of it.*hour.*€0.024",
            "Large machine.*Offering: Large.*Tag env: prod or staging.*month.*€30.00",
            "Data sent.*GiB.*first 100 GiB free, then €0.05",
            "Volume.*all of it at one price: up to 1,000 GiB-months €0.10, above €0.08"
            ".*at least €1.00 a month",
            "IP address.*Source NAT: no.*€5.00 for each begun block of 4 months"
            ".*1 month included each month",
            "Gold support.*piece and month.*€99.00",
        ),
        start=1,
    ):
        expect(rows.nth(place)).to_have_text(re.compile(words, re.DOTALL))
    asked = "/api/admin/rate-cards/file?currency=EUR&effective_from=2026-09-01T00%3A00%3A00Z"
    for name in ("json", "csv"):
        link = page.get_by_role("link", name=f"Download {name.upper()}")
        expect(link).to_have_attribute("href", f"{asked}&format={name}")
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    page.get_by_role("button", name="Back to all prices").click()
    expect(page.get_by_role("heading", name="Rate cards")).to_be_focused()


def test_what_is_missing_is_named_and_leads_to_its_price(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    other = missing_price(account="other", account_name="globex", usages=5)
    rate = price_answers.missing_rate()
    disk = {**rate, "what": "Volume", "meter": "volume", "period": "2026-10"}
    first = price_answers.missing(missing_price(), rate, disk, following="p2")

    def step(route: Route) -> None:
        last = price_answers.missing(other)
        route.fulfill(json=last if "next" in route.request.url else first)

    api.put("GET", "/admin/missing-prices", step)
    page = show("/#/operations", at=NOW)
    expect(page.get_by_text("Usage waits for a price or an exchange rate.")).to_be_visible()
    expect(page.get_by_role("link", name="Prices: a price or a rate is missing")).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="See what is missing").click()
    rows = page.get_by_role("table", name="Missing prices and rates").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_have_text(
        re.compile("Running VM, offering Small.*Price, EUR.*2 accounts, 17 usages.*acme, globex")
    )
    expect(rows.nth(2)).to_have_text(
        re.compile("Exchange rate into KWD.*of October 2026 or before.*1 account, 6 usages")
    )
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    page.get_by_role("button", name="Add rate for KWD").click()
    expect(page.get_by_role("dialog").get_by_label("Currency")).to_have_value("KWD")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add price for Running VM, offering Small").click()
    dialog = page.get_by_role("dialog", name="Add a price")
    expect(dialog.get_by_label("What", exact=True)).to_have_value("running_vm")
    expect(dialog.get_by_role("checkbox", name="Small")).to_be_checked()
    expect(page.get_by_text("Change prices: EUR, default list")).to_be_attached()


def test_what_is_missing_for_want_of_a_size_or_a_service_is_said(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    size = missing_price(kind="size", meter="backup", what="Backup", dimensions={})
    service = missing_price(meter="service:gold_support", what="gold_support", dimensions={})
    api.put("GET", "/admin/missing-prices", price_answers.missing(size, service))
    page = show("/#/operations/prices", at=NOW)
    rows = page.get_by_role("table", name="Missing prices and rates").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("It is priced by its size, which CloudStack did not tell.")
    page.get_by_role("button", name="Add price for gold_support").click()
    dialog = page.get_by_role("dialog", name="Add a price")
    expect(dialog.get_by_label("Id of the service")).to_have_value("gold_support")


def test_rate_cards_are_read_to_the_last_page(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    every = price_answers.cards()["rate_cards"]

    def step(route: Route) -> None:
        last = "next" in route.request.url
        shown, more = (every[1:], None) if last else (every[:1], "p2")
        route.fulfill(json={"rate_cards": shown, "next": more})

    api.put("GET", CARDS, step)
    page = show("/#/operations/prices", at=NOW)
    rows = page.get_by_role("table", name="Rate cards").get_by_role("row")
    expect(rows).to_have_count(5)
    # What is in force is so among the cards of all pages.
    expect(rows.nth(1)).to_contain_text("1 Sept 2026")


def test_nothing_missing_is_no_section(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    expect(page.get_by_text("Missing prices and rates")).to_have_count(0)
    expect(page.get_by_role("link", name="Prices", exact=True)).to_be_visible()


def test_prices_fail_wait_and_are_empty_in_words(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    held: list[Route] = []
    api.put("GET", "/catalogue", held.append)
    for path in ("rate-cards", "missing-prices"):
        api.put("GET", f"/admin/{path}", UNAVAILABLE, status=503)
    page = show("/#/operations/prices", expect=(503,), at=NOW)
    expect(page.get_by_text("Loading the prices")).to_be_attached()
    assert_sound(page)
    arrived(held, page).fulfill(status=503, json=UNAVAILABLE)
    expect(page.get_by_role("alert")).to_contain_text("The prices could not be loaded")
    api.put("GET", "/catalogue", price_answers.catalogue())
    page.get_by_role("button", name="Try again").click()
    for words in ("The rate cards could not be loaded", "What has no price could not be loaded"):
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    assert_sound(page)
    api.put("GET", CARDS, {"rate_cards": [], "next": None})
    page.get_by_role("button", name="Try again").nth(1).click()
    expect(page.get_by_text("No prices yet")).to_be_visible()
    assert_sound(page)
