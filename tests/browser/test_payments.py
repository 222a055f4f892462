"""Money that came in or went back: payments, refunds, credit, bank statements, top-ups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from . import answers, billing_answers
from . import billing_operator_answers as books
from .billing_answers import OPEN, PARTLY
from .fake_api import FakeApi
from .soundness import assert_sound, resize, sideways_scroll
from .test_billing_run import show_part, text

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
ACME = answers.ACME["id"]
PAID: Any = {"account": ACME, "day": "2026-11-23", "method": "bank"}


def open_dialog(page: Page, button: str, name: str) -> Locator:
    """Open a dialog of a part."""
    page.get_by_role("button", name=button, exact=True).click()
    return page.get_by_role("dialog", name=name)


def test_payments_are_listed_by_month(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "payments")
    rows = page.get_by_role("table", name="Payments and refunds").get_by_role("row")
    shown = [
        "Date|Account|Method|Reference|Recorded|Amount",
        "20 November 2026|globex|Stripe|pi_3Q|21 Nov 2026, 09:12 UTC|by Stripe|₹118,000.00",
        "20 November 2026|acme|Bank transfer|NC-2026-0119|21 Nov 2026, 09:12 UTC"
        "|olga, from a bank statement|€300.00",
        "18 November 2026|acme|Bank transfer|Refund|paid twice|21 Nov 2026, 09:12 UTC"
        "|olga, by hand|\u2212€19.00",
    ]
    expect(rows).to_have_text([text(row) for row in shown])
    api.put("GET", "/admin/payments", books.payments(payments=[]))
    page.get_by_role("button", name="Previous month").click()
    expect(page.get_by_text("No payments in this month")).to_be_visible()
    assert ("GET", "/admin/payments?month=2026-10", None) in api.requests


def test_a_payment_is_recorded_and_tells_what_it_paid(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "payments", (400,))
    dialog = open_dialog(page, "Record payment", "Record a payment")
    dialog.get_by_role("button", name="Record payment").click()
    expect(dialog.get_by_label("Billing account")).to_be_focused()
    for wrong in ("Choose a billing account.", "Enter an amount."):
        expect(dialog.get_by_text(wrong)).to_be_visible()
    resize(page, 360)
    assert_sound(page)
    dialog.get_by_label("Billing account").fill("acme")
    dialog.get_by_label("Amount", exact=True).fill("1038.005")
    dialog.get_by_label("Reference").fill(" NC-2026-0142 ")
    finer = "EUR has 2 decimals; give no more"
    refused = {"error": "InvalidInput", "message": finer, "fields": {"amount": finer}}
    api.put("POST", "/admin/payments", refused, status=400)
    dialog.get_by_role("button", name="Record payment").click()
    expect(dialog.get_by_label("Amount", exact=True)).to_have_accessible_description(f"{finer}.")
    dialog.get_by_label("Amount", exact=True).fill("1038")
    api.put("POST", "/admin/payments", books.recorded(), status=201)
    dialog.get_by_role("button", name="Record payment").click()
    outcome = page.locator(".outcome")
    expect(outcome).to_contain_text("€1,038.00 from acme recorded.")
    expect(outcome.get_by_role("listitem")).to_have_text(text("NC-2026-0142|€1,019.00"))
    expect(outcome).to_contain_text("Credit of the account: €19.00.")
    expect(page.get_by_role("button", name="Record payment")).to_be_focused()
    money = {"amount": "1038", "currency": "EUR"}
    sent = {**PAID, "amount": money, "reference": "NC-2026-0142"}
    assert api.sent("POST", "/admin/payments")[-1] == sent


def test_a_payment_pays_the_documents_that_are_chosen(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "payments")
    dialog = open_dialog(page, "Record payment", "Record a payment")
    dialog.get_by_label("Billing account").fill(ACME)
    dialog.get_by_label("Amount", exact=True).fill("600")
    dialog.get_by_label("What it pays").select_option("Documents I choose")
    parts = dialog.get_by_role("group", name="Documents I choose")
    expect(parts.locator("label").first).to_have_text(
        text("NC-2026-0119, due 17 November 2026|€519.00 open")
    )
    dialog.get_by_role("button", name="Record payment").click()
    expect(parts).to_contain_text("Enter an amount for at least one document.")
    parts.get_by_label("NC-2026-0119").fill("519")
    known = {**books.recorded(), "allocated": []}
    api.put("POST", "/admin/payments", known)
    dialog.get_by_role("button", name="Record payment").click()
    expect(page.locator(".outcome")).to_contain_text("It was recorded before")
    part = {"document": PARTLY, "amount": {"amount": "519", "currency": "EUR"}}
    assert api.sent("POST", "/admin/payments")[0]["allocations"] == [part]


def test_credit_is_paid_back_or_used(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "payments", (409, 400))
    bought = billing_answers.postpaid(credit="19.00") | {"purchased": answers.money("50.00")}
    api.put("GET", "/wallet", bought)
    dialog = open_dialog(page, "Refund", "Record a refund")
    dialog.get_by_label("Billing account").fill("acme")
    left = "Credit of the account: €19.00. Left of top-ups that were bought: €50.00."
    expect(dialog.get_by_text(left)).to_be_visible()
    dialog.get_by_label("Amount", exact=True).fill("20")
    more = {"error": "Conflict", "message": "the credit is 19.00 EUR only"}
    api.put("POST", "/admin/refunds", more, status=409)
    dialog.get_by_role("button", name="Record refund").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The credit is 19.00 EUR only.")
    fields = {"id": "is not known"}
    strange = {"error": "InvalidInput", "message": "it is wrong", "fields": fields}
    api.put("POST", "/admin/refunds", strange, status=400)
    dialog.get_by_role("button", name="Record refund").click()
    # What no field of the form can say is told above them.
    expect(dialog.get_by_role("alert")).to_have_text("Is not known.")
    dialog.get_by_label("Amount", exact=True).fill("19")
    made = books.payment(kind="refund", amount=answers.money("19.00"))
    back = {"payment": made, "allocated": [], "credit": answers.money("0.00")}
    api.put("POST", "/admin/refunds", back, status=201)
    dialog.get_by_role("button", name="Record refund").click()
    expect(page.locator(".outcome")).to_contain_text("Refund of €19.00 to acme recorded.")
    dialog = open_dialog(page, "Use credit", "Use the credit of an account")
    dialog.get_by_label("Billing account").fill("acme")
    api.put("POST", "/admin/allocations", {"allocated": [], "credit": answers.money("0.00")})
    dialog.get_by_role("button", name="Use credit").click()
    told = "Nothing was changed: acme has no credit, or nothing is open."
    expect(page.locator(".outcome")).to_contain_text(told)
    assert api.sent("POST", "/admin/allocations") == [{"account": ACME}]


def read_statement(page: Page, api: FakeApi, content: bytes) -> Locator:
    """Choose a file of a bank; return the rows of what it says."""
    page.get_by_role("button", name="Import bank statement").click()
    expect(page.get_by_role("heading", name="Import a bank statement")).to_be_focused()
    api.put("POST", "/admin/bank-statements/preview", books.statement())
    file: Any = {"name": "november.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    return page.get_by_role("table", name="Lines of the statement").get_by_role("row")


def test_a_bank_statement_is_looked_at_before_anything_is_recorded(
    show: Show, api: FakeApi
) -> None:
    page = show_part(show, api, "payments")
    written = "Buchungstag;Betrag;Zahler\n20.11.2026;1019,00;Müller"
    rows = read_statement(page, api, written.encode("windows-1252"))
    shown = [
        "Line|Date|Payer and reference|Amount|Match|State|Change",
        "2|20 November 2026|Acme Ltd|Invoice NC-2026-0142|€1,019.00|acme|NC-2026-0142"
        "|Sure|by the number|Change",
        "3|20 November 2026|A P O L L O|cloud|€952.00|apollo|NC-2026-0107"
        "|Look at it|by the amount only|Change",
        "4|20 November 2026|Initech|€50.00|No match|No match|Change",
        "5|20 November 2026|Acme Ltd|Invoice NC-2026-0142|€300.00|acme|NC-2026-0142"
        "|Recorded before",
        "6|Acme Ltd|Invoice NC-2026-0142|No match|Not importable|'12,3,4' is no amount.",
    ]
    expect(rows).to_have_text([text(row) for row in shown])
    assert api.sent("POST", "/admin/bank-statements/preview") == [written]
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    expect(boxes.nth(0)).to_be_checked()
    expect(boxes.nth(1)).not_to_be_checked()
    expect(page.get_by_text("Date: Buchungstag")).to_be_visible()
    assert_sound(page)
    resize(page, 360)
    assert sideways_scroll(page) == 0


def test_matches_are_corrected_and_what_is_ticked_is_recorded(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "payments")
    rows = read_statement(page, api, b"x")
    page.get_by_role("button", name="Change the match of line 4").click()
    dialog = page.get_by_role("dialog", name="Whose payment is line 4?")
    dialog.get_by_role("button", name="Use this match").click()
    expect(dialog.get_by_text("Choose a billing account.")).to_be_visible()
    dialog.get_by_label("Billing account").fill("acme")
    dialog.get_by_label("Document it pays first").select_option("NC-2026-0119, €519.00")
    assert_sound(page)
    dialog.get_by_role("button", name="Use this match").click()
    expect(rows.nth(3)).to_contain_text(text("acme|NC-2026-0119|By hand"))
    expect(page.get_by_role("button", name="Change the match of line 4")).to_be_focused()
    page.get_by_role("button", name="Record 2 payments").click()
    dialog = page.get_by_role("dialog", name="Record the payments?")
    expect(dialog).to_contain_text("2 payments are recorded and pay open invoices.")
    api.put("POST", "/admin/bank-statements", {"recorded": 1, "already": 1})
    dialog.get_by_role("button", name="Record 2 payments").click()
    expect(page.locator(".form-notice")).to_have_text("1 payment recorded, 1 known before.")
    sent = api.sent("POST", "/admin/bank-statements")[0]["rows"]
    by_hand = {"id": f"{4:032x}", "day": "2026-11-20", "amount": answers.money("50.00")}
    assert sent[1] == {**by_hand, "reference": "", "account": ACME, "document": PARTLY}
    assert sent[0]["document"] == OPEN
    page.get_by_role("button", name="Back to the payments").click()
    expect(page.get_by_role("heading", name="Payments and refunds")).to_be_focused()


def test_a_wallet_is_topped_up_by_what_was_paid_or_given(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "top-ups")
    rows = page.get_by_role("table", name="Top-ups").get_by_role("row")
    given = "20 November 2026|acme|Granted|welcome|31 December 2026|20 Nov 2026, 09:12 UTC"
    expect(rows.nth(1)).to_have_text(text(f"{given}|olga, by hand|€30.00"))
    expect(rows.nth(2)).to_contain_text(text("Purchased|Bank transfer, top-up 11|Never|RC-2026"))
    dialog = open_dialog(page, "Add top-up", "Top up a wallet")
    dialog.get_by_label("Billing account").fill("acme")
    dialog.get_by_label("Amount", exact=True).fill("30")
    dialog.get_by_label("Kind").select_option("Granted")
    expect(dialog.get_by_label("Method")).to_have_count(0)
    dialog.get_by_label("Expires on").fill("2026-12-31")
    dialog.get_by_label("Note").fill("welcome")
    assert_sound(page)
    done = {"top_up": books.top_ups()["top_ups"][0], "balance": answers.money("262.50")}
    api.put("POST", "/admin/top-ups", done, status=201)
    dialog.get_by_role("button", name="Top up").click()
    told = "€30.00 is in the wallet of acme. Its balance is €262.50."
    expect(page.locator(".outcome")).to_contain_text(told)
    money = {"amount": "30", "currency": "EUR"}
    sent = {"account": ACME, "amount": money, "grant": "granted", "expires_on": "2026-12-31"}
    assert api.sent("POST", "/admin/top-ups") == [{**sent, "note": "welcome"}]
