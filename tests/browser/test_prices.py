"""Prices: what is missing, the rate cards, changing them, comparing, putting them into force."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from . import price_answers
from .answers import ACME
from .fake_api import UNAVAILABLE, FakeApi, serve_operator
from .price_answers import LARGE, SMALL, card, first_preview, last_preview, missing_price
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
NOW = "2026-11-24T10:00:00Z"
CARDS = "/admin/rate-cards"
KEEP = "Keep in the draft"
FLAT = {"meter": "running_vm", "per": "hour", "price": "0.03"}


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
    held[0].fulfill(json=last_preview())
    expect(page.get_by_text("The usage of October 2026, with the prices of then")).to_be_visible()
    totals = page.get_by_role("table", name="Totals")
    expect(totals).to_have_text(re.compile("EUR.*€1,342.18.*€1,400.00.*[+]€57.82"))
    accounts = page.get_by_role("table", name="Accounts").get_by_role("row")
    expect(accounts).to_have_count(4)
    expect(accounts.nth(3)).to_have_text(re.compile("globex.*₹10.00.*-₹10.00.*Volume"))
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


def test_what_is_missing_is_named_and_leads_to_its_price(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    other = missing_price(account="other", account_name="globex", usages=5)
    first = price_answers.missing(missing_price(), price_answers.missing_rate(), following="p2")

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
    expect(rows.nth(2)).to_have_text(re.compile("EUR to KWD.*Exchange rate, KWD.*1 account"))
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    page.get_by_role("button", name="Add rate for EUR to KWD").click()
    expect(page.get_by_role("dialog").get_by_label("Currency")).to_have_value("KWD")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add price for Running VM, offering Small").click()
    dialog = page.get_by_role("dialog", name="Add a price")
    expect(dialog.get_by_label("What", exact=True)).to_have_value("running_vm")
    expect(dialog.get_by_role("checkbox", name="Small")).to_be_checked()
    expect(page.get_by_text("Change prices: EUR, default list")).to_be_attached()


def test_nothing_missing_is_no_section(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api)
    expect(page.get_by_text("Missing prices and rates")).to_have_count(0)
    expect(page.get_by_role("link", name="Prices", exact=True)).to_be_visible()


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


def test_what_the_api_refuses_stands_at_the_field_and_the_row(show: Show, api: FakeApi) -> None:
    page = open_prices(show, api, (400,))
    change(page)
    wrong = {"effective_from": "there are other prices from that instant on"}
    wrong |= {"prices[3].tiers": "the tiers overlap", "prices": "two prices fit the same usage"}
    refusal = {"error": "InvalidInput", "message": "it is wrong", "fields": wrong}
    api.put("POST", CARDS, refusal, status=400)
    compare(page)
    failure = page.get_by_role("alert")
    expect(failure).to_contain_text("Two prices fit the same usage.")
    expect(page.get_by_label("Day")).to_have_accessible_description(
        "There are other prices from that instant on."
    )
    row = page.get_by_role("table", name="Prices").get_by_role("row").nth(4)
    expect(row).to_contain_text("The tiers overlap.")
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    resize(page, 1440)
    # The row keeps its error when another one before it goes, and shows it in its dialog.
    page.get_by_role("button", name="Remove the price of Data sent").click()
    row = page.get_by_role("table", name="Prices").get_by_role("row").nth(3)
    expect(row).to_contain_text("The tiers overlap.")
    page.get_by_role("button", name="Edit the price of Volume").click()
    dialog = page.get_by_role("dialog", name="Edit the price")
    expect(dialog.get_by_text("The tiers overlap.")).to_be_visible()
    expect(dialog.get_by_label("Tier 1, up to")).to_be_focused()
    dialog.get_by_role("button", name=KEEP).click()
    expect(page.get_by_text("The tiers overlap.")).to_have_count(0)


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


def begin(page: Page, source: str) -> Locator:
    """Open the dialog that begins a draft with a source."""
    page.get_by_role("button", name="New prices").click()
    dialog = page.get_by_role("dialog", name="New prices")
    dialog.get_by_label("Begin with").select_option(source)
    return dialog


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


def test_prices_fail_wait_and_are_empty_in_words(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    held: list[Route] = []
    api.put("GET", "/catalogue", held.append)
    for path in ("rate-cards", "missing-prices"):
        api.put("GET", f"/admin/{path}", UNAVAILABLE, status=503)
    page = show("/#/operations/prices", expect=(503,), at=NOW)
    expect(page.get_by_text("Loading the prices")).to_be_attached()
    assert_sound(page)
    held[0].fulfill(status=503, json=UNAVAILABLE)
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
