"""The dialog of a price: its fields, its conditions, its tiers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from . import price_answers
from .fake_api import FakeApi, serve_operator
from .price_answers import LARGE, last_preview
from .price_steps import CARDS, KEEP, NOW, Show, add_price, change, compare, open_prices
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser


def test_the_fields_follow_the_kind_of_price(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    change(page)
    dialog = add_price(page)
    what = dialog.get_by_label("What", exact=True)
    assert what.locator("option").all_inner_texts()[:2] == [
        "Running VM",
        "\u2003Memory of running VMs",
    ]
    what.select_option("Data sent")
    dialog.get_by_label("Kind of price").select_option("Graduated")
    dialog.get_by_role("button", name="Add tier").click()
    tiers = {"Tier 1, up to": "100", "Tier 1, price": "0", "Tier 2, up to": "50"}
    tiers |= {"Tier 2, price": "0.05", "Tier 3, price": "0.03"}
    for label, value in tiers.items():
        dialog.get_by_label(label).fill(value)
    dialog.get_by_text("Included quantity, minimum and maximum").click()
    dialog.get_by_label("Maximum").fill("500")
    dialog.get_by_role("button", name=KEEP).click()
    expect(dialog.get_by_text("Each tier must go further than the one before.")).to_be_visible()
    expect(dialog.get_by_label("Tier 1, up to")).to_be_focused()
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    resize(page, 1440)
    dialog.get_by_label("Tier 2, up to").fill("500")
    dialog.get_by_role("button", name=KEEP).click()
    row = page.get_by_role("table", name="Prices").get_by_role("row").nth(7)
    said = "first 100 GiB free, up to 500 GiB €0.05, then €0.03.*at most €500.00 a month"
    expect(row).to_have_text(re.compile(said))


def test_conditions_are_those_of_the_meter(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    change(page)
    dialog = add_price(page)
    dialog.get_by_label("What", exact=True).select_option("Running VM")
    for place, dimension in enumerate(("Operating system", "Template", "A tag"), start=1):
        dialog.get_by_role("button", name="Add condition").click()
        dialog.get_by_label(f"Condition {place} depends on").select_option(dimension)
    dialog.get_by_label("Operating system is").fill("Debian 12\n Ubuntu 24.04 \n")
    dialog.get_by_label("Template is").fill("t-1")
    dialog.get_by_label("Price", exact=True).fill("abc")
    dialog.get_by_role("button", name=KEEP).click()
    expect(dialog.get_by_text("Enter the key of the tag.")).to_be_visible()
    expect(dialog.get_by_text("Enter a number of zero or more.")).to_be_visible()
    expect(dialog.get_by_label("Key of the tag")).to_be_focused()
    assert_sound(page)
    dialog.get_by_label("Key of the tag").fill("env")
    dialog.get_by_label("Tag env is").fill("prod")
    dialog.get_by_label("Price", exact=True).fill("0.04")
    dialog.get_by_role("button", name="Remove the condition Template").click()
    dialog.get_by_role("button", name=KEEP).click()
    api.put("POST", CARDS, last_preview())
    compare(page)
    expect(page.get_by_role("button", name="Put into force")).to_be_visible()
    conditions = {"operating_system": ["Debian 12", "Ubuntu 24.04"], "tag:env": ["prod"]}
    assert api.sent("POST", CARDS)[0]["prices"][6]["conditions"] == conditions


def test_a_condition_goes_when_the_meter_has_no_such_dimension(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    change(page)
    page.get_by_role("button", name="Edit the price of Large machine").click()
    dialog = page.get_by_role("dialog", name="Edit the price")
    expect(dialog.get_by_role("checkbox", name="Large")).to_be_checked()
    dialog.get_by_label("What", exact=True).select_option("IP address")
    expect(dialog.get_by_role("checkbox", name="Large")).to_have_count(0)
    expect(dialog.get_by_label("Tag env is")).to_have_value("prod\nstaging")
    dialog.get_by_role("button", name="Add condition").click()
    dialog.get_by_label("Condition 2 depends on").select_option("Source NAT")
    dialog.get_by_label("Source NAT is").select_option("yes")
    dialog.get_by_role("button", name=KEEP).click()
    row = page.get_by_role("table", name="Prices").get_by_role("row").nth(2)
    expect(row).to_have_text(re.compile("Tag env: prod or staging.*Source NAT: yes.*€30.00"))


def test_a_service_of_ones_own_is_priced(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    table = change(page)
    dialog = add_price(page)
    dialog.get_by_label("What", exact=True).select_option("service")
    dialog.get_by_label("Id of the service").fill("Silver Support")
    dialog.get_by_label("Title").fill("Silver support")
    dialog.get_by_label("Priced per").select_option("piece, once")
    dialog.get_by_label("Price", exact=True).fill("49")
    dialog.get_by_role("button", name=KEEP).click()
    expect(dialog.get_by_text("Use 1 to 40 small letters")).to_be_visible()
    dialog.get_by_label("Id of the service").fill("silver_support")
    dialog.get_by_role("button", name=KEEP).click()
    said = "Silver support New.*silver_support.*piece, once.*€49.00"
    expect(table.get_by_role("row").nth(7)).to_have_text(re.compile(said, re.DOTALL))


def test_what_is_removed_is_gone_from_the_draft_only(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    table = change(page, "EUR, agreed with acme")
    page.get_by_role("button", name="Remove the price of Running VM").click()
    expect(page.get_by_text("The price of Running VM is removed from the draft.")).to_be_visible()
    expect(page.get_by_role("button", name="Add price", exact=True)).to_be_focused()
    expect(table).to_have_count(0)
    expect(page.get_by_text("What has no price is not free")).to_be_visible()
    compare(page)
    expect(page.get_by_text("Add at least one price first.")).to_be_visible()
    assert api.sent("POST", CARDS) == []
    assert_sound(page)


def test_a_price_is_edited_by_keyboard(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    change(page)
    edit = page.get_by_role("button", name="Edit the price of Running VM")
    edit.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Edit the price")
    dialog.get_by_label("Price", exact=True).fill("0.025")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(edit).to_be_focused()
    row = page.get_by_role("table", name="Prices").get_by_role("row").nth(1)
    expect(row).to_have_text(re.compile("Running VM Changed.*€0.025"))


def test_a_long_list_of_offerings_is_searched(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    many = [{"id": f"o-{place}", "name": f"Size {place}"} for place in range(80)]
    names = {**price_answers.catalogue()["names"], "offering": many}
    api.put("GET", "/catalogue", price_answers.catalogue(names=names))
    page = show("/#/operations/prices", at=NOW)
    change(page)
    page.get_by_role("button", name="Edit the price of Large machine").click()
    dialog = page.get_by_role("dialog")
    # An offering that CloudStack no longer names stays, by its id, before all others.
    expect(dialog.get_by_role("checkbox").first).to_have_accessible_name(LARGE)
    expect(dialog.get_by_text("21 more: type to narrow the list.")).to_be_visible()
    dialog.get_by_role("searchbox", name="Search: Offering").fill("size 77")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_role("checkbox", name="Size 77").check()
    assert_sound(page)


def test_the_editor_is_laid_out_from_right_to_left(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    page.evaluate("document.documentElement.dir = 'rtl'")
    change(page)
    page.get_by_role("button", name="Edit the price of Large machine").click()
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    page.keyboard.press("Escape")
    assert_sound(page)
