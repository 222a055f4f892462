"""What a draft of prices begins with, and how it is kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from . import price_answers
from .answers import ACME, APOLLO
from .fake_api import FakeApi
from .price_answers import card, last_preview
from .price_steps import CARDS, Show, begin, change, compare, open_prices
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser
FLAT = {"meter": "running_vm", "per": "hour", "price": "0.03"}


def test_the_edits_outlive_a_reload_and_are_discarded_on_purpose(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    table = change(page)
    page.get_by_label("Day").fill("2027-02-01")
    page.get_by_role("button", name="Remove the price of Volume").click()
    expect(table.get_by_role("row")).to_have_count(6)
    page.reload()
    expect(page.get_by_label("Day")).to_have_value("2027-02-01")
    expect(table.get_by_role("row")).to_have_count(6)
    page.get_by_role("button", name="Back to all prices").click()
    expect(page.get_by_text("Unfinished prices: EUR, default list.")).to_be_visible()
    assert_sound(page)
    # Other prices do not take their place without a question.
    page.get_by_role("button", name="Change prices of INR, default list").click()
    dialog = page.get_by_role("dialog", name="Discard the unfinished prices?")
    assert_sound(page)
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Go on with them").click()
    expect(table.get_by_role("row")).to_have_count(6)
    page.get_by_role("button", name="Back to all prices").click()
    page.get_by_role("button", name="Discard them").click()
    dialog.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Discarded. Nothing was changed.")).to_be_visible()
    expect(page.get_by_text("Unfinished prices")).to_have_count(0)


def test_quota_tariffs_that_need_a_person_stay_in_sight(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    api.put("GET", "/admin/quota-tariffs", price_answers.quota_tariffs())
    dialog = begin(page, "CloudStack's Quota tariffs")
    assert_sound(page)
    dialog.get_by_label("Connection").select_option("Frankfurt")
    dialog.get_by_role("button", name="Begin", exact=True).click()
    person = page.get_by_role("table", name="Tariffs that need a person")
    expect(person).to_have_text(re.compile("IP address by owner.*type 3.*0.4.*is a program"))
    expect(page.get_by_role("table", name="Prices")).to_contain_text("€0.03")
    page.reload()
    expect(person).to_be_visible()
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    query = "connection=main&currency=EUR&effective_from=2026-12-01T00%3A00%3A00Z"
    assert ("GET", f"/admin/quota-tariffs?{query}", None) in api.requests


def test_a_json_file_begins_a_card_that_is_agreed(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    dialog = begin(page, "A file: JSON or CSV")
    dialog.get_by_label("Whose prices").select_option("One account's (agreed)")
    dialog.get_by_role("button", name="Begin", exact=True).click()
    for words in ("Choose a billing account.", "Choose a file."):
        expect(dialog.get_by_text(words)).to_be_visible()
    assert_sound(page)
    dialog.get_by_label("Billing account").fill("acme")
    file = dialog.get_by_label("File")
    broken = {"name": "x.json", "mimeType": "application/json", "buffer": b'{"prices": '}
    file.set_input_files(broken)  # type: ignore[arg-type]
    dialog.get_by_role("button", name="Begin", exact=True).click()
    expect(dialog.get_by_text("The file is no rate card")).to_be_visible()
    content = b'{"prices": [{"usage_type": 1, "per": "hour", "price": 0.123456789012345678}]}'
    good = {"name": "acme.json", "mimeType": "application/json", "buffer": content}
    file.set_input_files(good)  # type: ignore[arg-type]
    dialog.get_by_role("button", name="Begin", exact=True).click()
    heading = page.get_by_role("heading", name="Change prices: EUR, agreed with acme")
    expect(heading).to_be_focused()
    expect(page.get_by_text("Begun with the file acme.json.")).to_be_visible()
    expect(page.get_by_label("Billing account")).to_have_value(ACME["id"])
    api.put("POST", CARDS, last_preview())
    compare(page)
    expect(page.get_by_role("button", name="Put into force")).to_be_visible()
    sent = api.sent("POST", CARDS)[0]
    assert sent["account"] == ACME["id"]
    # No digit of the file is lost.
    assert sent["prices"] == [{**FLAT, "price": "0.123456789012345678"}]


def test_a_csv_file_is_read_by_the_api(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api, (400,))
    refusal = {"error": "InvalidInput", "message": "line 2: unknown meter 'x'"}
    api.put("POST", CARDS, refusal, status=400)
    dialog = begin(page, "A file: JSON or CSV")
    content = b"tariff,meter,per,price\n1,running_vm,hour,0.03\n"
    file = {"name": "prices.csv", "mimeType": "text/csv", "buffer": content}
    dialog.get_by_label("File").set_input_files(file)  # type: ignore[arg-type]
    dialog.get_by_role("button", name="Begin", exact=True).click()
    expect(dialog.get_by_text("Line 2: unknown meter 'x'.")).to_be_visible()
    api.put("POST", CARDS, {**last_preview(), "rate_card": card(prices=[FLAT])})
    dialog.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("table", name="Prices")).to_contain_text("€0.03")
    query = "currency=EUR&effective_from=2026-12-01T00%3A00%3A00Z"
    assert ("POST", f"{CARDS}?{query}", content.decode()) in api.requests


def test_a_list_without_prices_begins_empty(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    dialog = begin(page, "The newest prices of this list")
    dialog.get_by_label("Currency").fill("chf")
    dialog.get_by_role("button", name="Begin", exact=True).click()
    expect(dialog.get_by_text("There are no prices of this list yet")).to_be_visible()
    dialog.get_by_label("Begin with").select_option("An empty list")
    dialog.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("heading", name="Change prices: CHF, default list")).to_be_visible()
    page.get_by_label("Day").fill("2026-11-01")
    expect(page.get_by_text("This lies in the past")).to_be_visible()
    assert_sound(page)


def test_prices_that_begin_later_are_changed_from_then_on(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    change(page, "INR, default list")
    expect(page.get_by_text("Begun with the newest prices, from 1 January 2027.")).to_be_visible()
    expect(page.get_by_label("Day")).to_have_value("2027-02-01")


@pytest.mark.parametrize(
    "content",
    [b"{}", b'{"prices": [1]}', b'{"prices": [{"meter": "running_vm", "tiers": "none"}]}'],
)
def test_a_file_of_another_shape_is_refused(show: Show, api: FakeApi, content: bytes) -> None:
    page = open_prices(show, api)
    dialog = begin(page, "A file: JSON or CSV")
    file = {"name": "x.json", "mimeType": "application/json", "buffer": content}
    dialog.get_by_label("File").set_input_files(file)  # type: ignore[arg-type]
    dialog.get_by_role("button", name="Begin", exact=True).click()
    expect(dialog.get_by_text("The file is no rate card")).to_be_visible()
    assert api.sent("POST", CARDS) == []


def test_a_number_with_an_exponent_is_written_out(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    dialog = begin(page, "A file: JSON or CSV")
    content = b'[{"meter": "running_vm", "per": "hour", "price": 1.5e-7}]'
    file = {"name": "x.json", "mimeType": "application/json", "buffer": content}
    dialog.get_by_label("File").set_input_files(file)  # type: ignore[arg-type]
    dialog.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("table", name="Prices")).to_contain_text("€0.00000015")


def test_an_agreed_card_goes_to_the_account_that_is_named(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    change(page, "EUR, agreed with acme")
    field = page.get_by_label("Billing account")
    field.fill("")
    compare(page)
    # Without an account it is not taken for everybody's list.
    expect(page.get_by_text("Choose a billing account.")).to_be_visible()
    expect(field).to_be_focused()
    assert_sound(page)
    assert api.sent("POST", CARDS) == []
    field.fill("apollo")
    api.put("POST", CARDS, last_preview())
    compare(page)
    expect(page.get_by_role("heading", name="EUR, agreed with apollo")).to_be_visible()
    expect(page.get_by_role("button", name="Put into force")).to_be_visible()
    assert api.sent("POST", CARDS)[0]["account"] == APOLLO["id"]
