"""The estimate view: what a planned deployment would cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import answers, charges_answers, estimate_answers
from .estimate_steps import choose, open_estimate, row, send
from .fake_api import FakeApi, serve_estimate
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
ACME = answers.ACME["id"]
ARABIC = {**answers.INITECH, "language": "ar-KW"}
MISSING = {**charges_answers.NO_PRICE, "meter": "ip_address", "what": "IP address"}


def test_a_plan_of_several_rows_is_sent_as_the_api_takes_it(show: Show, api: FakeApi) -> None:
    serve_estimate(api)
    page = open_estimate(show)
    choose(page, 1, "Running VM").get_by_label("Offering").select_option("Medium")
    row(page, 1).get_by_label("Count").fill("3")
    custom = choose(page, 2, "Running VM")
    custom.get_by_label("Offering").select_option("Custom size")
    custom.get_by_label("vCPUs").fill("4")
    custom.get_by_label("Hours a month").fill("200.5")
    expect(choose(page, 3, "Gold support").get_by_label("Quantity")).to_have_value("1")
    choose(page, 4, "Volume").get_by_label("Size, GiB").fill("50")
    choose(page, 5, "Data sent").get_by_label("GiB a month").fill("100")
    choose(page, 6, "Disk reads").get_by_label("Requests a month").fill("1000000")
    choose(page, 7, "IP address")
    send(page)
    expect(page.get_by_role("table", name="Estimate before tax")).to_be_visible()
    medium = {"vcpus": "2", "mhz": "2000", "memory_mib": "4096"}
    size = {"vcpus": "4", "mhz": "2000", "memory_mib": "4096"}
    assert api.sent("POST", "/estimates") == [
        {
            "items": [
                {
                    "meter": "running_vm",
                    "count": "3",
                    "hours": "730",
                    "dimensions": {"offering": "o2", **medium},
                },
                {"meter": "running_vm", "count": "1", "hours": "200.5", "dimensions": size},
                {"meter": "volume", "count": "1", "size_gib": "50", "hours": "730"},
                {"meter": "network_sent", "count": "1", "quantity": "100"},
                {"meter": "disk_reads", "count": "1", "quantity": "1000000"},
                {"meter": "ip_address", "count": "1", "hours": "730"},
            ],
            "services": [{"service": "gold_support", "quantity": "1"}],
        }
    ]
    assert api.requests[-1][1] == f"/estimates?account={ACME}"


def test_the_answer_is_by_hour_day_and_month_and_what_is_paid_once(
    show: Show, api: FakeApi
) -> None:
    serve_estimate(api)
    page = open_estimate(show)
    send(page)
    table = page.get_by_role("table", name="Estimate before tax")
    shown = [
        r"Planned.*Per month \(730 h\).*Per day.*Per hour.*One-time",
        r"2 x Running VM Small.*€57\.90.*€1\.90356164.*€0\.07931507.*€0\.00",
        r"Volume 50 GiB.*€4\.00.*€0\.13150685.*€0\.00547945.*€0\.00",
        r"Gold support.*€150\.00.*€4\.93150685.*€0\.20547945.*€25\.00",
        r"Total.*€211\.90.*€6\.96657534.*€0\.29027397.*€25\.00",
    ]
    expect(table.get_by_role("row")).to_have_text([re.compile(each, re.S) for each in shown])
    for parts in page.get_by_text("Show the parts").all():
        parts.click()
    shown = [
        r"^Running VM\s+€29\.20 a month",
        r"vCPUs of running VMs\s+€28\.70 a month",
        r"Gold support\s+€150\.00 a month",
        r"Gold support, set up\s+€25\.00 one-time",
    ]
    expect(table.get_by_role("listitem")).to_have_text([re.compile(each) for each in shown])
    expect(page.get_by_text("The estimate is €211.90 a month.")).to_be_attached()
    button = page.get_by_role("button", name="Estimate", exact=True)
    expect(button).to_have_attribute("aria-disabled", "false")


def test_what_is_offered_is_grouped_and_parts_come_with_their_meter(
    show: Show, api: FakeApi
) -> None:
    serve_estimate(api)
    page = open_estimate(show)
    what = page.get_by_label("What", exact=True)
    groups = "(select) => [...select.querySelectorAll('optgroup')].map(({label}) => label)"
    assert what.evaluate(groups) == [
        "Virtual machines",
        "IP addresses",
        "Data transfer",
        "Volumes",
        "Disk I/O",
        "Other services",
    ]
    expect(what.locator("option", has_text="vCPU")).to_have_count(0)
    expect(what).to_have_value("running_vm")
    offerings = page.get_by_label("Offering")
    expect(offerings).to_have_value("o1")
    expect(offerings.get_by_role("option")).to_have_text(["Small", "Medium", "Custom size"])
    what.select_option("Volume")
    expect(offerings.get_by_role("option")).to_have_text(["Any", "Archive"])
    # One zone is no choice.
    expect(page.get_by_label("Zone")).to_have_count(0)


def test_a_zone_can_be_chosen_where_there_are_several(show: Show, api: FakeApi) -> None:
    zones = [{"id": "z1", "name": "Frankfurt 1"}, {"id": "z2", "name": "Oslo 1"}]
    serve_estimate(api, names={"offering": [], "zone": zones, "template": []})
    page = open_estimate(show)
    # Without known offerings, a machine has a size of its own.
    expect(page.get_by_label("Offering")).to_have_value("custom")
    page.get_by_label("Zone").select_option("Oslo 1")
    send(page)
    expect(page.get_by_role("table")).to_be_visible()
    assert api.sent("POST", "/estimates")[0]["items"][0]["dimensions"] == {
        "vcpus": "2",
        "mhz": "2000",
        "memory_mib": "4096",
        "zone": "z2",
    }


@pytest.mark.parametrize("account", [answers.ACME, ARABIC], ids=["English", "Arabic"])
def test_it_is_accessible_at_every_width(show: Show, api: FakeApi, account: Any) -> None:
    rates = [charges_answers.RATE]
    answer = estimate_answers.estimate(missing=[MISSING], exchange_rates=rates)
    serve_estimate(api, answer, account)
    page = open_estimate(show, account)
    choose(page, 1, "Running VM").get_by_label("Offering").select_option("Custom size")
    choose(page, 2, "Volume").get_by_label("Size, GiB").fill("50")
    choose(page, 3, "Data sent")
    row(page, 1).get_by_text("More").click()
    send(page)
    assert_sound(page)
    row(page, 3).get_by_label("GiB a month").fill("1")
    send(page)
    expect(page.get_by_role("table")).to_be_visible()
    for width in (1440, 768, 360):
        resize(page, width)
        assert_sound(page)
    fits = "(each) => each.scrollWidth <= each.clientWidth"
    assert page.locator(".table-place").evaluate(fits)


def test_without_anything_paid_once_there_is_no_column_for_it(show: Show, api: FakeApi) -> None:
    totals = estimate_answers.amounts("0.00547945", "0.13150685", "4.00", "0.00")
    serve_estimate(api, estimate_answers.estimate(totals=totals))
    page = open_estimate(show)
    send(page)
    expect(page.get_by_role("columnheader").last).to_have_text("Per hour")
    expect(page.get_by_role("row").last).to_have_text(re.compile("Total.*4.00.*0.13150685", re.S))


def test_template_and_operating_system_are_asked_where_prices_may_depend_on_them(
    show: Show, api: FakeApi
) -> None:
    templates = [{"id": "t1", "name": "Ubuntu 24.04"}, {"id": "t2", "name": "Windows"}]
    names = {**estimate_answers.catalogue()["names"], "template": templates}
    serve_estimate(api, names=names)
    page = open_estimate(show)
    choose(page, 2, "IP address")
    expect(row(page, 2).get_by_text("More")).to_have_count(0)
    choose(page, 3, "Volume").get_by_label("Size, GiB").fill("50")
    row(page, 3).get_by_text("More").click()
    row(page, 3).get_by_label("Template").select_option("Windows")
    expect(row(page, 3).get_by_label("Operating system")).to_have_count(0)
    expect(row(page, 1).get_by_label("Template")).not_to_be_visible()
    row(page, 1).get_by_text("More").press("Enter")
    row(page, 1).get_by_label("Operating system").fill(" Ubuntu 24.04 LTS ")
    assert_sound(page)
    send(page)
    expect(page.get_by_role("table")).to_be_visible()
    sent = [each.get("dimensions") for each in api.sent("POST", "/estimates")[0]["items"]]
    machine = {"offering": "o1", "operating_system": "Ubuntu 24.04 LTS"}
    assert sent == [machine, None, {"template": "t2"}]


def test_converted_amounts_are_called_indicative(show: Show, api: FakeApi) -> None:
    answer = estimate_answers.estimate(currency="KWD", exchange_rates=[charges_answers.RATE])
    serve_estimate(api, answer, answers.INITECH)
    page = open_estimate(show, answers.INITECH)
    send(page)
    rates = page.get_by_role("group", name="Exchange rates")
    expect(rates).to_contain_text("Amounts in KWD are indicative")
    expect(rates).to_contain_text("1 EUR = 0.3312 KWD of November 24, 2026, European Central Bank")


def test_enter_estimates_and_a_change_makes_the_answer_old(show: Show, api: FakeApi) -> None:
    serve_estimate(api)
    page = open_estimate(show)
    row(page, 1).get_by_label("Count").press("Enter")
    expect(page.get_by_role("table")).to_be_visible()
    old = page.get_by_text("The plan above has changed since.")
    expect(old).to_have_count(0)
    row(page, 1).get_by_label("Count").fill("2")
    expect(old).to_be_visible()
    assert_sound(page)
    row(page, 1).get_by_label("Count").press("Enter")
    expect(old).to_have_count(0)


def test_rows_come_and_go_with_the_keyboard(show: Show, api: FakeApi) -> None:
    serve_estimate(api)
    page = open_estimate(show)
    expect(page.get_by_role("button", name="Remove row")).to_have_count(0)
    page.get_by_role("button", name="Add row").press("Enter")
    expect(row(page, 2).get_by_label("What")).to_be_focused()
    choose(page, 3, "Volume")
    row(page, 1).get_by_role("button", name="Remove row 1").press("Enter")
    expect(row(page, 3)).to_have_count(0)
    expect(row(page, 1).get_by_label("What")).to_be_focused()
    expect(row(page, 2).get_by_label("What")).to_have_value("volume")
    expect(page.get_by_text("Row 1 is removed.")).to_be_visible()
    page.get_by_role("button", name="Remove row 2").press("Enter")
    expect(row(page, 1).get_by_label("What")).to_be_focused()
    expect(page.get_by_role("button", name="Remove row")).to_have_count(0)


def test_numbers_are_read_in_the_accounts_language(show: Show, api: FakeApi) -> None:
    german = {**answers.ACME, "language": "de-DE"}
    serve_estimate(api, account=german)
    page = open_estimate(show, german)
    choose(page, 1, "Data sent").get_by_label("GiB a month").fill("1500,5")
    send(page)
    expect(page.get_by_role("table")).to_contain_text("211,90\xa0€")
    assert api.sent("POST", "/estimates")[0]["items"][0]["quantity"] == "1500.5"


def test_it_is_one_of_the_views_and_the_picker_stays_in_it(show: Show, api: FakeApi) -> None:
    serve_estimate(api)
    both = [answers.ACME, answers.APOLLO]
    api.put("GET", "/session", answers.session("domain_admin", both))
    page = show()
    page.get_by_role("navigation").get_by_role("link", name="Estimate").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title("Estimate · acme · StackTally")
    expect(page.get_by_text("A month is 730 hours here.")).to_be_visible()
    page.get_by_role("button", name="Account acme").click()
    page.get_by_role("button", name="apollo").click()
    expect(page).to_have_url(re.compile(f"#/estimate/{answers.APOLLO['id']}$"))
    expect(page.get_by_label("What", exact=True)).to_be_visible()
    assert api.requests[-1][1] == f"/catalogue?account={answers.APOLLO['id']}"
