"""Documents: the latest on the overview, the list, one of them, its files, and paying for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import answers, billing_answers
from .billing_answers import OPEN, PARTLY, PAST
from .fake_api import UNAVAILABLE, FakeApi, serve_billing
from .interception import Route, arrived
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
NOW = "2026-11-23T10:00:00Z"
ACME = answers.ACME["id"]
LIST, DOCUMENT = f"/#/invoices/{ACME}", f"/#/invoices/{ACME}/{OPEN}"
ARABIC = {**answers.ACME, "language": "ar"}
GONE = {"error": "NotFound", "message": "there is no such document"}


def asked(api: FakeApi) -> list[str]:
    """Return what the page asked of the documents, in order."""
    return [path for _, path, _ in api.requests if path.startswith("/invoices")]


def text(told: str) -> re.Pattern[str]:
    """Return a pattern for a row: its cells in order, `|` between them."""
    return re.compile(r"\s*".join(re.escape(cell) for cell in told.split("|")))


def test_the_overview_has_the_latest_with_how_they_stand(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    latest = billing_answers.overview_invoices()
    api.put("GET", "/overview", answers.overview(invoices=latest))
    page = show("/", at=NOW)
    table = page.get_by_role("table", name="Billing notifications")
    shown = [
        "Invoice no.|Due date|Payable|Status",
        "NC-2026-0142|29 November 2026|due in 6 days|€1,019.00|Unpaid",
        "NC-2026-0119|17 November 2026|6 days overdue|€519.00|Overdue",
        "NC-2026-0107|29 November 2026|€0.00|Paid",
        "CN-2026-0003|Credit note|Credited",
        "RC-2026-0009|Receipt|Paid",
    ]
    expect(table.get_by_role("row")).to_have_text([text(row) for row in shown])
    card = page.get_by_role("region", name="Billing notifications")
    expect(card).to_contain_text("Amounts are with tax.")
    expect(card.get_by_role("link", name="All invoices")).to_have_attribute("href", LIST[1:])
    month = card.get_by_role("link", name="Draft invoice for November 2026")
    expect(month).to_have_attribute("href", f"{LIST[1:]}/draft")
    assert_sound(page)
    table.get_by_role("link", name="Invoice NC-2026-0142").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoice NC-2026-0142")


def test_how_long_a_document_is_due_counts_the_accounts_own_days(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(LIST, at="2026-11-29T22:59:00Z")  # a minute before midnight in Berlin
    row = page.get_by_role("row", name="NC-2026-0142")
    expect(row).to_contain_text("due today")
    page.clock.set_fixed_time("2026-11-29T23:01:00Z")
    page.reload()
    expect(row).to_contain_text("1 day overdue")


def test_the_draft_comes_first_and_has_neither_number_nor_due_day(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(LIST, at=NOW)
    table = page.get_by_role("table", name="Invoices and credit notes")
    shown = [
        "Number|Period|Issued|Due|Total|Payable|Status|Files",
        "Draft|changes until the month is invoiced|November 2026|€1,019.00|€1,019.00|Draft",
        "NC-2026-0142|Invoice|October 2026|3 November 2026|29 November 2026|due in 6 days"
        "|€1,019.00|€1,019.00|Unpaid|PDF",
        "NC-2026-0119|Invoice|September 2026|3 November 2026|17 November 2026|6 days overdue"
        "|€1,019.00|€519.00|Overdue|PDF",
        "NC-2026-0107|Invoice|August 2026|3 November 2026|29 November 2026|€952.00|€0.00|Paid|PDF",
        "CN-2026-0003|Credit note for NC-2026-0107|20 October 2026|\u2212€11.90|Credited|PDF",
        "RC-2026-0009|Receipt|3 November 2026|€59.50|Paid|PDF",
    ]
    expect(table.get_by_role("row")).to_have_text([text(row) for row in shown])
    expect(page.get_by_text("6 documents")).to_be_attached()
    expect(page).to_have_title("Invoices · acme · StackTally")
    nav = page.get_by_role("navigation")
    expect(nav.get_by_role("link", name="Invoices")).to_have_attribute("aria-current", "page")
    assert asked(api) == [f"/invoices?account={ACME}"]


@pytest.mark.parametrize(
    ("account", "widths"),
    [(answers.ACME, (1440, 360)), (ARABIC, (360,))],
    ids=["English", "Arabic"],
)
def test_list_and_document_are_accessible_at_every_width(
    show: Show, api: FakeApi, account: Any, widths: tuple[int, ...]
) -> None:
    serve_billing(api, account)
    page = show(LIST, at=NOW)
    expect(page.get_by_role("row")).to_have_count(7)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if account is ARABIC else "ltr")
    for width in widths:
        resize(page, width)
        assert_sound(page)
    page.get_by_role("link", name="Invoice NC-2026-0119").click()
    expect(page.get_by_role("table")).to_have_count(4)
    for width in reversed(widths):
        resize(page, width)
        assert_sound(page)


def test_the_list_is_narrowed_by_state_kind_and_number(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(LIST, at=NOW)
    states = page.get_by_role("group", name="Status").get_by_role("button")
    told = ["All", "Draft (1)", "Unpaid (1)", "Partly paid (1)", "Overdue (1)", "Paid (3)"]
    expect(states).to_have_text(told)
    unpaid = page.get_by_role("button", name="Unpaid (1)")
    unpaid.click()
    expect(unpaid).to_have_attribute("aria-pressed", "true")
    expect(unpaid).to_be_focused()
    page.get_by_label("Kind").select_option("Invoices")
    api.put("GET", "/invoices", billing_answers.documents(documents=[]))
    with page.expect_request("**/invoices?*search=0142"):
        page.get_by_label("Number").press_sequentially(" 0142 ")
    expect(page.get_by_text("No document matches")).to_be_visible()
    query = f"account={ACME}&state=issued"
    assert asked(api)[1:] == [
        f"/invoices?{query}",
        f"/invoices?{query}&kind=invoice",
        f"/invoices?{query}&kind=invoice&search=0142",
    ]
    api.put("GET", "/invoices", billing_answers.documents())
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("row")).to_have_count(7)
    expect(page.get_by_label("Number")).to_have_value("")
    assert asked(api)[-1] == f"/invoices?account={ACME}"


def test_loading_failing_more_and_nothing_are_said(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    held: list[Route] = []
    api.put("GET", "/invoices", held.append)
    page = show(LIST, at=NOW, expect=(503, 404))
    expect(page.get_by_text("Loading the invoices")).to_be_attached()
    assert_sound(page)
    arrived(held, page).fulfill(status=503, json=UNAVAILABLE)
    expect(page.get_by_role("alert")).to_contain_text("The tables did not answer; try again later.")
    rows = billing_answers.documents()["documents"]
    api.put("GET", "/invoices", billing_answers.documents(documents=rows[:4], next="p2"))
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("row")).to_have_count(5)
    api.put("GET", "/invoices", billing_answers.documents(documents=rows[4:]))
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_role("row")).to_have_count(7)
    assert asked(api)[-1] == f"/invoices?account={ACME}&next=p2"
    api.put("GET", "/invoices", billing_answers.documents(documents=[]))
    page.reload()
    expect(page.get_by_text("No invoices yet")).to_be_visible()
    assert_sound(page)
    api.put("GET", f"/invoices/{PAST}", GONE, status=404)
    page.goto(f"{LIST}/{PAST}")
    expect(page.get_by_role("alert")).to_contain_text("There is no such document.")


def test_a_document_says_all_that_is_printed_on_it(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(f"{LIST}/{PARTLY}", at=NOW)
    expect(page).to_have_title("Invoice NC-2026-0119 · acme · StackTally")
    head = page.get_by_role("region", name="Invoice")
    due = "Payable|€519.00|Due 17 November 2026| |6 days overdue"
    expect(head).to_contain_text(text(due))
    expect(head).to_contain_text(text("Acme Ltd|Unit 7|Harbour House|D02 X285 Dublin|Ireland"))
    expect(head).to_contain_text(text("For|1–31 Oct 2026"))
    sums = page.get_by_role("table", name="Summary").get_by_role("row")
    expect(sums.nth(1)).to_have_text("Virtual machines€705.00")
    total = ["Total before tax€856.30", "VAT 19%€162.70", "Reverse charge€0.00", "Total€1,019.00"]
    for place, told in enumerate(total, 3):
        expect(sums.nth(place)).to_have_text(told)
    paid = page.get_by_role("table", name="Payments and credit").get_by_role("row")
    shown = [
        "What|Date|Amount",
        "Total|3 November 2026|€1,019.00",
        "Paid from the wallet during the month|3 November 2026|\u2212€150.00",
        "Paid from your credit|3 November 2026|\u2212€38.10",
        "Payment|SEPA 20 Nov|20 Nov 2026, 11:12 GMT+1|\u2212€300.00",
        "Credit note|CN-2026-0003|20 Nov 2026, 11:12 GMT+1|\u2212€11.90",
        "Payable|€519.00",
    ]
    expect(paid).to_have_text([text(row) for row in shown])
    note = page.get_by_role("link", name="CN-2026-0003")
    expect(note).to_have_attribute("href", f"{LIST[1:]}/{billing_answers.NOTE}")
    expect(page.get_by_text("DE02 1203 0000 0000 2020 51")).to_be_visible()


def test_lines_taxes_and_rates_are_told_with_what_they_correct(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(f"{LIST}/{PARTLY}", at=NOW)
    lines = page.get_by_role("table", name="Lines").get_by_role("row")
    shown = [
        "Line|Quantity|Unit price|Tax|Amount",
        "Virtual machines|€705.00",
        "Running VM, Medium|20,400 hours|€0.0345588|VAT 19%|€705.00",
        "Volumes|€151.30",
        "Volume|1,824,000.5 GiB-hours|VAT 19%|€160.00",
        "Volume|1–31 Aug 2026|Correction of NC-2026-0107: was €120.00, is €111.30"
        "|VAT 19%|\u2212€8.70",
        "Total before tax|€856.30",
    ]
    expect(lines).to_have_text([text(row) for row in shown])
    corrected = page.get_by_role("link", name="Correction of NC-2026-0107")
    expect(corrected).to_have_attribute("href", f"{LIST[1:]}/{PAST}")
    expect(page.get_by_role("link", name="workings of")).to_have_count(0)
    taxes = page.get_by_role("region", name="Taxes")
    group = "VAT|CGST 9.5%: €81.35|SGST 9.5%: €81.35|19%|€856.30|€162.70"
    expect(taxes.get_by_role("row").nth(1)).to_have_text(text(group))
    expect(taxes.get_by_role("row").nth(2)).to_contain_text("The customer owes the tax")
    expect(taxes).to_contain_text("The tax is £141.74 in the currency of the country of tax.")
    expect(taxes).to_contain_text(re.compile(r"1 EUR = 0\.8712 GBP\s+of 30 October 2026"))
    record = page.get_by_role("region", name="Notes and record")
    expect(record).to_contain_text("although something was open: Agreed with the customer.")
    expect(record).to_contain_text("2 usage records are held.")
    expect(record.locator("code")).to_have_text(billing_answers.HASH)


def test_a_draft_leads_to_its_workings_and_asks_for_nothing(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(f"{LIST}/draft", at=NOW)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Draft invoice for November 2026")
    expect(page.get_by_text("it may change until 30 November 2026")).to_be_visible()
    expect(page.get_by_text("No address is known yet.")).to_be_visible()
    workings = page.get_by_role("link", name="€705.00: workings of Running VM, Medium")
    address = f"#/charges/{ACME}/2026-11/virtual_machines/vm"
    expect(workings).to_have_attribute("href", address)
    # What was invoiced before has its workings on record, not in the running month.
    expect(page.get_by_role("link", name="workings of")).to_have_count(2)
    for name in ("Pay by card", "Download"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_text("SHA-256")).to_have_count(0)
    expect(page.get_by_role("region", name="Payments and credit")).to_have_count(0)
    assert_sound(page)


def test_paying_leads_to_the_page_of_the_gateway(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    conflict = {"error": "Conflict", "message": "nothing is open of this invoice"}
    api.put("POST", f"/invoices/{OPEN}/pay", conflict, status=409)
    page = show(DOCUMENT, at=NOW, expect=(409,))
    pay = page.get_by_role("button", name="Pay by card")
    pay.click()
    expect(page.get_by_role("alert")).to_have_text("Nothing is open of this invoice.")
    held: list[Route] = []
    api.put("POST", f"/invoices/{OPEN}/pay", held.append)
    pay.click()
    busy = page.get_by_role("button", name="Opening the payment page")
    expect(busy).to_have_attribute("aria-disabled", "true")
    busy.press("Enter")
    arrived(held, page).fulfill(json={"url": billing_answers.CHECKOUT})
    page.wait_for_url("**/favicon.svg?checkout")
    assert api.sent("POST", f"/invoices/{OPEN}/pay") == [{"gateway": "stripe"}] * 2


@pytest.mark.parametrize(
    ("changes", "standing", "payable"),
    [
        ({}, "unpaid", True),
        ({"overdue": True}, "overdue", True),
        ({"state": "partially_paid"}, "partially_paid", True),
        ({"state": "paid", "payable": answers.money("0.00")}, "paid", False),
        ({"state": "void", "overdue": True}, "void", False),
        ({"state": "uncollectible"}, "uncollectible", False),
        ({"state": "draft"}, "draft", False),
        ({"kind": "credit_note", "state": "paid"}, "credited", False),
        ({"kind": "receipt", "state": "paid"}, "paid", False),
    ],
)
def test_how_a_document_stands_and_whether_it_can_be_paid(
    modules: Page, changes: Any, standing: str, payable: bool
) -> None:
    told = """async (document) => {
        const {isPayable, standingOf} = await import('/documents.js');
        return [standingOf(document), isPayable(document)];
    }"""
    document = billing_answers.summary(OPEN, "NC-2026-0142", "1019.00", "issued")
    assert modules.evaluate(told, {**document, **changes}) == [standing, payable]


def test_who_comes_back_from_paying_sees_it_as_soon_as_it_is_confirmed(
    show: Show, api: FakeApi
) -> None:
    serve_billing(api)
    page = show("/favicon.svg")
    page.clock.install(time=NOW)
    page.goto(f"{DOCUMENT}?paid")
    expect(page.get_by_text("The payment appears here as soon as")).to_be_visible()
    paid: Any = {
        "state": "paid",
        "payable": answers.money("0.00"),
        "paid": answers.money("1019.00"),
    }
    api.put("GET", f"/invoices/{OPEN}", billing_answers.document(**paid))
    page.clock.fast_forward(4000)
    expect(page.get_by_role("region", name="Invoice")).to_contain_text("Nothing is left to pay")


def test_files_are_fetched_and_asked_for_again_while_they_are_made(
    show: Show, api: FakeApi
) -> None:
    serve_billing(api)
    page = show("/favicon.svg", expect=(503,))
    page.clock.install(time=NOW)
    page.goto(DOCUMENT)
    accepted: list[str] = []

    def made(route: Route) -> None:
        accepted.append(route.request.headers["accept"])
        route.fulfill(body=b"%PDF-1.7", content_type="application/pdf")

    api.put("GET", f"/invoices/{OPEN}/pdf", billing_answers.BEING_MADE, status=503)
    button = page.get_by_role("button", name="Invoice NC-2026-0142 as PDF")
    button.click()
    expect(button).to_have_text("Being made …")
    expect(button).to_have_attribute("aria-disabled", "true")
    told = "The PDF is being made; try again in a minute. It is fetched by itself once it is ready."
    expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()
    assert_sound(page)
    api.put("GET", f"/invoices/{OPEN}/pdf", made)
    with page.expect_download() as saving:
        page.clock.fast_forward(3000)
    assert saving.value.suggested_filename == "NC-2026-0142.pdf"
    assert Path(saving.value.path()).read_bytes() == b"%PDF-1.7"
    assert accepted == ["application/pdf"]
    expect(button).to_have_text("PDF")
    said = page.get_by_role("status").filter(has_text="NC-2026-0142.pdf is saved.")
    expect(said).to_be_attached()


def test_a_file_that_cannot_be_had_says_why(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    nowhere = billing_answers.document(pay={"gateways": []})
    api.put("GET", f"/invoices/{OPEN}", nowhere)
    api.put("GET", f"/invoices/{OPEN}/xml", GONE, status=404)
    page = show(DOCUMENT, at=NOW, expect=(404,))
    button = page.get_by_role("button", name="Download Invoice NC-2026-0142 as XML")
    button.click()
    expect(page.get_by_text("There is no such document.")).to_be_visible()
    xml: Any = {"body": b"<Invoice/>", "content_type": "application/xml"}
    api.put("GET", f"/invoices/{OPEN}/xml", lambda route: route.fulfill(**xml))
    with page.expect_download() as saving:
        button.click()
    assert saving.value.suggested_filename == "NC-2026-0142.xml"
    # Without a gateway, only the bank is left.
    expect(page.get_by_text("Reference to give")).to_be_visible()
    expect(page.get_by_role("button", name="Pay by card")).to_have_count(0)


def test_the_keyboard_follows_into_a_document_and_back(show: Show, api: FakeApi) -> None:
    serve_billing(api)
    page = show(LIST, at=NOW)
    page.get_by_role("button", name="Unpaid (1)").click()
    page.get_by_role("link", name="Invoice NC-2026-0142").press("Enter")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Invoice NC-2026-0142")
    expect(title).to_be_focused()
    page.get_by_role("link", name="All invoices").press("Enter")
    expect(title).to_have_text("Invoices")
    expect(title).to_be_focused()
    # What was chosen is still chosen.
    unpaid = page.get_by_role("button", name="Unpaid (1)")
    expect(unpaid).to_have_attribute("aria-pressed", "true")
