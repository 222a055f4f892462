"""The workings of a line: how its amount came about."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from . import answers, charges_answers
from .fake_api import UNAVAILABLE, FakeApi, serve_charges
from .soundness import assert_sound

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
NOW = "2026-11-23T10:00:00Z"
ACME = answers.ACME["id"]
MONTH = f"/#/charges/{ACME}/2026-11"
VM, CREDIT = charges_answers.VM, charges_answers.CREDIT


def asked(api: FakeApi) -> list[str]:
    """Return what the page asked of the charges, in order."""
    return [path for _, path, _ in api.requests if path.startswith("/charges")]


def line_of(line_id: str) -> answers.Json:
    """Return that line of the month."""
    (line,) = (each for each in charges_answers.charges()["lines"] if each["id"] == line_id)
    return dict(line)


def test_workings_show_every_step_and_add_up(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    page = show(MONTH, at=NOW)
    page.get_by_role("button", name="€837.52: workings of Running VM, Medium").click()
    dialog = page.get_by_role("dialog", name="Running VM, Medium")
    expect(dialog).to_contain_text("Agreed with this account, in EUR, since 1 November 2026")
    expect(dialog).to_contain_text("OfferingMedium or Large")
    expect(dialog).to_contain_text("Tag envprod")
    steps = dialog.get_by_role("table", name="How the amount came about").get_by_role("row")
    shown = [
        "Step",
        "1. Included: the first 720 .*720 hours.*€0.00.*€0.00",
        "2. 0.0456166 for an hour.*20,400 hours.*€0.0456166.*€930.57864",
        "3. Discount of 10 %, as agreed\u221210%\u2212€93.057864",
        "4. Rounded once, half up, to 2 decimals€837.52",
    ]
    expect(steps).to_have_text([re.compile(each) for each in shown])
    dialog.get_by_text("Show the days as a table").click()
    days = dialog.get_by_role("table", name="Running VM, Medium by day").get_by_role("row")
    expect(days.first).to_have_text("DayAmount")
    expect(days.nth(1)).to_have_text(re.compile("Sun,? 1 Nov€418.76"))
    expect(days.last).to_have_text(re.compile("Total.*€837.52"))
    resources = dialog.get_by_role("table", name="By resource").get_by_role("row")
    expect(resources).to_have_text([re.compile(each) for each in ("Res", "web-01", "^r210,560")])
    expect(
        dialog.get_by_text("The days add up to €837.52, and so do the resources.")
    ).to_be_visible()
    assert_sound(page)
    assert asked(api)[-1] == f"/charges/{VM}?account={ACME}&period=2026-11"


def test_workings_open_and_close_with_the_keyboard_and_the_back_button(
    show: Show, api: FakeApi
) -> None:
    serve_charges(api)
    page = show(MONTH, at=NOW)
    amount = page.get_by_role("button", name="workings of Running VM, Medium")
    for leave in (
        lambda: page.keyboard.press("Escape"),
        page.go_back,
        lambda: page.get_by_role("button", name="Close").click(),
    ):
        amount.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="Running VM, Medium")).to_be_visible()
        expect(page).to_have_url(re.compile(f"/2026-11//{VM}$"))
        leave()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page).to_have_url(re.compile("/2026-11$"))
        expect(amount).to_be_focused()
    assert page.evaluate("history.length") <= 4


def test_workings_have_an_address_that_can_be_opened_by_itself(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    page = show(f"{MONTH}/virtual_machines/{VM}", at=NOW)
    expect(page.get_by_role("dialog", name="Running VM, Medium")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page).to_have_url(re.compile("/2026-11/virtual_machines$"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Only Virtual machines is shown.")).to_be_visible()


def test_resources_come_page_by_page(show: Show, api: FakeApi) -> None:
    serve_charges(api, next="p2")
    page = show(f"{MONTH}//{VM}", at=NOW)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Not all resources are shown yet")).to_be_visible()
    more = charges_answers.workings(line_of(VM))
    more["resources"] = [{**more["resources"][0], "name": "web-03"}]
    api.put("GET", f"/charges/{VM}", more)
    dialog.get_by_role("button", name="Show more").click()
    expect(dialog.get_by_role("row", name="web-03")).to_be_visible()
    expect(dialog.get_by_role("row", name="web-01")).to_be_visible()
    expect(dialog.get_by_text("Not all resources are shown yet")).to_have_count(0)
    assert asked(api)[-1].endswith("&next=p2")


def test_workings_that_fail_leave_the_charges_standing(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    api.put("GET", f"/charges/{VM}", UNAVAILABLE, status=503)
    page = show(f"{MONTH}//{VM}", at=NOW, expect=(503,))
    dialog = page.get_by_role("dialog", name="Workings")
    expect(dialog.get_by_role("alert")).to_contain_text("The workings could not be loaded")
    assert_sound(page)
    workings = charges_answers.workings(line_of(VM))
    api.put("GET", f"/charges/{VM}", workings)
    dialog.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog", name="Running VM, Medium")).to_be_visible()


def test_a_credit_has_a_step_and_no_more(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    api.put("GET", f"/charges/{CREDIT}", charges_answers.workings_of_a_balance(line_of(CREDIT)))
    page = show(f"{MONTH}//{CREDIT}", at=NOW)
    dialog = page.get_by_role("dialog", name="Promotional credit")
    expect(dialog.get_by_text("The steps lead to \u2212€50.00.")).to_be_visible()
    expect(dialog.get_by_role("table")).to_have_count(1)
    paid = re.compile("1. What the credit pays .*\u2212€50.00")
    expect(dialog.get_by_role("row").nth(1)).to_have_text(paid)
    expect(dialog.get_by_text("By resource")).to_have_count(0)
    assert_sound(page)


def test_what_cannot_be_shared_out_by_resource_says_why(show: Show, api: FakeApi) -> None:
    serve_charges(api, resources=[], resources_known=False)
    page = show(f"{MONTH}//{VM}", at=NOW)
    dialog = page.get_by_role("dialog", name="Running VM, Medium")
    unknown = dialog.get_by_role("region", name="By resource")
    expect(unknown).to_contain_text("The usage or a price has changed since")
    expect(dialog.get_by_text("The days add up to €837.52.")).to_be_visible()
    assert_sound(page)


@pytest.mark.parametrize(
    ("quantity", "unit", "shown"),
    [
        ("1", "month", "1 month"),
        ("0.5", "month", "0.5 months"),
        ("3", "time", "3 times"),
        ("1", "package", "1 package"),
        ("1.5", "GHz-hour", "1.5 GHz-hours"),
    ],
)
def test_a_quantity_says_what_it_counts(
    show: Show, api: FakeApi, quantity: str, unit: str, shown: str
) -> None:
    step = charges_answers.step("flat", "so many", "1.00", quantity=quantity, unit=unit)
    serve_charges(api, steps=[step])
    page = show(f"{MONTH}//{VM}", at=NOW)
    steps = page.get_by_role("dialog").get_by_role("table").first
    expect(steps.locator("tbody .quantity")).to_have_text(shown)


def test_days_show_quantities_where_they_are_known(show: Show, api: FakeApi) -> None:
    days = [{"day": "2026-11-01", "quantity": "24", "amount": answers.money("837.52")}]
    serve_charges(api, days=days)
    page = show(f"{MONTH}//{VM}", at=NOW)
    page.get_by_text("Show the days as a table").click()
    rows = page.get_by_role("table", name="Running VM, Medium by day").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("24 hours")
    assert_sound(page)
