"""The charges of a month: the lines, what is missing, and how each amount came about."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from . import answers, charges_answers
from .fake_api import UNAVAILABLE, FakeApi, serve
from .soundness import assert_sound, resize, sideways_scroll

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
NOW = "2026-11-23T10:00:00Z"
ACME = answers.ACME["id"]
ARABIC = {**answers.INITECH, "language": "ar-KW"}
MONTH = f"/#/charges/{ACME}/2026-11"


def serve_charges(api: FakeApi, charges: Any = None, account: Any = None, **changes: Any) -> None:
    """Put the charges of a month, and the workings of its first line with `changes`."""
    charges = charges or charges_answers.charges()
    serve(api, answers.overview(account))
    api.put("GET", "/charges", charges)
    if charges["lines"]:
        workings = charges_answers.workings(charges["lines"][0], **changes)
        api.put("GET", "/charges/vm", workings)


def asked(api: FakeApi) -> list[str]:
    """Return what the page asked of the charges, in order."""
    return [path for _, path, _ in api.requests if path.startswith("/charges")]


def test_the_lines_stand_under_their_services_and_credits_below(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    page = show(MONTH, at=NOW)
    rows = page.get_by_role("table", name="Charges in November 2026").get_by_role("row")
    shown = [
        "Charge.*Quantity.*Unit price.*Amount",
        "^Virtual machines$",
        r"Running VM, Medium.*2,112 hours.*€0\.0396551724 per hour.*€837\.52",
        r"vCPU of running VMs.*2,112 vCPU-hours.*€110\.00",
        "^Volumes$",
        r"Volume.*2,533\.333333 GiB-months.*€0\.08 per GiB-month.*€202\.67",
        "^Data transfer$",
        r"Data sent.*1,773\.8 GiB.*Several prices.*€83\.69",
        "^Purchases$",
        r"Gold support.*€150\.00",
        "^Adjustments$",
        "Discount of 10 %.*\u2212€120\\.00",
        "^Credits$",
        "Welcome credit.*\u2212€50\\.00",
        r"Total before tax.*€1,213\.88",
    ]
    expect(rows).to_have_text([re.compile(each) for each in shown])
    exact = page.locator("data[value='2533.333333333333']")
    expect(exact).to_have_attribute("title", "2533.333333333333 GiB-months")
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
    serve_charges(api, charges_answers.charges(missing=[charges_answers.NO_PRICE]))
    page = show(MONTH, at=NOW)
    missing = page.get_by_role("region", name="Not everything has a price yet")
    expect(missing).to_contain_text("Running VM, offering Huge")
    expect(missing).to_contain_text("(12 usages)")
    expect(missing).to_contain_text("No price in EUR since 1 November 2026.")
    expect(page.get_by_role("row").last).to_contain_text("Total before tax, of what has a price")
    expect(page.locator(".charges-state .pill")).to_have_text("Incomplete")
    nothing = charges_answers.nothing(missing=[charges_answers.NO_PRICE])
    api.put("GET", "/charges", nothing)
    page.reload()
    expect(page.get_by_text("What was used has no price yet.")).to_be_visible()


def test_converted_amounts_say_at_which_rate_of_which_day(show: Show, api: FakeApi) -> None:
    serve_charges(api, charges_answers.converted(), answers.INITECH)
    page = show(f"/#/charges/{answers.INITECH['id']}/2026-11", at=NOW)
    rates = page.get_by_role("group", name="Exchange rates")
    expect(rates).to_contain_text("Amounts in KWD are indicative")
    rate = re.compile(r"1 EUR = 0\.3312 KWD\s+of November 24, 2026, European Central Bank")
    expect(rates).to_contain_text(rate)
    row = page.get_by_role("row", name="Running VM")
    expect(row).to_have_text(re.compile("€0.0396551724 per hour.*KWD\xa0277.387"))
    page.get_by_role("button", name="workings of Running VM").click()
    expect(page.get_by_role("dialog").get_by_role("definition").last).to_have_text(rate)


def test_a_complete_month_says_so(show: Show, api: FakeApi) -> None:
    serve_charges(api, charges_answers.charges(complete=True))
    page = show(MONTH, at="2026-12-20T10:00:00Z")
    expect(page.locator(".charges-state")).to_have_text("Complete")
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


def test_one_service_can_be_looked_at_alone(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    page = show(f"{MONTH}/virtual_machines", at=NOW)
    expect(page.get_by_role("row")).to_have_count(4)
    expect(page.get_by_text("Only Virtual machines is shown.")).to_be_visible()
    expect(page.get_by_text("Total of all services, before tax")).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Show all services").click()
    expect(page.get_by_role("row")).to_have_count(15)
    expect(page.get_by_role("heading", name="Charges in November 2026")).to_be_focused()
    page.goto(f"{MONTH}/vpn")
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
    held[0].fulfill(json=charges_answers.charges())
    expect(page.get_by_role("table")).to_be_visible()


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


def test_amounts_of_the_overview_lead_to_their_charges(show: Show, api: FakeApi) -> None:
    serve_charges(api)
    page = show("/", at=NOW)
    month = page.get_by_role("link", name="€1,342.18: charges of November 2026", exact=True)
    expect(month).to_have_count(2)
    last = page.get_by_role("link", name="€1,704.57: charges of October 2026")
    expect(last).to_have_attribute("href", f"#/charges/{ACME}/2026-10")
    expect(page.locator(".figure", has_text="Forecast").get_by_role("link")).to_have_count(0)
    page.get_by_role("link", name="charges of November 2026 for Virtual machines").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_text("Only Virtual machines is shown.")).to_be_visible()
    page.go_back()
    month.first.click()
    expect(page.get_by_role("row")).to_have_count(15)
    nav = page.get_by_role("navigation")
    expect(nav.get_by_role("link", name="Charges")).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize(
    ("amounts", "total", "parts"),
    [
        ({"100.00": "83.3", "50.00": "41.7", "-30.00": "-25.0"}, "120.00", [100, 50]),
        ({"100.00": "0.0", "-100.00": "0.0"}, "0.00", [100]),
        ({"0.00": "0.0", "-20.00": "100.0"}, "-20.00", [1]),
    ],
    ids=["a credit", "nothing left", "only a credit"],
)
def test_the_ring_shows_what_is_above_zero_and_the_table_all(
    show: Show, api: FakeApi, amounts: dict[str, str], total: str, parts: list[int]
) -> None:
    names = ["Virtual machines", "Other services", "Credits"][-len(amounts) :]
    services = [
        {"service": name.lower(), "name": name, "amount": answers.money(amount), "percent": share}
        for name, amount, share in zip(names, *zip(*amounts.items(), strict=True), strict=True)
    ]
    overview = answers.overview(services=services)
    overview["summary"]["month_to_date"]["amount"] = answers.money(total)
    serve(api, overview)
    page = show(at=NOW)
    rows = page.get_by_role("table", name="Details by service").get_by_role("row")
    expect(rows).to_have_count(len(services) + 2)
    expect(rows.nth(-2)).to_contain_text("\u2212€")
    expect(rows.last.locator(".share")).to_have_text("–" if total == "0.00" else "100%")
    page.wait_for_function("() => Chart.getChart(document.querySelector('.donut canvas'))")
    data = "(canvas) => Chart.getChart(canvas).data.datasets[0].data"
    assert page.locator(".donut canvas").evaluate(data) == parts
    assert_sound(page)


@pytest.mark.parametrize(
    ("price", "currency", "language", "shown"),
    [
        ("0.1", "EUR", "en-IE", "€0.10"),
        ("0.0396551724137931", "EUR", "en-IE", "€0.0396551724137931"),
        ("12", "KWD", "en-KW", "KWD 12.000"),
        ("5", "JPY", "en-JP", "¥5"),
        ("0.05", "JPY", "en-JP", "¥0.05"),
        ("123456.7", "INR", "en-IN", "₹1,23,456.70"),
        ("-1.5", "EUR", "de-DE", "\u22121,50 €"),
    ],
)
def test_prices_keep_every_digit(
    modules: Page, price: str, currency: str, language: str, shown: str
) -> None:
    form = "async (asked) => (await import('/charge-texts.js')).formatPrice(...asked)"
    text = modules.evaluate(form, [price, currency, language])
    assert text.replace("\xa0", " ") == shown


@pytest.mark.parametrize("view", ["charges", "estimate"])
def test_who_has_no_account_is_told_so(show: Show, api: FakeApi, view: str) -> None:
    api.put("GET", "/session", answers.session("operator", []))
    page = show(f"/#/{view}")
    expect(page.get_by_role("heading", level=1)).to_have_text(view.capitalize())
    expect(page.get_by_text("No billing accounts yet")).to_be_visible()
    expect(page.get_by_text("The operations page shows how far")).to_be_visible()
    assert_sound(page)


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


@pytest.mark.parametrize(
    ("account", "total", "shown"),
    [
        (answers.GLOBEX, "1234567.89", "₹12,34,567.89"),
        (answers.INITECH, "-0.005", "−KWD\xa00.005"),
        ({**answers.ACME, "currency": "JPY"}, "1234567", "JP¥1,234,567"),
    ],
    ids=["INR", "KWD", "JPY"],
)
def test_totals_are_in_the_accounts_currency(
    show: Show, api: FakeApi, account: Any, total: str, shown: str
) -> None:
    currency = account["currency"]
    line = charges_answers.line("vm", "Running VM", "virtual_machines", total, currency=currency)
    sum_of_it = answers.money(total, currency)
    charges = charges_answers.charges(currency=currency, total=sum_of_it, lines=[line])
    serve_charges(api, charges, account)
    page = show(f"/#/charges/{account['id']}/2026-11", at=NOW)
    expect(page.locator(".charges-total .balance")).to_have_text(shown)
    expect(page.get_by_role("row").last).to_contain_text(shown)


@pytest.mark.parametrize(
    ("parts", "address"),
    [
        (["a1"], "#/charges/a1"),
        (["a1", "2026-11", None, "vm"], "#/charges/a1/2026-11//vm"),
        (["a/1", "2026-11", "vpn", "vm:é/100 %"], None),
    ],
)
def test_an_address_says_what_is_shown(modules: Page, parts: list[str], address: str) -> None:
    there_and_back = """async (parts) => {
        const {chargesAddress, chargesRoute} = await import('/charge-links.js');
        const address = chargesAddress(...parts);
        const {account, period, service, line} = chargesRoute(address);
        return [address, [account, period, service, line].map((part) => part ?? null)];
    }"""
    made, read = modules.evaluate(there_and_back, parts)
    assert made == (address or made)
    assert read == [*parts, None, None, None][:4]
