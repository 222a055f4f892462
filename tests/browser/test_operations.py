"""The account picker and the operator's view."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from . import answers
from .fake_api import UNAVAILABLE, FakeApi, serve, serve_operator
from .soundness import assert_sound, sideways_scroll

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


def test_the_operator_sees_connections_rejects_windows_and_accounts(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve_operator(api)
    page = show("/#/operations")
    expect(page.get_by_role("heading", name="Dublin")).to_be_visible()
    expect(page.get_by_text("CloudStack answered 530").first).to_be_visible()
    expect(page.get_by_text("Usage type 14 has no meter yet.")).to_be_visible()
    page.get_by_text("Show 1 sample").click()
    expect(page.get_by_text('"usagetype": 14')).to_be_visible()
    assert_sound(page)
    page.set_viewport_size({"width": 360, "height": 800})
    assert sideways_scroll(page) == 0
    api.put("POST", "/admin/runs", {}, status=202)
    page.get_by_role("button", name="Collect now").click()
    expect(page.get_by_text("Collection asked for.")).to_be_visible()
    assert api.sent("POST", "/admin/runs") == [{"run": "plan_collection"}]
    page.get_by_role("link", name="Overview of globex").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Billing overview")


def test_the_operators_lists_fail_and_stay_empty_in_words(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve_operator(api)
    api.put("GET", "/admin/windows", {"connections": [], "windows": []})
    api.put("GET", "/admin/accounts", {"accounts": [], "next": None})
    api.put("GET", "/admin/rejects", UNAVAILABLE, status=503)
    page = show("/#/operations", expect=(503,))
    expect(page.get_by_text("No CloudStack connection is configured")).to_be_visible()
    expect(page.get_by_text("The rejects could not be loaded")).to_be_visible()
    assert_sound(page)
    api.put("GET", "/admin/rejects", {"rejects": [], "next": None})
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No rejects")).to_be_visible()


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
