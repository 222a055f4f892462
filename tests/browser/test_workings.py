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


def asked(api: FakeApi) -> list[str]:
    """Return what the page asked of the charges, in order."""
    return [path for _, path, _ in api.requests if path.startswith("/charges")]


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
        "1. 100 hours cost nothing.*100 hours.*€0.00.*€0.00",
        "2. up to 1,000 hours.*1,000 hours.*€0.0412.*€41.20",
        "3. above that.*1,012 hours.*€0.0396551724.*€40.1310344688",
        "4. rounded half up to the cent€837.52",
    ]
    expect(steps).to_have_text([re.compile(each) for each in shown])
    dialog.get_by_text("Show the days as a table").click()
    days = dialog.get_by_role("table", name="Running VM, Medium by day").get_by_role("row")
    expect(days.nth(1)).to_have_text(re.compile("Sun,? 1 Nov.*1,056 hours.*€418.76"))
    expect(days.last).to_have_text(re.compile("Total.*€837.52"))
    resources = dialog.get_by_role("table", name="By resource").get_by_role("row")
    expect(resources).to_have_text([re.compile(each) for each in ("Res", "web-01", "^r21,056")])
    expect(
        dialog.get_by_text("The days add up to €837.52, and so do the resources.")
    ).to_be_visible()
    assert_sound(page)
    assert asked(api)[-1] == f"/charges/vm?account={ACME}&period=2026-11"


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
        expect(page).to_have_url(re.compile("/2026-11//vm$"))
        leave()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page).to_have_url(re.compile("/2026-11$"))
        expect(amount).to_be_focused()
    assert page.evaluate("history.length") <= 4


def test_workings_have_an_address_that_can_be_opened_by_itself(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    page = show(f"{MONTH}/virtual_machines/vm", at=NOW)
    expect(page.get_by_role("dialog", name="Running VM, Medium")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page).to_have_url(re.compile("/2026-11/virtual_machines$"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Only Virtual machines is shown.")).to_be_visible()


def test_resources_come_page_by_page(show: Show, api: FakeApi) -> None:
    serve_charges(api, next="p2")
    page = show(f"{MONTH}//vm", at=NOW)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Not all resources are shown yet")).to_be_visible()
    more = charges_answers.workings(charges_answers.charges()["lines"][0])
    more["resources"] = [{**more["resources"][0], "name": "web-03"}]
    api.put("GET", "/charges/vm", more)
    dialog.get_by_role("button", name="Show more").click()
    expect(dialog.get_by_role("row", name="web-03")).to_be_visible()
    expect(dialog.get_by_role("row", name="web-01")).to_be_visible()
    expect(dialog.get_by_text("Not all resources are shown yet")).to_have_count(0)
    assert asked(api)[-1].endswith("&next=p2")


def test_workings_that_fail_leave_the_charges_standing(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    api.put("GET", "/charges/vm", UNAVAILABLE, status=503)
    page = show(f"{MONTH}//vm", at=NOW, expect=(503,))
    dialog = page.get_by_role("dialog", name="Workings")
    expect(dialog.get_by_role("alert")).to_contain_text("The workings could not be loaded")
    assert_sound(page)
    workings = charges_answers.workings(charges_answers.charges()["lines"][0])
    api.put("GET", "/charges/vm", workings)
    dialog.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog", name="Running VM, Medium")).to_be_visible()


def test_a_line_without_days_or_resources_still_has_its_steps(show: Show, api: FakeApi) -> None:
    charges = charges_answers.charges()
    line = charges["lines"][-1]
    serve_charges(api, charges)
    steps = [
        charges_answers.step("adjustment", "half of the credit", None, "-50", "-50"),
        charges_answers.step("credit", "50 of the credit are used", None, None, "-50"),
    ]
    bare: answers.Json = {
        "card": None,
        "conditions": {},
        "days": [],
        "resources": [],
        "steps": steps,
    }
    api.put("GET", "/charges/credit", charges_answers.workings(line, **bare))
    page = show(f"{MONTH}//credit", at=NOW)
    dialog = page.get_by_role("dialog", name="Welcome credit")
    expect(dialog.get_by_text("The steps lead to \u2212€50.00.")).to_be_visible()
    expect(dialog.get_by_role("table")).to_have_count(1)
    half = re.compile("1. half of the credit−50%−€50.00")
    expect(dialog.get_by_role("row").nth(1)).to_have_text(half)
    assert_sound(page)
