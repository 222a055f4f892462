"""A comparison of new prices with the old, and putting them into force."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from . import price_answers
from .fake_api import UNAVAILABLE, FakeApi
from .interception import Route, arrived
from .price_answers import SMALL, card, first_preview, last_preview
from .price_steps import CARDS, KEEP, Show, add_price, change, compare, open_prices
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser


def test_a_new_offering_is_priced_compared_and_put_into_force(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    table = change(page)
    expect(page.get_by_label("Day")).to_have_value("2026-12-01")
    expect(page.get_by_text("In UTC. Usage that goes over this instant")).to_be_visible()
    dialog = add_price(page)
    expect(dialog.get_by_label("What", exact=True)).to_be_focused()
    dialog.get_by_role("button", name="Add condition").click()
    dialog.get_by_label("Condition 1 depends on").select_option("Offering")
    dialog.get_by_role("checkbox", name="Small").check()
    dialog.get_by_label("Priced per").select_option("month")
    dialog.get_by_label("Price", exact=True).fill("12.50")
    assert_sound(page)
    dialog.get_by_role("button", name=KEEP).click()
    expect(page.get_by_text("The price of Running VM is in the draft.")).to_be_visible()
    added = table.get_by_role("row").nth(7)
    expect(added).to_have_text(re.compile("Running VM New.*Offering: Small.*month.*€12.50"))
    held: list[Route] = []

    def step(route: Route) -> None:
        held.append(route) if "next" in route.request.url else route.fulfill(json=first_preview())

    api.put("POST", CARDS, step)
    compare(page)
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
    bar = page.get_by_role("progressbar", name="Accounts rated again")
    expect(bar).to_have_attribute("value", "2")
    expect(page.get_by_text("2 of 3 accounts")).to_be_visible()
    expect(page.get_by_role("button", name="Put into force")).to_have_count(0)
    assert_sound(page)
    arrived(held, page).fulfill(json=last_preview())
    expect(
        page.get_by_text("The usage of October 2026, at the prices that would hold")
    ).to_be_visible()
    totals = page.get_by_role("table", name="Totals")
    expect(totals).to_have_text(re.compile("EUR.*€1,342.18.*€1,400.00.*[+]€57.82"))
    accounts = page.get_by_role("table", name="Accounts").get_by_role("row")
    expect(accounts).to_have_count(4)
    expect(accounts.nth(3)).to_have_text(re.compile("globex.*₹10.00.*\u2212₹10.00.*Volume"))
    expect(page.get_by_text("1 account has usage without a price")).to_be_visible()
    page.get_by_label("Show").select_option("With missing prices")
    expect(accounts).to_have_count(2)
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    api.put("POST", CARDS, card(), status=201)
    page.get_by_role("button", name="Put into force").click()
    said = "The prices of EUR, default list come into force on 1 Dec 2026, 00:00 UTC."
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("heading", name="Rate cards")).to_be_focused()
    # The draft is done with.
    expect(page.get_by_text("Unfinished prices")).to_have_count(0)
    asked = [path for method, path, _ in api.requests if method == "POST"]
    assert asked == [CARDS, f"{CARDS}?next=p2", f"{CARDS}?confirm=sure"]
    first, *others = api.sent("POST", CARDS)
    assert all(other == first for other in others)
    assert (first["currency"], first["effective_from"]) == ("EUR", "2026-12-01T00:00:00Z")
    assert "account" not in first and len(first["prices"]) == 7
    new = {"meter": "running_vm", "per": "month", "price": "12.50"}
    assert first["prices"][6] == {**new, "conditions": {"offering": [SMALL]}}


def test_what_the_api_refuses_stands_at_the_field_and_the_row(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api, (400,))
    change(page)
    wrong = {"effective_from": "there are other prices from that instant on"}
    wrong |= {"prices.3": "it fits what prices[0] fits", "prices": "two prices fit the same usage"}
    refusal = {"error": "InvalidInput", "message": "it is wrong", "fields": wrong}
    api.put("POST", CARDS, refusal, status=400)
    compare(page)
    failure = page.get_by_role("alert")
    expect(failure).to_contain_text("Two prices fit the same usage.")
    expect(failure).to_contain_text("What is wrong with one price stands beside it.")
    expect(page.get_by_label("Day")).to_have_accessible_description(
        "There are other prices from that instant on."
    )
    row = page.get_by_role("table", name="Prices").get_by_role("row").nth(4)
    expect(row).to_contain_text("It fits what price 1 of this list fits.")
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    resize(page, 1440)
    # The row keeps its error when another one before it goes, and shows it in its dialog.
    page.get_by_role("button", name="Remove the price of Data sent").click()
    row = page.get_by_role("table", name="Prices").get_by_role("row").nth(3)
    expect(row).to_contain_text("It fits what price 1 of this list fits.")
    page.get_by_role("button", name="Edit the price of Volume").click()
    dialog = page.get_by_role("dialog", name="Edit the price")
    expect(dialog.get_by_role("alert")).to_have_text("It fits what price 1 of this list fits.")
    dialog.get_by_role("button", name=KEEP).click()
    expect(page.get_by_text("It fits what price 1 of this list fits.")).to_have_count(0)


def test_a_comparison_that_fails_goes_on_where_it_stopped(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api, (503, 409))
    change(page)
    busy = [True]

    def step(route: Route) -> None:
        if "next" not in route.request.url:
            route.fulfill(json=first_preview())
        elif busy:
            busy.clear()
            route.fulfill(status=503, json=UNAVAILABLE)
        else:
            route.fulfill(json=last_preview())

    api.put("POST", CARDS, step)
    compare(page)
    expect(page.get_by_role("alert")).to_contain_text("The comparison could not be finished")
    assert_sound(page)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("table", name="Accounts").get_by_role("row")).to_have_count(4)
    gone = {"error": "Conflict", "message": "the token is not of this card"}
    api.put("POST", CARDS, gone, status=409)
    page.get_by_role("button", name="Put into force").click()
    failure = page.get_by_role("alert")
    expect(failure).to_have_text("The token is not of this card. Nothing was changed.")
    page.get_by_role("button", name="Back to the prices").last.click()
    expect(page.get_by_role("table", name="Prices").get_by_role("row")).to_have_count(7)


def test_without_usage_there_is_nothing_to_compare_with(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    change(page)
    empty = price_answers.preview(done=0, period=None, totals=[], of=0)
    api.put("POST", CARDS, empty)
    compare(page)
    expect(page.get_by_text("There is no usage of last month to compare with.")).to_be_visible()
    expect(page.get_by_role("button", name="Put into force")).to_be_visible()
    assert_sound(page)
