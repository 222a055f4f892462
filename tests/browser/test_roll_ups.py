"""Roll-ups: the list, adding one, ending one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from . import answers
from .fake_api import UNAVAILABLE, FakeApi, serve_operator
from .operator_answers import roll_up, roll_ups
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser
Show = Callable[..., Page]


def open_accounts(show: Show, api: FakeApi, expect_statuses: tuple[int, ...] = ()) -> Page:
    """Open the roll-ups and the billing accounts."""
    serve_operator(api)
    page = show("/#/operations/accounts", expect=expect_statuses)
    expect(page.get_by_role("table", name="Roll-ups")).to_be_visible()
    return page


def open_form(page: Page) -> Locator:
    """Open the form for a new roll-up."""
    page.get_by_role("button", name="Add roll-up").click()
    return page.get_by_role("dialog", name="Add a roll-up")


def test_roll_ups_tell_what_is_billed_to_whom_and_since_when(show: Show, api: FakeApi) -> None:
    page = open_accounts(show, api)
    rows = page.get_by_role("table", name="Roll-ups").get_by_role("row")
    domain = re.compile("/acme/sales.*Domain and below.*Frankfurt.*acme.*1 November 2026.*open")
    expect(rows.nth(1)).to_have_text(domain)
    expect(rows.nth(2)).to_have_text(re.compile("apollo.*1 September 2026.*1 November 2026"))
    expect(rows.nth(2).get_by_role("button")).to_have_count(0)


def test_a_domain_is_rolled_up_to_an_account_that_is_named(show: Show, api: FakeApi) -> None:
    page = open_accounts(show, api)
    dialog = open_form(page)
    dialog.get_by_label("Kind").select_option("Domain and below")
    dialog.get_by_label("Path of the domain").fill(" /globex/labs ")
    dialog.get_by_label("Billing account").fill("globex")
    dialog.get_by_label("From").fill("2026-11-01")
    added = roll_up(source="/globex/labs", source_name="/globex/labs")
    api.put("POST", "/admin/roll-ups", added, status=201)
    api.put("GET", "/admin/roll-ups", {"roll_ups": [added, *roll_ups()["roll_ups"]]})
    dialog.get_by_role("button", name="Add roll-up").click()
    expect(page.get_by_text("Roll-up added. /globex/labs is rated again.")).to_be_visible()
    expect(page.get_by_role("table", name="Roll-ups").get_by_role("row")).to_have_count(4)
    expect(page.get_by_role("button", name="Add roll-up")).to_be_focused()
    sent = {"connection": "main", "kind": "domain", "source": "/globex/labs"}
    sent |= {"billing_account": answers.GLOBEX["id"], "from": "2026-11-01"}
    assert api.sent("POST", "/admin/roll-ups") == [sent]


def test_an_account_that_is_picked_is_named_below_its_id(show: Show, api: FakeApi) -> None:
    dialog = open_form(open_accounts(show, api))
    expect(dialog.locator("datalist option")).to_have_count(4)
    field = dialog.get_by_label("Billing account")
    field.fill(answers.GLOBEX["id"])
    expect(field).to_have_accessible_description("globex · /globex")


def test_what_is_missing_is_marked_at_its_field(show: Show, api: FakeApi) -> None:
    page = open_accounts(show, api)
    dialog = open_form(page)
    dialog.get_by_role("button", name="Add roll-up").click()
    expect(dialog.get_by_role("alert")).to_have_text("Please check the marked fields.")
    expect(dialog.get_by_label("UUID of the account")).to_be_focused()
    for words in ("Enter the source.", "Choose a billing account.", "Choose a day."):
        expect(dialog.get_by_text(words)).to_be_visible()
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    assert api.sent("POST", "/admin/roll-ups") == []


def test_what_the_api_refuses_is_said_at_the_field_or_above(show: Show, api: FakeApi) -> None:
    page = open_accounts(show, api, (400, 409))
    dialog = open_form(page)
    dialog.get_by_label("UUID of the account").fill("nobody")
    dialog.get_by_label("Billing account").fill("acme")
    dialog.get_by_label("From").fill("2026-09-01")
    wrong = {"error": "InvalidInput", "message": "no such account"}
    wrong |= {"fields": {"source": "there is no such account"}}  # type: ignore[dict-item]
    api.put("POST", "/admin/roll-ups", wrong, status=400)
    dialog.get_by_role("button", name="Add roll-up").click()
    source = dialog.get_by_label("UUID of the account")
    expect(source).to_be_focused()
    expect(source).to_have_accessible_description(
        "As CloudStack shows it. There is no such account."
    )
    early = "2026-09-01 lies before the open period; choose 2026-11-01 or later"
    api.put("POST", "/admin/roll-ups", {"error": "Conflict", "message": early}, status=409)
    dialog.get_by_role("button", name="Add roll-up").click()
    expect(dialog.get_by_role("alert")).to_have_text(f"{early}. Nothing was changed.")
    expect(source).to_have_value("nobody")


def test_a_roll_up_is_ended(show: Show, api: FakeApi) -> None:
    page = open_accounts(show, api)
    end = page.get_by_role("button", name="End the roll-up of /acme/sales")
    end.click()
    dialog = page.get_by_role("dialog", name="End the roll-up of /acme/sales?")
    dialog.get_by_role("button", name="End roll-up").click()
    expect(dialog.get_by_text("Choose a day.")).to_be_visible()
    dialog.get_by_label("Until").fill("2026-12-01")
    path = "/admin/roll-ups/main%3Adomain%3A%2Facme%2Fsales/end"
    api.put("POST", path, roll_up(until="2026-12-01"))
    api.put("GET", "/admin/roll-ups", {"roll_ups": [roll_up(until="2026-12-01")]})
    dialog.get_by_role("button", name="End roll-up").click()
    expect(page.get_by_text("The roll-up of /acme/sales ends.")).to_be_visible()
    expect(page.get_by_role("table", name="Roll-ups")).to_contain_text("1 December 2026")
    assert api.sent("POST", path) == [{"until": "2026-12-01"}]
    # The button that opened the dialog is gone.
    expect(page.get_by_role("heading", name="Roll-ups")).to_be_focused()


def test_roll_ups_and_accounts_are_empty_or_fail_in_words(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    api.put("GET", "/admin/roll-ups", {"roll_ups": []})
    api.put("GET", "/admin/accounts", UNAVAILABLE, status=503)
    page = show("/#/operations/accounts", expect=(503,))
    expect(page.get_by_text("No roll-ups", exact=True)).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("The billing accounts could not be loaded")
    assert_sound(page)
    api.put("GET", "/admin/accounts", {"accounts": [], "next": None})
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No billing accounts yet")).to_be_visible()
