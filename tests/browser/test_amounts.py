"""Amounts: written with every digit, and leading to where they come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import answers, charges_answers
from .fake_api import FakeApi, serve, serve_charges
from .soundness import assert_sound

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
NOW = "2026-11-23T10:00:00Z"
ACME = answers.ACME["id"]


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


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        ("0.01506849", "EUR", "en-IE", ["€0.01", "506849", ""]),
        ("1234.50000000", "EUR", "de-DE", ["1.234,50", "000000", " €"]),
        ("4.00", "EUR", "en-IE", ["€4.00", "", ""]),
        ("2.506849", "JPY", "en-US", ["¥2", ".506849", ""]),
        ("12", "JPY", "en-US", ["¥12", "", ""]),
        ("0.123456789", "KWD", "en-KW", ["KWD 0.123", "456789", ""]),
    ],
)
def test_digits_beyond_those_of_the_currency_stand_back(
    modules: Page, amount: str, currency: str, language: str, shown: list[str]
) -> None:
    split = "async (asked) => (await import('/charge-texts.js')).fineParts(...asked)"
    parts = modules.evaluate(split, [answers.money(amount, currency), language])
    assert [part.replace("\xa0", " ") for part in parts] == shown


def test_the_overview_says_at_which_rate_it_was_converted(show: Show, api: FakeApi) -> None:
    converted = answers.overview(answers.INITECH, "277.387")
    converted["exchange_rates"] = [charges_answers.RATE]
    serve(api, converted)
    page = show(at=NOW)
    told = "Converted at 1 EUR = 0.3312 KWD of November 24, 2026, European Central Bank"
    note = page.locator(".summary .converted")
    expect(note).to_have_text(f"{told}; indicative until the month is over.")
    assert_sound(page)
    converted["period"]["complete"] = True
    page.reload()
    expect(note).to_have_text(f"{told}.")
    converted["exchange_rates"] = []
    page.reload()
    expect(page.locator(".balance")).to_be_visible()
    expect(note).to_have_count(0)


@pytest.mark.parametrize("view", ["charges", "estimate"])
def test_who_has_no_account_is_told_so(show: Show, api: FakeApi, view: str) -> None:
    api.put("GET", "/session", answers.session("operator", []))
    page = show(f"/#/{view}")
    expect(page.get_by_role("heading", level=1)).to_have_text(view.capitalize())
    expect(page.get_by_text("No billing accounts yet")).to_be_visible()
    expect(page.get_by_text("The operations page shows how far")).to_be_visible()
    assert_sound(page)


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
    line = charges_answers.line(
        charges_answers.VM, "Running VM", "virtual_machines", total, currency=currency
    )
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
