"""The monthly run, the numbers that were used, and the parts of the operator's billing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from . import answers
from . import billing_operator_answers as books
from .billing_answers import OPEN
from .fake_api import UNAVAILABLE, FakeApi, serve_books
from .interception import Route, arrived
from .soundness import assert_sound, resize, sideways_scroll

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
NOW = "2026-11-23T10:00:00Z"
RUN = "/admin/billing-runs"
ANYWAY = f"{RUN}/2026-10/accounts/{answers.APOLLO['id']}"


def text(told: str) -> re.Pattern[str]:
    """Return a pattern for a row: its cells in order, `|` between them."""
    return re.compile(r"\s*".join(re.escape(cell) for cell in told.split("|")))


def show_part(show: Show, api: FakeApi, part: str, expected: tuple[int, ...] = ()) -> Page:
    """Open a part of the operator's billing."""
    serve_books(api)
    return show(f"/#/operations/{part}", at=NOW, expect=expected)


PARTS = {
    "billing-run": "Invoices of the month",
    "documents": "Documents by number",
    "payments": "Payments and refunds",
    "top-ups": "Top-ups",
    "dunning": "Who owes what",
    "trial-balance": "In EUR",
    "issuers": "Issuers",
}


def test_every_part_of_billing_is_reached_by_the_keyboard(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "billing")
    links = page.get_by_role("navigation", name="Parts of billing").get_by_role("link")
    expect(links).to_have_count(8)
    expect(page.get_by_role("link", name="Billing", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    for place, table in enumerate(PARTS.values()):
        link = links.nth(place)
        link.press("Enter")
        expect(page.get_by_role("table", name=table)).to_be_visible()
        expect(link).to_have_attribute("aria-current", "page")
        expect(link).to_be_focused()
        assert sideways_scroll(page) == 0
    expect(page).to_have_title("Issuers · Operations · StackTally")


def test_every_part_of_billing_fits_a_phone_from_right_to_left(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "billing")
    page.evaluate("document.documentElement.dir = 'rtl'")
    resize(page, 360)
    links = page.get_by_role("navigation", name="Parts of billing").get_by_role("link")
    for place, table in enumerate(PARTS.values()):
        links.nth(place).click()
        expect(page.get_by_role("table", name=table)).to_be_visible()
        assert_sound(page)


def test_the_run_tells_what_each_account_waits_for(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "billing-run")
    rows = page.get_by_role("table", name="Invoices of the month").get_by_role("row")
    shown = [
        "Account|State|Waits for|Invoice|When|Change",
        "apollo|Waiting|2 usage records wait for a decision."
        "|Usage of main is complete up to 29 October 2026 only."
        "|3 Nov 2026, 06:00 UTC|monthly run|Issue anyway",
        "globex|Waiting|2 usage records wait for a decision."
        "|The customer's name and address are not known yet.|3 Nov 2026, 06:00 UTC|monthly run"
        "|Billing details",
        "acme|Issued|NC-2026-0142|3 Nov 2026, 06:00 UTC|olga",
        "initech|Nothing to invoice",
    ]
    expect(rows).to_have_text([text(row) for row in shown])
    # An address that is not known cannot be overridden.
    expect(page.get_by_role("button", name="Issue anyway")).to_have_count(1)
    figures = page.locator(".run-counts .figure")
    told = ["Waiting2", "Failed0", "Not due yet0", "Issued1", "Nothing to invoice1"]
    expect(figures).to_have_text([text(each[:-1] + "|" + each[-1]) for each in told])
    document = page.get_by_role("link", name="NC-2026-0142")
    expect(document).to_have_attribute("href", f"#/invoices/{answers.ACME['id']}/{OPEN}")
    api.put("GET", RUN, books.run(period="2026-09"))
    with page.expect_request(f"**{RUN}?period=2026-09"):
        page.get_by_role("button", name="Previous month").click()
    expect(page.get_by_label("Month").get_by_role("combobox")).to_have_value("2026-09")
    globex = answers.GLOBEX["id"]
    api.put("GET", f"/admin/accounts/{globex}/billing", books.details())
    page.get_by_role("link", name="Billing details of globex").click()
    expect(page.get_by_role("heading", name="Billing details of globex")).to_be_focused()
    page.get_by_role("button", name="Back to all accounts").click()
    expect(page.get_by_role("heading", name="Billing accounts")).to_be_focused()
    expect(page).to_have_url(re.compile("#/operations/accounts$"))


def test_an_invoice_is_issued_anyway_with_a_reason_on_the_record(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "billing-run", (409,))
    page.get_by_role("button", name="Issue anyway: the invoice of apollo").click()
    dialog = page.get_by_role("dialog", name="Issue the invoice anyway?")
    expect(dialog).to_contain_text("October 2026 gets a number and cannot be changed")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    dialog.get_by_role("button", name="Issue the invoice").click()
    expect(dialog.get_by_label("Reason")).to_be_focused()
    expect(dialog.get_by_text("Enter a reason.")).to_be_visible()
    assert_sound(page)
    api.put("POST", ANYWAY, {"error": "Conflict", "message": "it has no address"}, status=409)
    dialog.get_by_label("Reason").fill(" agreed with the customer ")
    dialog.get_by_role("button", name="Issue the invoice").click()
    refused = "It has no address. Nothing was changed."
    expect(dialog.get_by_role("alert")).to_have_text(refused)
    issued = books.run_row(answers.APOLLO, "issued", number="NC-2026-0143", document="f" * 32)
    api.put("POST", ANYWAY, issued)
    api.put("GET", RUN, books.run(accounts=[issued]))
    dialog.get_by_role("button", name="Issue the invoice").click()
    expect(page.get_by_text("Invoice NC-2026-0143 of apollo is issued.")).to_be_visible()
    expect(page.get_by_role("heading", name="Invoices of the month")).to_be_focused()
    expect(page.get_by_role("link", name="NC-2026-0143")).to_be_visible()
    assert api.sent("POST", ANYWAY) == [{"reason": "agreed with the customer"}] * 2


def test_running_now_is_asked_for_once_and_looked_at_again(show: Show, api: FakeApi) -> None:
    serve_books(api)
    page = show("/favicon.svg")
    page.clock.install(time=NOW)
    page.goto("/#/operations/billing-run")
    held: list[Route] = []
    api.put("POST", RUN, held.append)
    page.get_by_role("button", name="Run now").dblclick()
    arrived(held, page).fulfill(
        status=202, json={"period": "2026-10", "state": "queued", "accounts": 2}
    )
    expect(page.get_by_text("Asked for 2 accounts.")).to_be_visible()
    done = [books.run_row(answers.APOLLO, "issued", number="NC-2026-0143", document="f" * 32)]
    api.put("GET", RUN, books.run(accounts=done))
    page.clock.fast_forward(3000)
    expect(page.get_by_role("link", name="NC-2026-0143")).to_be_visible()
    assert api.sent("POST", RUN) == [{"period": "2026-10"}]


def test_loading_nothing_and_failing_are_said(show: Show, api: FakeApi) -> None:
    serve_books(api)
    api.put("GET", RUN, UNAVAILABLE, status=503)
    page = show("/#/operations/billing-run", at=NOW, expect=(503,))
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The billing run could not be loaded")
    held: list[Route] = []
    api.put("GET", RUN, held.append)
    with page.expect_request(f"**{RUN}"):
        alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Loading the billing run")).to_be_attached()
    none = dict.fromkeys(("issued", "waiting", "nothing", "failed", "due"), 0)
    arrived(held, page).fulfill(json=books.run(accounts=[], counts=none))
    expect(page.get_by_text("No accounts in this month")).to_be_visible()


def test_without_an_issuer_every_part_says_that_nothing_is_invoiced(
    show: Show, api: FakeApi
) -> None:
    serve_books(api)
    api.put("GET", "/admin/issuers", {"issuers": []})
    page = show("/#/operations/collection", at=NOW)
    notice = page.get_by_text("Nothing is invoiced until it is known who issues the invoices.")
    expect(notice).to_be_visible()
    billing = page.get_by_role("link", name="Billing: nobody issues invoices yet")
    expect(billing).to_have_attribute("href", "#/operations/billing-run")
    page.get_by_role("link", name="Add an issuer").click()
    expect(page.get_by_text("No issuer yet")).to_be_visible()
    expect(notice).to_be_visible()
    assert_sound(page)


def test_the_numbers_of_an_issuer_have_no_gaps_that_are_not_told(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "documents")
    rows = page.get_by_role("table", name="Number series").get_by_role("row")
    shown = [
        "Kind|Fiscal year|Gaps|Used|Next number",
        "Invoices|2026|None|142|143",
        "Invoices|2025|Check|1,180|1,181",
        "Credit notes|2026|Check|3|4",
        "Receipts|2026|Check|8|10",
    ]
    expect(rows).to_have_text([text(row) for row in shown])
    documents = page.get_by_role("table", name="Documents by number").get_by_role("row")
    expect(documents.nth(1)).to_have_text(
        text("NC-2026-0142|acme|3 November 2026|Unpaid|€1,019.00")
    )
    page.get_by_label("Fiscal year").select_option("2025")
    expect(documents).to_have_count(3)
    note = books.numbered(3, number="CN-2026-0003", kind="credit_note")
    more = books.documents(documents=[note], next="p2")
    api.put("GET", "/admin/documents", more)
    page.get_by_role("button", name="Credit notes", exact=True).click()
    expect(documents.nth(1)).to_contain_text("Credited")
    expect(documents.nth(1)).to_contain_text("\u2212€1,019.00")
    page.get_by_role("button", name="Show more").click()
    expect(documents).to_have_count(3)
    asked = [path for _, path, _ in api.requests if path.startswith("/admin/documents")]
    page.get_by_role("button", name="Check Receipts of 2026").click()
    expect(rows.nth(4)).to_have_text(text("Receipts|2026|Missing: 9|8|10"))
    expect(page.get_by_role("heading", name="Documents by number")).to_be_focused()
    expect(page.get_by_role("button", name="Receipts", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    assert [path.partition("?")[2] for path in asked] == [
        "kind=invoice",
        "kind=invoice&fiscal_year=2025",
        "kind=credit_note",
        "kind=credit_note&next=p2",
    ]


def test_a_trial_balance_says_whether_it_is_balanced(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "trial-balance")
    rows = page.get_by_role("table", name="In EUR").get_by_role("row")
    expect(rows.nth(1)).to_have_text("Receivables€1,538.00")
    expect(rows.last).to_have_text("Sum€2,057.00€2,057.00")
    expect(page.get_by_text("Balanced", exact=True)).to_have_count(2)
    expect(page.get_by_text("Each account stands as its postings say.")).to_be_visible()
    broken = books.ledger("EUR", "1538.00", ("receivable", "1538.00", "0.00"), balanced=False)
    off = books.trial_balance(currencies=[broken], accounts_off=[books.account_off()])
    api.put("GET", "/admin/trial-balance", off)
    page.get_by_label("As of the end of").fill("2026-10-31")
    expect(page.get_by_text("Not balanced")).to_be_visible()
    row = page.get_by_role("table", name="Accounts that are off").get_by_role("row").nth(1)
    expect(row).to_have_text(f"acmereceivable:{OPEN}€1,538.00€1,519.00")
    assert_sound(page)
    assert ("GET", "/admin/trial-balance?at=2026-10-31", None) in api.requests


def test_gateways_tell_what_to_enter_at_stripe(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "gateways")
    card = page.get_by_role("region", name="Payment gateways")
    expect(card).to_contain_text(books.WEBHOOK)
    expect(card.get_by_text("Set up", exact=True)).to_be_visible()
    api.put("GET", "/admin/gateways", books.gateways(configured=False))
    page.get_by_role("button", name="Refresh").click()
    expect(card).to_contain_text("Customers cannot pay by card.")
    assert_sound(page)
