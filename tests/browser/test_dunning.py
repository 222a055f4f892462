"""Who owes what, and what is done about it by hand; correcting an invoice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import answers, billing_answers
from . import billing_operator_answers as books
from .billing_answers import NOTE, OPEN, PARTLY
from .fake_api import FakeApi, serve_billing, serve_books
from .soundness import assert_sound, resize
from .test_billing_run import NOW, show_part, text

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
ACME = answers.ACME["id"]
DOCUMENT = f"/#/invoices/{ACME}/{OPEN}"
ENFORCE = f"/admin/accounts/{ACME}/enforcement"


def test_the_longest_overdue_comes_first_with_what_happens_next(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "dunning")
    rows = page.get_by_role("table", name="Who owes what").get_by_role("row")
    shown = [
        "globex|Postpaid|₹118,000.00|₹118,000.00|18 October 2026|36 days overdue"
        "|Suspend|15 November 2026|CloudStack did not answer.|Final notice|NC-2026-0107"
        "|8 November 2026|1 earlier|Nothing|Suspended|since 15 Nov 2026, 02:00 UTC|Resume",
        "acme|Postpaid|€1,538.00|€519.00|17 November 2026|6 days overdue"
        "|Reminder|NC-2026-0107|1 November 2026|Reminder|24 November 2026|None|Hold|Suspend",
        "initech|Prepaid|KWD|0.000|KWD|0.000|Hold|15 November 2026, by olga, only reported"
        "|Warning: empty wallet|14 November 2026|Hold|1 December 2026|Due, only reported"
        "|since 15 Nov 2026, 02:00 UTC|Hold|Suspend",
    ]
    for place, told in enumerate(shown, 1):
        expect(rows.nth(place)).to_have_text(text(told))


def test_an_account_is_held_by_hand_after_a_confirmation(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "dunning", (503,))
    page.get_by_role("button", name="Hold acme").click()
    dialog = page.get_by_role("dialog", name="Hold acme?")
    expect(dialog).to_contain_text("nothing new can be made, and what runs goes on")
    api.put("POST", ENFORCE, {"error": "Unavailable", "message": "CloudStack is away"}, status=503)
    dialog.get_by_role("button", name="Hold the account").click()
    expect(dialog.get_by_role("alert")).to_have_text("CloudStack is away.")
    assert_sound(page)
    api.put("POST", ENFORCE, books.enforced("holding"))
    held = books.dunned(answers.ACME, enforcement=books.enforced("holding")["enforcement"])
    api.put("GET", "/admin/dunning", books.dunning(accounts=[held]))
    dialog.get_by_role("button", name="Hold the account").click()
    expect(page.get_by_text("acme: Being held.")).to_be_visible()
    expect(page.get_by_role("heading", name="Who owes what")).to_be_focused()
    expect(page.get_by_role("button", name="Resume acme")).to_be_visible()
    expect(page.get_by_role("button", name="Hold acme")).to_have_count(0)
    assert api.sent("POST", ENFORCE) == [{"action": "hold"}] * 2


def test_an_invoice_is_credited_by_its_lines(show: Show, api: FakeApi) -> None:
    serve_books(api)
    page = show(DOCUMENT, at=NOW)
    page.get_by_role("button", name="Credit note").click()
    dialog = page.get_by_role("dialog", name="Credit NC-2026-0142")
    dialog.get_by_label("What is credited").select_option("Lines")
    dialog.get_by_role("button", name="Issue credit note").click()
    expect(dialog.get_by_text("Enter an amount for at least one line.")).to_be_visible()
    expect(dialog.get_by_text("Enter a reason.")).to_be_visible()
    resize(page, 360)
    assert_sound(page)
    dialog.get_by_label("Running VM, Medium").fill("10")
    dialog.get_by_label("Reason").fill("outage of November 3")
    api.put("POST", "/admin/credit-notes", books.corrected(), status=201)
    dialog.get_by_role("button", name="Issue credit note").click()
    outcome = page.locator(".outcome")
    expect(outcome).to_contain_text("Credit note CN-2026-0003 is issued.")
    note = outcome.get_by_role("link", name="Show the credit note")
    expect(note).to_have_attribute("href", f"#/invoices/{ACME}/{NOTE}")
    line = {"id": "vm", "amount": {"amount": "10", "currency": "EUR"}}
    sent = {"account": ACME, "document": OPEN, "reason": "outage of November 3", "lines": [line]}
    assert api.sent("POST", "/admin/credit-notes") == [sent]


def test_an_amount_is_credited_or_all_that_is_left(show: Show, api: FakeApi) -> None:
    serve_books(api)
    page = show(DOCUMENT, at=NOW)
    api.put("POST", "/admin/credit-notes", books.corrected())
    for what, more in (("An amount", {"amount": answers.money("11.90")}), ("All that is left", {})):
        page.get_by_role("button", name="Credit note").click()
        dialog = page.get_by_role("dialog", name="Credit NC-2026-0142")
        dialog.get_by_label("What is credited").select_option(what)
        if more:
            dialog.get_by_label("Amount").fill("11.90")
        dialog.get_by_label("Reason").fill("outage")
        dialog.get_by_role("button", name="Issue credit note").click()
        expect(page.locator(".outcome")).to_contain_text("was issued before, for the same reason")
        sent = {"account": ACME, "document": OPEN, "reason": "outage", **more}
        assert api.sent("POST", "/admin/credit-notes")[-1] == sent


ENDS = {
    "Write off": ("Write off", "write-offs", "uncollectible", "NC-2026-0142 is written off."),
    "Void": ("Void the invoice", "void", "void", "NC-2026-0142 is void. Credit note CN-2026"),
}


@pytest.mark.parametrize("button", ENDS)
def test_an_invoice_ends(show: Show, api: FakeApi, button: str) -> None:
    confirm, path, state, told = ENDS[button]
    serve_books(api)
    page = show(DOCUMENT, at=NOW)
    page.get_by_role("button", name=button, exact=True).click()
    dialog = page.get_by_role("dialog", name=re.compile(f"^{button} NC-2026-0142"))
    dialog.get_by_role("button", name=confirm).click()
    expect(dialog.get_by_label("Reason")).to_be_focused()
    dialog.get_by_label("Reason").fill("wrong customer")
    api.put("POST", f"/admin/{path}", books.corrected(state, note=state == "void"))
    ended: Any = {"state": state, "payable": answers.money("0.00")}
    api.put("GET", f"/invoices/{OPEN}", billing_answers.document(**ended))
    dialog.get_by_role("button", name=confirm).click()
    expect(page.locator(".outcome")).to_contain_text(told)
    expect(page.get_by_role("button", name=button, exact=True)).to_have_count(0)
    sent = {"account": ACME, "document": OPEN, "reason": "wrong customer"}
    assert api.sent("POST", f"/admin/{path}") == [sent]


def test_only_what_fits_an_invoice_is_offered(show: Show, api: FakeApi) -> None:
    serve_books(api)
    api.put("GET", f"/invoices/{PARTLY}", billing_answers.rich_document())
    page = show(f"/#/invoices/{ACME}/{PARTLY}", at=NOW)
    card = page.get_by_role("region", name="As the operator")
    told = ["Record payment", "Credit note", "Write off"]
    expect(card.get_by_role("button")).to_have_text(told)
    card.get_by_role("button", name="Record payment").click()
    dialog = page.get_by_role("dialog", name="Record a payment")
    expect(dialog.get_by_label("Billing account")).to_have_value(ACME)
    expect(dialog.get_by_label("Reference")).to_have_value("NC-2026-0119")
    # All that is open of it, until somebody says otherwise.
    expect(dialog.get_by_label("Amount", exact=True)).to_have_value("519.00")
    expect(dialog.get_by_label("NC-2026-0119")).to_have_value("519.00")
    page.keyboard.press("Escape")
    expect(card.get_by_role("button", name="Record payment")).to_be_focused()
    serve_billing(api)
    page = show(DOCUMENT, at=NOW)
    expect(page.get_by_role("table", name="Summary")).to_be_visible()
    expect(page.get_by_role("region", name="As the operator")).to_have_count(0)
