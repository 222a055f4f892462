"""The usage view: what an account used in a month, by what it is summed up by."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import answers, usage_answers
from .fake_api import UNAVAILABLE, FakeApi, serve, serve_usage
from .interception import Route, arrived
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
NOW = "2026-11-23T10:00:00Z"
ARABIC = {**answers.INITECH, "language": "ar-KW"}


def open_usage(show: Show, **options: Any) -> Page:
    """Open the usage view on 23 November 2026."""
    page = show("/#/usage", at=NOW, **options)
    expect(page.get_by_role("heading", level=1)).to_have_text("Usage")
    return page


def asked(api: FakeApi) -> list[str]:
    """Return what the page asked of the usage, in order."""
    return [path for _, path, _ in api.requests if path.startswith("/usage?")]


def test_resources_are_listed_with_their_tags_and_exact_quantities(
    show: Show, api: FakeApi
) -> None:
    serve_usage(api)
    page = open_usage(show)
    table = page.get_by_role("table", name="Usage in November 2026")
    rows = table.get_by_role("row")
    expect(rows).to_have_count(6)
    volume = re.compile("data-web-01.*Volume.*SSD 10k.*Frankfurt 1.*env prod.*cost-centre 4711")
    expect(rows.nth(3)).to_have_text(volume)
    quantity = rows.nth(3).locator("data")
    expect(quantity).to_have_text("52,800.333333")
    expect(quantity).to_have_attribute("title", "52800.333333333333 GiB-hours")
    expect(quantity).to_have_attribute("value", "52800.333333333333")
    expect(rows.nth(4).locator("data")).to_have_text("< 0.000001")
    expect(rows.nth(5).locator("data")).to_have_text("1,234,567.5")
    expect(rows.nth(5).locator("data")).not_to_have_attribute("title", re.compile("."))
    expect(rows.nth(5)).to_contain_text("9a1f3c52-2ff4-4b54-9a0e-0e4d9cbb7a11")
    expect(page.get_by_text("Usage up to 23 Nov 2026, 00:00")).to_be_visible()
    expect(
        page.get_by_text("Tags are those the resource had when its usage was read")
    ).to_be_visible()
    expect(page.get_by_role("columnheader", name="Sub account")).to_have_count(0)
    expect(page).to_have_title("Usage · acme · StackTally")
    days = "from=2026-11-01&to=2026-11-30"
    assert asked(api) == [f"/usage?account={answers.ACME['id']}&{days}&group=resource"]


@pytest.mark.parametrize("account", [answers.ACME, ARABIC], ids=["English", "Arabic"])
def test_it_is_accessible_at_every_width(show: Show, api: FakeApi, account: Any) -> None:
    serve_usage(api, account)
    page = open_usage(show)
    expect(page.locator("tbody tr")).to_have_count(5)
    direction = "rtl" if account is ARABIC else "ltr"
    expect(page.locator("html")).to_have_attribute("dir", direction)
    fits = "(each) => each.scrollWidth <= each.clientWidth"
    for width in (1440, 768, 360):
        resize(page, width)
        assert_sound(page)
    assert page.locator(".table-place").evaluate(fits)
    # On a phone the unit stands beside its quantity.
    expect(page.locator("tbody tr").first).to_contain_text("hours")


@pytest.mark.parametrize("group", ["Meter", "Offering", "Zone"])
def test_it_is_summed_up_by_what_is_chosen(show: Show, api: FakeApi, group: str) -> None:
    serve_usage(api)
    page = open_usage(show)
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_label("Sum up by").select_option(group)
    expect(page.get_by_role("columnheader").first).to_have_text(group)
    first = "Running VM" if group == "Meter" else f"the {group.lower()}"
    expect(page.get_by_role("rowheader").first).to_contain_text(first)
    expect(page.get_by_role("columnheader", name="Tags")).to_have_count(0)
    expect(page.get_by_text("Tags are those")).to_have_count(0)
    if group != "Meter":
        expect(page.get_by_role("rowheader").nth(1)).to_have_text(f"No {group.lower()}")
    assert_sound(page)
    assert asked(api)[-1].endswith(f"group={group.lower()}")


def test_it_is_summed_up_by_a_tag_that_was_seen(show: Show, api: FakeApi) -> None:
    serve_usage(api)
    page = open_usage(show)
    expect(page.locator("tbody tr")).to_have_count(5)
    choices = page.get_by_label("Sum up by").locator("option")
    expect(choices).to_have_text(
        ["Resource", "Meter", "Offering", "Zone", "Tag cost-centre", "Tag env", "Tag kept"]
    )
    page.get_by_label("Sum up by").select_option("Tag env")
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.nth(1)).to_have_text(re.compile("prod.*Running VM.*528"))
    expect(rows.nth(2)).to_have_text(re.compile(r"Without this tag.*24\.000001"))
    expect(page.get_by_text("Tags are those the resource had")).to_be_visible()
    # The other keys can still be chosen.
    expect(choices).to_have_count(7)
    assert_sound(page)
    assert asked(api)[-1].endswith("group=tag%3Aenv")


def test_without_tags_none_can_be_chosen(show: Show, api: FakeApi) -> None:
    serve(api, answers.overview())
    rows = [{**row, "tags": {}} for row in usage_answers.by_resource()]
    api.put("GET", "/usage", usage_answers.usage("resource", rows))
    page = open_usage(show)
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(page.get_by_label("Sum up by").locator("option")).to_have_count(4)
    expect(page.locator(".tag")).to_have_count(0)


def test_several_sub_accounts_can_be_told_apart(show: Show, api: FakeApi) -> None:
    serve_usage(api)
    two = usage_answers.by_resource()
    two[1] |= {"sub_account": "ffff", "sub_account_name": "apollo"}
    api.put("GET", "/usage", usage_answers.usage("resource", two))
    page = open_usage(show)
    expect(page.get_by_role("columnheader", name="Sub account")).to_be_visible()
    expect(page.get_by_role("row").nth(2)).to_contain_text("apollo")
    rows = usage_answers.by("sub_account")
    api.put("GET", "/usage", usage_answers.usage("sub_account", rows))
    page.get_by_label("Sum up by").select_option("Sub account")
    expect(page.get_by_role("rowheader").first).to_have_text("the sub_account")


def test_another_month_is_shown_by_its_buttons_and_from_the_list(show: Show, api: FakeApi) -> None:
    serve_usage(api)
    page = open_usage(show)
    following = page.get_by_role("button", name="Next month")
    expect(following).to_have_attribute("aria-disabled", "true")
    previous = page.get_by_role("button", name="Previous month")
    previous.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Usage in October 2026")).to_be_visible()
    expect(previous).to_be_focused()
    assert "from=2026-10-01&to=2026-10-31" in asked(api)[-1]
    page.get_by_role("combobox", name="Month").select_option("February 2024")
    expect(page.get_by_role("table", name="Usage in February 2024")).to_be_visible()
    assert "from=2024-02-01&to=2024-02-29" in asked(api)[-1]
    following.click()
    expect(page.get_by_role("table", name="Usage in March 2024")).to_be_visible()


def test_the_month_is_that_of_the_accounts_time_zone(show: Show, api: FakeApi) -> None:
    serve_usage(api)
    page = show("/#/usage", at="2026-11-30T23:30:00Z")  # half past midnight in Berlin
    expect(page.get_by_role("heading", name="Usage in December 2026")).to_be_visible()


def test_old_usage_of_the_running_month_is_called_out_of_date(show: Show, api: FakeApi) -> None:
    serve_usage(api)
    page = show("/#/usage", at="2026-11-25T10:00:00Z")
    expect(page.locator(".page-period")).to_contain_text("Out of date")
    page.get_by_role("button", name="Previous month").click()
    expect(page.get_by_role("table", name="Usage in October 2026")).to_be_visible()
    expect(page.locator(".page-period")).not_to_contain_text("Out of date")


def test_more_rows_come_page_by_page(show: Show, api: FakeApi) -> None:
    serve(api, answers.overview())
    rows = usage_answers.by_resource()
    api.put("GET", "/usage", usage_answers.usage("resource", rows[:2], next="p2"))
    page = open_usage(show)
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_role("button", name="Download these rows as CSV")).to_be_visible()
    api.put("GET", "/usage", usage_answers.usage("resource", rows[2:]))
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(page.get_by_text("5 rows of usage")).to_be_attached()
    assert asked(api)[-1].endswith("group=resource&next=p2")


def test_no_usage_is_said_in_words(show: Show, api: FakeApi) -> None:
    serve(api, answers.overview())
    api.put("GET", "/usage", usage_answers.usage("resource", [], as_of=None))
    page = open_usage(show)
    expect(page.get_by_text("No usage in November 2026")).to_be_visible()
    expect(page.get_by_text("it appears here within 24 to 48 hours.")).to_be_visible()
    expect(page.get_by_text("No usage yet")).to_be_visible()
    assert_sound(page)
    page.get_by_role("button", name="Previous month").click()
    expect(page.get_by_text("Nothing was used, or nothing was collected")).to_be_visible()


def test_a_failure_says_why_and_keeps_what_was_chosen(show: Show, api: FakeApi) -> None:
    serve(api, answers.overview())
    api.put("GET", "/usage", UNAVAILABLE, status=503)
    page = open_usage(show, expect=(503,))
    expect(page.get_by_role("alert")).to_contain_text("The usage could not be loaded")
    expect(page.get_by_role("alert")).to_contain_text("The tables did not answer; try again later.")
    assert_sound(page)
    page.get_by_label("Sum up by").select_option("Zone")
    expect(page.get_by_role("alert")).to_be_visible()
    api.put("GET", "/usage", usage_answers.usage("zone", usage_answers.by("zone")))
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("rowheader").first).to_have_text("the zone")


def test_loading_is_said(show: Show, api: FakeApi) -> None:
    serve(api, answers.overview())
    held: list[Route] = []
    api.put("GET", "/usage", held.append)
    page = open_usage(show)
    expect(page.get_by_text("Loading the usage")).to_be_attached()
    expect(page.locator("[aria-busy=true]")).to_be_visible()
    assert_sound(page)
    arrived(held, page).fulfill(json=usage_answers.usage("resource", usage_answers.by_resource()))
    expect(page.locator("tbody tr")).to_have_count(5)


def test_the_picker_stays_in_the_view_and_forgets_the_others_tags(show: Show, api: FakeApi) -> None:
    serve_usage(api)
    both = [answers.ACME, answers.APOLLO]
    api.put("GET", "/session", answers.session("domain_admin", both))
    page = open_usage(show)
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_label("Sum up by").select_option("Tag env")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Account acme").click()
    page.get_by_role("button", name="apollo").click()
    expect(page).to_have_url(re.compile(f"#/usage/{answers.APOLLO['id']}$"))
    expect(page.locator("tbody tr")).to_have_count(5)
    assert f"account={answers.APOLLO['id']}" in asked(api)[-1]
    assert asked(api)[-1].endswith("group=resource")
    page.get_by_role("link", name="Overview").click()
    expect(page).to_have_url(re.compile(f"#/account/{answers.APOLLO['id']}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Billing overview")


def test_the_rows_can_be_saved_as_csv(show: Show, api: FakeApi) -> None:
    serve(api, answers.overview())
    rows = usage_answers.by_resource()[2:4]
    rows[1] |= {"name": '=HYPERLINK("x")', "tags": {}}
    api.put("GET", "/usage", usage_answers.usage("resource", rows))
    page = open_usage(show)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Download CSV").click()
    assert saving.value.suggested_filename == "usage-acme-2026-11.csv"
    saved = Path(saving.value.path()).read_text(encoding="utf-8-sig")
    header, volume, network = saved.splitlines()
    assert header.endswith("sub_account,sub_account_name,tag:cost-centre,tag:env,quantity,unit")
    assert volume.endswith(",4711,prod,52800.333333333333,GiB-hour")
    # A name must not become a formula in a spreadsheet.
    assert '"\'=HYPERLINK(""x"")"' in network
    assert network.endswith(",,,0.000000000931322574615478515625,GiB")


@pytest.mark.parametrize(
    ("quantity", "language", "shown"),
    [
        ("0", "en-IE", "0"),
        ("720.000000", "en-IE", "720"),
        ("0.0000005", "en-IE", "0.000001"),
        ("0.0000004", "de-DE", "< 0,000001"),
        ("1234567.123456", "de-DE", "1.234.567,123456"),
        ("12345678901234567890.1234567", "en-IE", "12,345,678,901,234,567,890.123457"),
    ],
)
def test_quantities_keep_six_decimals_and_are_never_nothing(
    modules: Page, quantity: str, language: str, shown: str
) -> None:
    form = "async (asked) => (await import('/quantities.js')).formatQuantity(...asked)"
    assert modules.evaluate(form, [quantity, language]) == shown
