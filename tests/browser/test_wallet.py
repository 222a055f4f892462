"""The balance: a wallet and how it is topped up, or what is owed and the credit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import answers, billing_answers
from .fake_api import UNAVAILABLE, FakeApi, serve_billing
from .interception import Route, arrived
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
NOW = "2026-11-23T10:00:00Z"
ACME = answers.ACME["id"]
WALLET = f"/#/wallet/{ACME}"
ARABIC = {**answers.ACME, "language": "ar"}
TOP_UPS = "/wallet/top-ups"


def asked(api: FakeApi) -> list[str]:
    """Return what the page asked of the wallet, in order."""
    return [path for _, path, _ in api.requests if path.startswith("/wallet")]


def test_the_overview_says_what_is_left_and_what_to_do(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show("/", at=NOW)
    expect(page.get_by_role("region", name="Billing summary")).to_be_visible()
    wallet = page.get_by_role("region", name="Wallet")
    expect(wallet).to_have_count(0)
    told = {"ok": "Enough", "low": "running low. Top it up", "empty": "is empty. Top it up now"}
    for state, words in told.items():
        strip = billing_answers.overview_wallet(state)
        api.put("GET", "/overview", answers.overview(wallet=strip))
        page.reload()
        expect(wallet).to_contain_text(words)
        expect(wallet).to_contain_text(re.compile(r"Available\s*€182\.40\s*Balance\s*€232\.50"))
        link = wallet.get_by_role("link", name="Show the wallet" if state == "ok" else "Top up")
        expect(link).to_have_attribute("href", WALLET[1:])
    assert_sound(page)


def test_the_wallet_says_what_it_is_made_of(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(WALLET, at=NOW)
    parts = page.get_by_role("region", name="Wallet").locator(".wallet-parts > div")
    shown = [
        "Purchased€200.10",
        "Granted€30.00",
        "Credit€2.40",
        "Balance€232.50",
        "Used, not taken yet\u2212€50.10",
        "Available€182.40",
    ]
    expect(parts).to_have_text(shown)
    expect(page.get_by_text("You are warned below €50.00.")).to_be_visible()
    lots = page.get_by_role("table", name="Top-ups with something left").get_by_role("row")
    rows = [
        "Topped up.*Kind.*Expires.*Left",
        r"2 Nov 2026, 09:30 GMT\+1.*Granted.*31 December 2026.*€30\.00",
        r"2 Nov 2026, 09:30 GMT\+1.*Purchased.*Never.*€200\.10",
    ]
    expect(lots).to_have_text([re.compile(row) for row in rows])
    moved = page.get_by_role("table", name="Movements of the wallet").get_by_role("row")
    movements = [
        "Time.*What.*Amount.*Balance",
        "Usage paid from the wallet\\s*November 2026.*\u2212€61.88.*€232.50",
        r"Top-up\s*RC-2026-0009.*\+€50\.00.*€294\.38",
        r"Payment\s*SEPA 20 Nov.*\+€2\.40.*€244\.38",
    ]
    expect(moved).to_have_text([re.compile(row) for row in movements])
    expect(page).to_have_title("Balance · acme · StackTally")
    assert asked(api) == [f"/wallet?account={ACME}"]


@pytest.mark.parametrize(
    ("account", "widths"),
    [(answers.ACME, (1440, 360)), (ARABIC, (360,))],
    ids=["English", "Arabic"],
)
def test_it_is_accessible_at_every_width(
    show: Show, api: FakeApi, account: Any, widths: tuple[int, ...]
) -> None:
    serve_billing(api, account, billing_answers.wallet(state="empty"))
    page = show(WALLET, at=NOW)
    expect(page.get_by_role("table")).to_have_count(2)
    page.get_by_role("button", name="Continue to payment by card").click()
    expect(page.get_by_text("Enter an amount.")).to_be_visible()
    for width in widths:
        resize(page, width)
        assert_sound(page)


def test_a_top_up_is_checked_before_the_gateway_is_asked(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(WALLET, at=NOW, expect=(400, 503))
    amount = page.get_by_label("Amount")
    submit = page.get_by_role("button", name="Continue to payment by card")
    wrong = {
        "": "Enter an amount.",
        "ten": "The amount must be a number.",
        "0": "The amount must be more than zero.",
        "10.005": "EUR has 2 decimals; give no more.",
    }
    for typed, told in wrong.items():
        amount.fill(typed)
        submit.click()
        expect(page.get_by_text(told)).to_be_visible()
        expect(amount).to_be_focused()
        expect(amount).to_have_attribute("aria-invalid", "true")
    assert api.sent("POST", TOP_UPS) == []
    least = {
        "error": "InvalidInput",
        "message": "give more",
        "fields": {"amount": "at least 5 EUR"},
    }
    api.put("POST", TOP_UPS, least, status=400)
    amount.fill("2.5")
    submit.click()
    expect(page.get_by_text("At least 5 EUR.")).to_be_visible()
    expect(amount).to_be_focused()
    api.put("POST", TOP_UPS, UNAVAILABLE, status=503)
    amount.fill("50")
    submit.click()
    expect(page.get_by_role("alert")).to_contain_text("The tables did not answer; try again later.")
    sent = [answers.money("2.5"), answers.money("50")]
    assert api.sent("POST", TOP_UPS) == [{"amount": each, "gateway": "stripe"} for each in sent]


def test_a_top_up_leads_to_the_page_of_the_gateway(show: Show, api: FakeApi) -> None:
    serve_billing(api, {**answers.ACME, "language": "de-DE"})
    held: list[Route] = []
    api.put("POST", TOP_UPS, held.append)
    page = show(WALLET, at=NOW)
    page.get_by_label("Amount").fill("1250,50")
    page.get_by_label("Amount").press("Enter")
    busy = page.get_by_role("button", name="Opening the payment page")
    expect(busy).to_have_attribute("aria-disabled", "true")
    arrived(held, page).fulfill(json={"url": billing_answers.CHECKOUT})
    page.wait_for_url("**/favicon.svg?checkout")
    assert api.sent("POST", TOP_UPS) == [{"amount": answers.money("1250.50"), "gateway": "stripe"}]


@pytest.mark.parametrize(
    ("amount", "currency", "decimals", "wrong"),
    [
        ("50", "JPY", 0, None),
        ("50.5", "JPY", 0, "JPY has 0 decimals; give no more"),
        ("1.005", "KWD", 3, None),
        ("1.0005", "KWD", 3, "KWD has 3 decimals; give no more"),
        ("1000000000000", "EUR", 2, "the amount must be at most 999999999999"),
    ],
)
def test_an_amount_has_the_digits_of_its_currency(
    modules: Page, amount: str, currency: str, decimals: int, wrong: str | None
) -> None:
    check = "async (asked) => (await import('/amount-form.js')).wrongAmount(...asked)"
    assert modules.evaluate(check, [amount, amount, currency, decimals]) == wrong


def test_an_empty_wallet_without_a_gateway_says_whom_to_ask(show: Show, api: FakeApi) -> None:
    nothing = answers.money("0.00")
    bare: dict[str, Any] = {"state": "empty", "gateways": [], "lots": [], "movements": []}
    serve_billing(api, wallet=billing_answers.wallet(available=nothing, **bare))
    page = show(WALLET, at=NOW)
    expect(page.get_by_text("Your wallet is empty. Top it up now")).to_be_visible()
    expect(page.get_by_text("Paying by card is not set up here.")).to_be_visible()
    expect(page.get_by_label("Amount")).to_have_count(0)
    expect(page.get_by_text("No top-up has anything left")).to_be_visible()
    expect(page.get_by_text("No movements yet")).to_be_visible()


def test_who_pays_afterwards_is_told_what_is_owed_and_the_credit(show: Show, api: FakeApi) -> None:
    serve_billing(api, wallet=billing_answers.postpaid(credit="20.00"))
    page = show(WALLET, at=NOW)
    owed = page.get_by_role("region", name="You owe")
    expect(owed).to_contain_text("€1,738.00")
    expect(owed.get_by_role("link", name="Invoices")).to_have_attribute(
        "href", f"#/invoices/{ACME}"
    )
    statement = owed.get_by_role("link", name="Statement of account")
    expect(statement).to_have_attribute("href", f"#/statement/{ACME}/2026-11")
    credit = page.get_by_role("region", name="Your credit")
    expect(credit).to_contain_text("€20.00It pays your next invoice.")
    for name in ("Wallet", "Top up", "Movements"):
        expect(page.get_by_role("region", name=name)).to_have_count(0)
    assert_sound(page)
    api.put("GET", "/wallet", billing_answers.postpaid(owed="0.00"))
    page.reload()
    expect(page.get_by_role("region", name="You owe nothing")).to_contain_text("€0.00")


def test_more_movements_come_page_by_page_and_a_failure_is_said(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    api.put("GET", "/wallet", UNAVAILABLE, status=503)
    page = show(WALLET, at=NOW, expect=(503,))
    expect(page.get_by_role("alert")).to_contain_text("The balance could not be loaded")
    moved = billing_answers.wallet()["movements"]
    api.put("GET", "/wallet", billing_answers.wallet(movements=moved[:1], next="p2"))
    page.get_by_role("button", name="Try again").click()
    table = page.get_by_role("table", name="Movements of the wallet")
    expect(table.get_by_role("row")).to_have_count(2)
    api.put("GET", "/wallet", billing_answers.wallet(movements=moved[1:]))
    page.get_by_role("button", name="Show more").click()
    expect(table.get_by_role("row")).to_have_count(4)
    assert asked(api)[-1] == f"/wallet?account={ACME}&next=p2"


def test_who_comes_back_from_topping_up_sees_it_once_it_is_confirmed(
    show: Show, api: FakeApi
) -> None:
    serve_billing(api)
    page = show("/favicon.svg")
    page.clock.install(time=NOW)
    page.goto(f"{WALLET}?paid")
    expect(page.get_by_text("Thank you. The money is in your wallet as soon as")).to_be_visible()
    api.put("GET", "/wallet", billing_answers.wallet(available=answers.money("232.40")))
    page.clock.fast_forward(4000)
    expect(page.locator(".wallet .balance")).to_have_text("€232.40")
