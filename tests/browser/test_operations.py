"""The account picker and the operator's view."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from . import answers
from .fake_api import FakeApi, serve, serve_operator
from .interception import Route, arrived
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser


def test_a_project_is_picked_by_keyboard(show: Callable[..., Page], api: FakeApi) -> None:
    accounts = [answers.ACME, answers.APOLLO]
    serve(api, answers.overview(), answers.session("domain_admin", accounts))
    page = show()
    picker = page.get_by_role("button", name="Account acme")
    picker.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="apollo")).to_be_visible()
    assert_sound(page)
    page.keyboard.press("Escape")
    expect(picker).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    api.put("GET", "/overview", answers.overview(answers.APOLLO, "12.00"))
    page.keyboard.press("Enter")
    expect(page.locator(".balance")).to_have_text("€12.00")
    expect(page).to_have_url(re.compile(f"#/account/{answers.APOLLO['id']}"))
    assert ("GET", f"/overview?account={answers.APOLLO['id']}", None) in api.requests


def test_a_long_list_of_accounts_can_be_searched(show: Callable[..., Page], api: FakeApi) -> None:
    many = [{**answers.ACME, "id": f"id-{place}", "name": f"tenant {place}"} for place in range(60)]
    serve(api, answers.overview(), answers.session("operator", many))
    page = show("/#/account/id-0")
    page.get_by_role("button", name="Account tenant 0").click()
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.get_by_text("20 more: type to narrow the list.")).to_be_visible()
    assert_sound(page)
    page.keyboard.type("tenant 57")
    expect(page.locator(".picker-choice")).to_have_count(1)


def test_every_part_of_operations_is_accessible_and_fits_a_phone(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve_operator(api)
    page = show("/#/operations")
    parts = {"Collection": "Windows", "To decide": "Decisions", "Accounts": "Roll-ups"}
    parts |= {"Prices": "Rate cards"}
    for link, heading in parts.items():
        page.get_by_role("link", name=link).first.click()
        expect(page.get_by_role("table", name=heading)).to_be_visible()
        expect(page).to_have_title(f"{link} · Operations · StackTally")
        for details in page.locator("details").all():
            details.locator("summary").click()
        for width in (1440, 360):
            resize(page, width)
            assert_sound(page)
            assert no_table_scrolls_on_a_phone(page) or width > 360


def no_table_scrolls_on_a_phone(page: Page) -> bool:
    """Return whether every list fits the width it has."""
    fits = "(all) => all.every((each) => each.scrollWidth <= each.clientWidth)"
    return bool(page.locator(".table-place").evaluate_all(fits))


def test_the_operations_are_laid_out_from_right_to_left(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve_operator(api)
    page = show("/#/operations/review")
    expect(page.get_by_role("table", name="Decisions")).to_be_visible()
    page.evaluate("document.documentElement.dir = 'rtl'")
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)


def test_the_keyboard_stays_on_the_link_to_another_part(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve_operator(api)
    page = show("/#/operations")
    waiting = page.get_by_role("link", name="To decide: records wait for a decision")
    waiting.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Rejects")).to_be_visible()
    expect(waiting).to_be_focused()
    expect(waiting).to_have_attribute("aria-current", "page")


def test_collecting_is_asked_for_once(show: Callable[..., Page], api: FakeApi) -> None:
    serve_operator(api)
    page = show("/#/operations")
    held: list[Route] = []
    api.put("POST", "/admin/runs", held.append)
    button = page.get_by_role("button", name="Collect now")
    button.dblclick()
    expect(button).to_have_attribute("aria-disabled", "true")
    arrived(held, page).fulfill(status=202, json={"run": "plan_collection", "state": "started"})
    expect(page.get_by_text("Collection asked for.")).to_be_visible()
    assert api.sent("POST", "/admin/runs") == [{"run": "plan_collection"}]


def test_the_list_of_accounts_leads_to_their_overview(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve_operator(api)
    page = show("/#/operations/accounts")
    page.get_by_role("link", name="Overview of globex").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Billing overview")


def test_an_operator_without_accounts_is_told_where_to_look(
    show: Callable[..., Page], api: FakeApi
) -> None:
    api.put("GET", "/session", answers.session("operator", []))
    page = show("/#/account")
    expect(page.get_by_text("No billing accounts yet")).to_be_visible()
    assert_sound(page)


def test_an_operator_begins_with_the_operations(show: Callable[..., Page], api: FakeApi) -> None:
    serve_operator(api)
    expect(show().get_by_role("heading", level=1)).to_have_text("Operations")


def test_a_tenant_has_no_operations_page(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview())
    page = show("/#/operations")
    expect(page.get_by_role("heading", level=1)).to_have_text("Billing overview")
    expect(page.get_by_role("link", name="Operations")).to_have_count(0)
