"""The budget dialog: what it checks, what it sends, where the keyboard goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import answers
from .fake_api import FakeApi, serve
from .soundness import accessibility_faults

pytestmark = pytest.mark.browser
Show = Callable[..., Page]


def open_dialog(page: Page, button: str = "Setup alert") -> None:
    """Open the budget dialog from its button."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def fill(page: Page, amount: str, recipients: str = "ada@acme.example") -> None:
    """Fill amount and recipients and press Save."""
    page.get_by_label("Amount per month").fill(amount)
    page.get_by_label("E-mail recipients").fill(recipients)
    page.get_by_role("button", name="Save").click()


def complaint_at(page: Page, field: str, why: str) -> str:
    """Return what stands at the field once `why` is shown, found as a screen reader finds it."""
    expect(page.locator(".field-error")).to_have_text(why)
    control = page.get_by_label(field).first
    expect(control).to_have_attribute("aria-invalid", "true")
    described = (control.get_attribute("aria-describedby") or "").split()
    return page.locator(f"#{described[-1]}").inner_text()


ELEVEN = ", ".join(f"a{place}@acme.example" for place in range(11))
REFUSED = [
    ("", "ada@acme.example", "Amount per month", "Enter an amount."),
    ("-5", "ada@acme.example", "Amount per month", "The amount must be more than zero."),
    ("0.00", "ada@acme.example", "Amount per month", "The amount must be more than zero."),
    ("a lot", "ada@acme.example", "Amount per month", "The amount must be a number."),
    ("1,500", "ada@acme.example", "Amount per month", "The amount must be a number."),
    (
        "1000000000000",
        "ada@acme.example",
        "Amount per month",
        "The amount must be at most 999999999999.",
    ),
    ("10.001", "ada@acme.example", "Amount per month", "EUR has 2 decimals; give no more."),
    ("10", "", "E-mail recipients", "Give 1 to 10 recipients."),
    ("10", ELEVEN, "E-mail recipients", "Give 1 to 10 recipients."),
    ("10", "ada", "E-mail recipients", "'ada' is not an e-mail address."),
    ("10", "a@b.example A@b.example", "E-mail recipients", "Two recipients are alike."),
]
WRONG_THRESHOLDS = [
    ("", "A threshold must be a number."),
    ("1001", "A threshold is more than 0 and at most 1000 percent."),
    ("33.333", "A threshold has at most two decimals."),
    ("80.0", "Two thresholds are alike."),
]


def test_what_cannot_be_saved_is_refused_at_its_field(show: Show, api: FakeApi) -> None:
    serve(api, answers.overview())
    page = show()
    open_dialog(page)
    for amount, recipients, field, why in REFUSED:
        fill(page, amount, recipients)
        assert complaint_at(page, field, why) == why
        expect(page.get_by_label(field)).to_be_focused()
    assert api.sent("PUT", "/budgets/monthly") == []


def test_a_threshold_that_cannot_be_saved_is_refused(show: Show, api: FakeApi) -> None:
    serve(api, answers.overview())
    page = show()
    open_dialog(page)
    page.get_by_role("button", name="Add threshold").click()
    for typed, why in WRONG_THRESHOLDS:
        page.get_by_label("Threshold 4, percent").fill(typed)
        fill(page, "10")
        assert complaint_at(page, "Threshold 1, percent", why) == why
    assert accessibility_faults(page) == []
    for _ in range(8):
        page.get_by_role("button", name="Add threshold").click(force=True)
    expect(page.locator(".threshold-input")).to_have_count(10)
    assert api.sent("PUT", "/budgets/monthly") == []


def test_what_the_api_refuses_stands_at_its_field(show: Show, api: FakeApi) -> None:
    refused = {
        "error": "InvalidInput",
        "message": "the address has no mailbox",
        "fields": {"recipients": "'ada@acme.example' has no mailbox"},
    }
    serve(api, answers.overview())
    api.put("PUT", "/budgets/monthly", refused, status=400)
    page = show(expect=(400,))
    open_dialog(page)
    fill(page, "10")
    why = "'ada@acme.example' has no mailbox."
    assert complaint_at(page, "E-mail recipients", why) == why
    assert accessibility_faults(page) == []
    busy = {"error": "Unavailable", "message": "the tables did not answer; try again later"}
    api.put("PUT", "/budgets/monthly", busy, status=400)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text("The tables did not answer; try again later.")


def test_a_budget_is_set_changed_and_removed(show: Show, api: FakeApi) -> None:
    serve(api, answers.overview())
    page = show()
    open_dialog(page)
    page.get_by_role("button", name="Remove threshold 50 %").click()
    page.get_by_label("Threshold 1, percent").fill("75.5")
    saved = answers.budget(thresholds=["75.5", "100"], crossed=["75.5"])
    api.put("PUT", "/budgets/monthly", saved)
    api.put("GET", "/overview", answers.overview(budget=saved))
    api.put("GET", "/alerts", answers.alerts(1))
    fill(page, "1500", "billing@acme.example,\ncto@acme.example")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("status").last).to_have_text("Budget saved: €1,500.00 a month.")
    expect(page.get_by_role("button", name="Edit alert")).to_be_focused()
    assert api.sent("PUT", "/budgets/monthly") == [
        {
            "amount": {"amount": "1500", "currency": "EUR"},
            "thresholds": ["75.5", "100"],
            "recipients": ["billing@acme.example", "cto@acme.example"],
        }
    ]
    expect(page.get_by_role("meter")).to_have_attribute("aria-valuetext", "89.5%")
    expect(page.get_by_role("table", name="Recent alerts").get_by_role("row")).to_have_count(2)
    open_dialog(page, "Edit alert")
    expect(page.get_by_label("Amount per month")).to_have_value("1500.00")
    page.get_by_role("button", name="Remove budget").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    assert accessibility_faults(page) == []
    api.put("DELETE", "/budgets/monthly", None, status=204)
    api.put("GET", "/overview", answers.overview())
    page.get_by_role("button", name="Yes, remove it").click()
    expect(page.get_by_role("status").last).to_have_text(re.compile("^Budget removed"))
    expect(page.get_by_role("button", name="Setup alert")).to_be_focused()


def test_the_keyboard_stays_in_the_dialog_and_comes_back(show: Show, api: FakeApi) -> None:
    serve(api, answers.overview())
    page = show()
    button = page.get_by_role("button", name="Setup alert")
    button.focus()
    page.keyboard.press("Enter")
    inside = """() => {
        const {activeElement} = document;
        return activeElement === document.body || activeElement.closest("dialog") !== null;
    }"""
    for _ in range(14):
        page.keyboard.press("Tab")
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


@pytest.mark.parametrize(
    ("language", "typed", "sent"),
    [
        ("de-DE", "1500,5", "1500.5"),
        ("de-DE", "1.500", None),
        ("ar-KW", "١٥٠٠٫٥", "1500.5"),
        ("en-IE", "1500.5", "1500.5"),
    ],
)
def test_an_amount_is_read_as_its_language_writes_it(
    modules: Page, language: str, typed: str, sent: Any
) -> None:
    read = "async ([typed, language]) => (await import('/money.js')).readAmount(typed, language)"
    assert modules.evaluate(read, [typed, language]) == sent
