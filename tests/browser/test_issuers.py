"""Who issues documents, with its numbers and taxes; the billing details of an account."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from . import answers
from . import billing_operator_answers as books
from .billing_answers import CUSTOMER, ISSUER
from .fake_api import FakeApi, serve_books
from .soundness import assert_sound, resize, sideways_scroll
from .test_billing_run import NOW, show_part, text

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
DETAILS = f"/admin/accounts/{answers.ACME['id']}/billing"
PUT = "/admin/issuers/nimbus"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def edit(page: Page) -> None:
    """Open the editor of the issuer there is."""
    page.get_by_role("button", name="Edit Nimbus Cloud GmbH").click()
    expect(page.get_by_role("heading", name="Edit Nimbus Cloud GmbH")).to_be_focused()


def open_rule(page: Page, button: str, name: str) -> Locator:
    """Open the dialog of a tax rule."""
    page.get_by_role("button", name=button).click()
    return page.get_by_role("dialog", name=name)


def test_the_first_issuer_is_added_with_its_tax_rule(show: Show, api: FakeApi) -> None:
    serve_books(api)
    api.put("GET", "/admin/issuers", {"issuers": []})
    page = show("/#/operations/issuers", at=NOW)
    page.get_by_role("button", name="Add issuer").click()
    save = page.get_by_role("button", name="Save issuer")
    save.click()
    expect(page.get_by_label("Id", exact=True)).to_be_focused()
    for wrong in ("Enter a name.", "Choose a country.", "Add at least one tax rule."):
        expect(page.get_by_text(wrong, exact=True)).to_be_visible()
    resize(page, 360)
    assert_sound(page)
    party = page.get_by_role("region", name="Name and address")
    party.get_by_label("Id", exact=True).fill("nimbus")
    party.get_by_label("Name").fill("Nimbus Cloud GmbH")
    party.get_by_label("Street and house").fill("Beispielweg 4\n")
    party.get_by_label("Postal code").fill("10115")
    party.get_by_label("City").fill("Berlin")
    party.get_by_label("Country").select_option("Germany")
    party.get_by_label("Tax id").fill("DE123456789")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    dialog = open_rule(page, "Add tax rule", "Add a tax rule")
    dialog.get_by_label("Name").fill("VAT 19%")
    dialog.get_by_label("Percent").fill("19")
    dialog.get_by_label("From").fill("2021-01-01")
    dialog.get_by_role("button", name="Keep").click()
    rules = page.get_by_role("table", name="Taxes").get_by_role("row")
    row = "VAT 19%|19%|Standard rate|standard|All services|1 January 2021"
    expect(rules.nth(1)).to_contain_text(text(row))
    expect(page.get_by_text("Next: INV-2026-00001")).to_be_visible()
    api.put("PUT", PUT, books.issuer())
    api.put("GET", "/admin/issuers", books.issuers())
    save.click()
    expect(page.get_by_text("Nimbus Cloud GmbH is saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="Issuers")).to_be_focused()
    listed = page.get_by_role("table", name="Issuers").get_by_role("row").nth(1)
    expect(listed).to_contain_text(
        text("Nimbus Cloud GmbH|nimbus|Germany|Europe/Berlin|October 2026|14 days|2 rules")
    )
    sent = api.sent("PUT", PUT)[0]
    assert sent["party"] == {**ISSUER, "registration": "", "email": ""}
    assert sent["taxes"] == [books.tax_rule()]
    assert (sent["first_period"], sent["longest_number"], sent["due_days"]) == ("2026-11", None, 14)


def test_an_issuer_is_sent_back_as_it_was_but_for_what_is_changed(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "issuers")
    edit(page)
    expect(page.get_by_text("Next: NC-2026-0143")).to_be_visible()
    expect(page.get_by_text("Next: RC-2026-0010")).to_be_visible()
    page.get_by_label("Longest number").fill("10")
    expect(page.get_by_text("NC-2026-0143 is longer than 10 characters.")).to_be_visible()
    page.get_by_label("Longest number").fill("16")
    page.get_by_label("Fiscal year begins in").select_option("April")
    invoices = page.get_by_label("Invoices", exact=True)
    invoices.fill("NC/{fy}/{n:04}")
    expect(invoices).to_have_accessible_description("Next: NC/2026-27/0001")
    api.put("PUT", PUT, books.issuer())
    page.get_by_role("button", name="Save issuer").click()
    expect(page.get_by_role("heading", name="Issuers")).to_be_focused()
    kept = {k: v for k, v in books.issuer().items() if k not in ("id", "logo")}
    kept |= {"longest_number": 16, "fiscal_year_start": 4}
    kept["series"] = {**kept["series"], "invoice": "NC/{fy}/{n:04}"}
    assert api.sent("PUT", PUT) == [kept]


def test_what_the_api_refuses_stands_at_its_field_and_at_its_tax_rule(
    show: Show, api: FakeApi
) -> None:
    page = show_part(show, api, "issuers", (400,))
    edit(page)
    fields = {
        "bank.iban": "'DE03' is no IBAN: a digit is wrong",
        "taxes.1.note": "documents must say why there is no tax: write it",
    }
    refused = {"error": "InvalidInput", "message": "it is wrong", "fields": fields}
    api.put("PUT", PUT, refused, status=400)
    page.get_by_role("button", name="Save issuer").click()
    expect(page.get_by_text("This was not saved.")).to_be_visible()
    expect(page.get_by_label("IBAN")).to_be_focused()
    expect(page.get_by_label("IBAN")).to_have_accessible_description(f"{fields['bank.iban']}.")
    rule = page.get_by_role("table", name="Taxes").get_by_role("row").nth(2)
    expect(rule).to_contain_text("Documents must say why there is no tax: write it.")
    dialog = open_rule(page, "Edit tax rule Reverse charge", "Edit the tax rule")
    note = dialog.get_by_label("Note")
    expect(note).to_be_focused()
    expect(note).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("Percent")).to_have_count(0)
    note.fill("")
    dialog.get_by_role("button", name="Keep").click()
    expect(note).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Category").select_option("Standard rate")
    dialog.get_by_label("Percent").fill("18")
    dialog.get_by_role("button", name="Add part").click()
    dialog.get_by_label("Name of part 1").fill("CGST")
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog.get_by_text("Each part needs a name and a percent.")).to_be_visible()
    assert_sound(page)
    dialog.get_by_label("Percent of part 1").fill("18")
    dialog.get_by_role("button", name="Keep").click()
    expect(rule).to_contain_text(text("Reverse charge|CGST 18%"))
    page.get_by_role("button", name="Remove tax rule VAT 19%").click()
    expect(page.get_by_role("button", name="Add tax rule")).to_be_focused()
    api.put("PUT", PUT, books.issuer())
    page.get_by_role("button", name="Save issuer").click()
    expect(page.get_by_role("heading", name="Issuers")).to_be_focused()
    sent = api.sent("PUT", PUT)[1]["taxes"]
    assert [(rule["percent"], rule["parts"]) for rule in sent] == [
        ("18", [{"name": "CGST", "percent": "18"}])
    ]


def test_a_logo_is_seen_before_it_is_used(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "issuers")
    edit(page)
    file: Any = {"name": "logo.gif", "mimeType": "image/gif", "buffer": b"GIF89a"}
    page.get_by_label("Picture").set_input_files(file)
    expect(page.get_by_text("Choose a PNG or an SVG.")).to_be_visible()
    file = {"name": "logo.png", "mimeType": "image/png", "buffer": PNG}
    page.get_by_label("Picture").set_input_files(file)
    picture = page.get_by_role("img", name="How the new logo looks")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.naturalWidth") == 1
    api.put("PUT", f"{PUT}/logo", books.issuer(logo="logos/1.png"))
    page.get_by_role("button", name="Use this logo").click()
    expect(page.get_by_text("The logo is saved.")).to_be_visible()
    expect(page.get_by_text("A logo is set.")).to_be_visible()
    sent = {"media_type": "image/png", "data": base64.b64encode(PNG).decode()}
    assert api.sent("PUT", f"{PUT}/logo") == [sent]


def open_details(show: Show, api: FakeApi, expected: tuple[int, ...] = (), **changes: Any) -> Page:
    """Open the billing details of acme."""
    serve_books(api)
    api.put("GET", DETAILS, books.details(**changes))
    page = show("/#/operations/accounts", at=NOW, expect=expected)
    page.get_by_role("button", name="Billing details of acme").click()
    expect(page.get_by_role("heading", name="Billing details of acme")).to_be_focused()
    return page


def test_the_billing_details_of_an_account_are_set(show: Show, api: FakeApi) -> None:
    page = open_details(show, api)
    expect(page.get_by_text("Not complete: nothing is invoiced")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Acme Ltd")
    page.get_by_label("E-mail recipients").fill("ada@acme.example\nnobody")
    save = page.get_by_role("button", name="Save billing details")
    save.click()
    for wrong in ("Enter street and house.", "'nobody' is not an e-mail address."):
        expect(page.get_by_text(wrong)).to_be_visible()
    page.get_by_label("Payment", exact=True).select_option("In advance, from a wallet")
    page.get_by_label("Low balance").fill("50")
    page.get_by_label("What happens").select_option("hold")
    expect(page.get_by_label("Only report it (dry run)")).to_be_checked()
    page.get_by_label("After days").fill("3")
    assert_sound(page)
    resize(page, 360)
    assert sideways_scroll(page) == 0
    page.get_by_label("Only report it (dry run)").uncheck()
    expect(page.get_by_text("It is done in CloudStack by itself")).to_be_visible()
    page.get_by_label("Street and house").fill("Unit 7\nHarbour House")
    page.get_by_label("Postal code").fill("D02 X285")
    page.get_by_label("City").fill("Dublin")
    page.get_by_label("Country").select_option("Ireland")
    page.get_by_label("Tax id").fill("IE6388047V")
    page.get_by_label("E-mail recipients").fill("ada@acme.example\n bob@acme.example ")
    api.put("PUT", DETAILS, books.details(complete=True, party=CUSTOMER))
    save.click()
    expect(page.get_by_text("The billing details of acme are saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="Billing accounts")).to_be_focused()
    kept = {k: v for k, v in books.details().items() if k not in ("account", "complete")}
    assert api.sent("PUT", DETAILS) == [
        {
            **kept,
            "party": CUSTOMER,
            "recipients": ["ada@acme.example", "bob@acme.example"],
            "payment_mode": "prepaid",
            "low_balance": {"amount": "50", "currency": "EUR"},
            "enforcement": {"action": "hold", "after_days": 3, "dry_run": False},
        }
    ]


def test_details_that_are_refused_say_where(show: Show, api: FakeApi) -> None:
    limit = answers.money("100.00")
    page = open_details(show, api, (400,), party=CUSTOMER, complete=True, credit_limit=limit)
    expect(page.get_by_text("Complete", exact=True)).to_be_visible()
    expect(page.get_by_label("Credit limit")).to_have_value("100.00")
    page.get_by_label("Tax class").select_option("reverse")
    told = "customers of tax class reverse need a tax id"
    refused = {"error": "InvalidInput", "message": told, "fields": {"party.tax_id": told}}
    api.put("PUT", DETAILS, refused, status=400)
    page.get_by_role("button", name="Save billing details").click()
    expect(page.get_by_label("Tax id")).to_be_focused()
    expect(page.get_by_text("Customers of tax class reverse need a tax id.")).to_be_visible()
    assert api.sent("PUT", DETAILS)[0]["tax_class"] == "reverse"


def test_details_that_cannot_be_read_can_be_asked_for_again(show: Show, api: FakeApi) -> None:
    serve_books(api)
    api.put("GET", "/admin/issuers", {"issuers": []})
    api.put("GET", DETAILS, {"error": "InternalError", "message": "it broke"}, status=500)
    page = show("/#/operations/accounts", at=NOW, expect=(500,))
    page.get_by_role("button", name="Billing details of acme").click()
    failed = page.get_by_role("alert")
    expect(failed).to_contain_text("The billing details could not be loaded")
    api.put("GET", DETAILS, books.details(issuer=""))
    failed.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Add an issuer first: without one nobody can")).to_be_visible()
