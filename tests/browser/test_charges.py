"""The charges of a month: their lines, their total, and what is missing in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import answers, charges_answers
from .fake_api import UNAVAILABLE, FakeApi, serve_charges
from .interception import Route, arrived
from .soundness import assert_sound, resize, sideways_scroll

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
NOW = "2026-11-23T10:00:00Z"
ACME = answers.ACME["id"]
ARABIC = {**answers.INITECH, "language": "ar-KW"}
MONTH = f"/#/charges/{ACME}/2026-11"


def asked(api: FakeApi) -> list[str]:
    """Return what the page asked of the charges, in order."""
    return [path for _, path, _ in api.requests if path.startswith("/charges")]


def test_the_lines_stand_under_their_services_and_credits_below(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    page = show(MONTH, at=NOW)
    rows = page.get_by_role("table", name="Charges in November 2026").get_by_role("row")
    shown = [
        "Charge.*Quantity.*Unit price.*Amount",
        r"^Virtual machines€947\.52$",
        r"vCPUs of running VMs.*4,400 vCPU-hours.*€0\.025 per vCPU-hour.*€110\.00",
        r"Running VM, Medium.*21,120 hours.*€0\.0456166 per hour.*€837\.52",
        r"^Volumes€202\.67$",
        r"Volume.*1,824,000\.333333 GiB-hours.*€0\.08 per GiB-month.*€202\.67",
        r"^Data transfer€83\.69$",
        r"Data sent.*1,773\.8 GiB.*By tier.*€83\.69",
        r"^Subscriptions and services€150\.00$",
        r"Gold support.*1 month€150\.00 per month.*€150\.00",
        r"^Committed minimum€30\.00$",
        r"Committed minimum€30\.00$",
        "^Promotional credit\u2212€50\\.00$",
        "Promotional credit\u2212€50\\.00$",
        r"Total before tax.*€1,363\.88",
    ]
    expect(rows).to_have_text([re.compile(each) for each in shown])
    exact = page.locator("data[value='1824000.333333333333']")
    expect(exact).to_have_attribute("title", "1824000.333333333333 GiB-hours")
    expect(page.locator(".charges-total")).to_contain_text("So farAs of 23 Nov 2026, 00:00")
    expect(page).to_have_title("Charges · acme · StackTally")
    assert asked(api) == [f"/charges?account={ACME}&period=2026-11"]


@pytest.mark.parametrize("account", [answers.ACME, ARABIC], ids=["English", "Arabic"])
def test_it_is_accessible_at_every_width(show: Show, api: FakeApi, account: Any) -> None:
    charges = charges_answers.converted() if account is ARABIC else charges_answers.charges()
    serve_charges(api, {**charges, "missing": [charges_answers.NO_PRICE]}, account)
    page = show(f"/#/charges/{account['id']}/2026-11", at=NOW)
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if account is ARABIC else "ltr")
    for width in (1440, 768, 360):
        resize(page, width)
        assert_sound(page)
    page.locator(".amount-button").first.click()
    expect(page.get_by_role("dialog").get_by_role("table").first).to_be_visible()
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
        inside = "(dialog) => dialog.scrollWidth - dialog.clientWidth"
        assert page.get_by_role("dialog").evaluate(inside) == 0


def test_what_has_no_price_is_named_and_not_in_the_total(show: Show, api: FakeApi) -> None:
    missing_both = [charges_answers.NO_PRICE, charges_answers.NO_RATE]
    serve_charges(api, charges_answers.charges(missing=missing_both))
    page = show(MONTH, at=NOW)
    missing = page.get_by_role("region", name="Not everything has a price yet")
    told = ["Running VM, offering Huge (12 usage records)", "Running VM (3 usage records)"]
    expect(missing.get_by_role("listitem")).to_contain_text(told)
    expect(missing.get_by_role("listitem").first).to_have_text(told[0])
    expect(missing).to_contain_text("wait for an exchange rate EUR/KWD of 2026-11-30 or before.")
    expect(page.get_by_role("row").last).to_contain_text("Total before tax, of what has a price")
    expect(page.locator(".charges-state .pill")).to_have_text("Incomplete")
    nothing = charges_answers.nothing(missing=[charges_answers.NO_PRICE])
    api.put("GET", "/charges", nothing)
    page.reload()
    expect(page.get_by_text("What was used has no price yet.")).to_be_visible()


def test_converted_amounts_say_at_which_rate_of_which_day(show: Show, api: FakeApi) -> None:
    serve_charges(api, charges_answers.converted(), answers.INITECH)
    workings = charges_answers.converted_workings()
    api.put("GET", f"/charges/{charges_answers.VM}", workings)
    page = show(f"/#/charges/{answers.INITECH['id']}/2026-11", at=NOW)
    rates = page.get_by_role("group", name="Exchange rates")
    expect(rates).to_contain_text("Amounts in KWD are indicative")
    rate = re.compile(r"1 EUR = 0\.3312 KWD\s+of November 24, 2026, European Central Bank")
    expect(rates).to_contain_text(rate)
    row = page.get_by_role("row", name="Running VM")
    expect(row).to_have_text(re.compile("€0.025 per hour.*KWD\xa0277.387"))
    page.get_by_role("button", name="workings of Running VM").click()
    expect(page.get_by_role("dialog").get_by_role("definition").last).to_have_text(rate)


def test_a_complete_month_says_so(show: Show, api: FakeApi) -> None:
    serve_charges(api, charges_answers.charges(complete=True))
    page = show(MONTH, at="2026-12-20T10:00:00Z")
    expect(page.locator(".charges-state")).to_have_text("Complete")
    api.put("GET", "/charges", charges_answers.charges(complete=True, invoiced=True))
    page.reload()
    expect(page.locator(".charges-state")).to_have_text("Invoiced")
    expect(page.locator(".page-period")).not_to_contain_text("Out of date")


def test_old_charges_of_the_running_month_are_called_out_of_date(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    page = show(f"/#/charges/{ACME}", at="2026-11-25T10:00:00Z")
    expect(page.get_by_role("heading", name="Charges in November 2026")).to_be_visible()
    expect(page.locator(".page-period")).to_contain_text("Out of date")


def test_another_month_is_an_address_of_its_own(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    page = show(MONTH, at=NOW)
    page.get_by_role("button", name="Previous month").click()
    expect(page).to_have_url(re.compile(f"#/charges/{ACME}/2026-10$"))
    expect(page.get_by_role("table", name="Charges in October 2026")).to_be_visible()
    assert asked(api)[-1].endswith("period=2026-10")
    page.go_back()
    expect(page.get_by_role("table", name="Charges in November 2026")).to_be_visible()


def test_two_versions_of_a_price_are_told_apart_by_when_they_began(
    show: Show, api: FakeApi
) -> None:
    line, money = charges_answers.line, answers.money
    old = line("1" * 16, "Volume", "volumes", "1.00", effective_from="2026-10-16T10:00:00Z")
    new = line("2" * 16, "Volume", "volumes", "2.00")
    other = line("3" * 16, "Snapshot", "volumes", "3.00")
    serve_charges(api, charges_answers.charges(lines=[old, new, other], total=money("6.00")))
    page = show(MONTH, at=NOW)
    for name in ("Volume prices since 16 October 2026", "Volume prices since 1 November 2026"):
        expect(page.get_by_role("rowheader", name=name)).to_be_visible()
    expect(page.get_by_role("rowheader", name="Snapshot", exact=True)).to_be_visible()
    assert_sound(page)


def test_one_service_can_be_looked_at_alone(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    page = show(f"{MONTH}/virtual_machines", at=NOW)
    expect(page.get_by_role("row")).to_have_count(4)
    expect(page.get_by_text("Only Virtual machines is shown.")).to_be_visible()
    expect(page.get_by_text("All services together are €1,363.88.")).to_be_visible()
    expect(page.locator(".charges-total")).to_contain_text("Virtual machines, before tax€947.52")
    assert_sound(page)
    page.get_by_role("link", name="Show all services").click()
    expect(page.get_by_role("row")).to_have_count(15)
    expect(page.get_by_role("heading", name="Charges in November 2026")).to_be_focused()
    page.goto(f"{MONTH}/vpn")
    expect(page.locator(".charges-total")).to_contain_text("Total of all services, before tax")
    expect(page.get_by_text("Nothing of this service was charged")).to_be_visible()
    expect(page.get_by_text("Only VPN is shown.")).to_be_visible()


def test_no_charges_are_said_in_words(show: Show, api: FakeApi) -> None:
    serve_charges(api, charges_answers.nothing())
    page = show(MONTH, at=NOW)
    expect(page.get_by_text("No charges in November 2026")).to_be_visible()
    expect(page.get_by_text("once the first day of usage has been collected")).to_be_visible()
    assert_sound(page)
    page.get_by_role("button", name="Previous month").click()
    expect(page.get_by_text("Nothing was used, or nothing was collected")).to_be_visible()


def test_a_month_that_was_never_rated_has_no_charges(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    api.put("GET", "/charges", charges_answers.NOT_RATED, status=404)
    page = show(f"/#/charges/{ACME}/2026-10", at=NOW, expect=(404,))
    expect(page.get_by_text("No charges in October 2026")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert_sound(page)
    # Of an account that nobody has told of, it may be the account that is not there.
    page.goto("/#/charges/7c0e/2026-10")
    expect(page.get_by_role("alert")).to_contain_text("Nothing has been rated for 2026-11.")


def test_a_failure_says_why_and_can_be_tried_again(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    api.put("GET", "/charges", UNAVAILABLE, status=503)
    page = show(MONTH, at=NOW, expect=(503,))
    expect(page.get_by_role("alert")).to_contain_text("The charges could not be loaded")
    expect(page.get_by_role("alert")).to_contain_text("The tables did not answer; try again later.")
    assert_sound(page)
    api.put("GET", "/charges", charges_answers.charges())
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("table")).to_be_visible()


def test_loading_is_said(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    held: list[Route] = []
    api.put("GET", "/charges", held.append)
    page = show(MONTH, at=NOW)
    expect(page.get_by_text("Loading the charges")).to_be_attached()
    assert_sound(page)
    arrived(held, page).fulfill(json=charges_answers.charges())
    expect(page.get_by_role("table")).to_be_visible()


def test_the_picker_keeps_the_view_and_the_month(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    both = [answers.ACME, answers.APOLLO]
    api.put("GET", "/session", answers.session("domain_admin", both))
    page = show(f"/#/charges/{ACME}/2026-10/volumes", at=NOW)
    page.get_by_role("button", name="Account acme").click()
    page.get_by_role("button", name="apollo").click()
    expect(page).to_have_url(re.compile(f"#/charges/{answers.APOLLO['id']}/2026-10$"))
    expect(page.get_by_role("row")).to_have_count(15)
    assert asked(api)[-1] == f"/charges?account={answers.APOLLO['id']}&period=2026-10"


def test_long_amounts_fit_on_a_phone(show: Show, api: FakeApi) -> None:
    charges = charges_answers.charges(total=answers.money("12345678901234.56"))
    charges["lines"][0] |= {"unit_price": "0.1234567890123456789012345678", "quantity": "1" * 30}
    serve_charges(api, charges)
    page = show(MONTH, at=NOW)
    expect(page.get_by_role("table")).to_be_visible()
    resize(page, 360)
    assert sideways_scroll(page) == 0
    fits = "(each) => each.scrollWidth <= each.clientWidth"
    assert page.locator(".table-place").evaluate(fits)
