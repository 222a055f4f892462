"""What a gateway told and could not be posted: listed, tried again, dismissed on the record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from . import billing_operator_answers as books
from . import gateway_answers as told
from .fake_api import FakeApi
from .soundness import assert_sound, resize, sideways_scroll
from .test_billing_run import show_part, text

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
GATEWAYS, UNPOSTED = "/admin/gateways", f"/admin/gateways/unposted/{told.REFUND}"
TITLE = "Could not be posted"


def show_unposted(show: Show, api: FakeApi, expected: tuple[int, ...] = ()) -> Page:
    """Open the gateways, with one event that is open and one that was dismissed."""
    page = show_part(show, api, "gateways", expected)
    api.put("GET", GATEWAYS, books.gateways(told.refund(), told.dismissed()))
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("table", name=TITLE)).to_be_visible()
    return page


def test_what_could_not_be_posted_is_told_with_what_to_do(show: Show, api: FakeApi) -> None:
    page = show_part(show, api, "gateways")
    card = page.get_by_role("region", name=TITLE)
    expect(card).to_contain_text("Nothing waits to be posted")
    assert_sound(page)
    api.put("GET", GATEWAYS, books.gateways(told.refund(), told.refund(id="b", account=None)))
    page.get_by_role("button", name="Refresh").click()
    expect(card.get_by_text("2 waiting")).to_be_visible()
    expect(card.get_by_role("row").nth(2)).to_contain_text("unknown")
    api.put("GET", GATEWAYS, books.gateways(told.refund(), told.dismissed()))
    page.get_by_role("button", name="Refresh").click()
    rows = page.get_by_role("table", name=TITLE).get_by_role("row")
    shown = [
        "Event|Account|When|Why|Amount|Change",
        "Refund|pi_3Qx1|acme|3 Nov 2026, 09:30 UTC|The account has 0.00 EUR of credit; no more"
        " can be paid back: issue a credit note first.|−€19.00|Try again|Dismiss",
        "Payment|pi_3Qx0|globex|2 Nov 2026, 08:00 UTC|The account pays in INR, not EUR; settle it"
        " by hand, then dismiss it here.|Dismissed|by olga, 2 November 2026: paid back at Stripe"
        "|€19.00|",
    ]
    for place, row in enumerate(shown):
        expect(rows.nth(place)).to_have_text(text(row))
    resize(page, 360)
    assert sideways_scroll(page) == 0
    assert_sound(page)


def test_an_event_is_tried_again(show: Show, api: FakeApi) -> None:
    page = show_unposted(show, api, (409,))
    page.get_by_role("button", name="Try again: pi_3Qx1").click()
    dialog = page.get_by_role("dialog", name="Post pi_3Qx1 now?")
    expect(dialog).to_contain_text("issue a credit note first")
    api.put("POST", UNPOSTED, {"error": "Conflict", "message": told.NO_CREDIT}, status=409)
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The account has 0.00 EUR of credit")
    assert_sound(page)
    api.put("POST", UNPOSTED, {"taken": "refunded"})
    api.put("GET", GATEWAYS, books.gateways(told.dismissed()))
    dialog.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("pi_3Qx1 is posted.")).to_be_visible()
    expect(page.get_by_role("heading", name=TITLE)).to_be_focused()
    expect(page.get_by_role("button", name="Try again: pi_3Qx1")).to_have_count(0)


def test_an_event_is_dismissed_with_a_reason(show: Show, api: FakeApi) -> None:
    page = show_unposted(show, api)
    page.get_by_role("button", name="Dismiss: pi_3Qx1").click()
    dialog = page.get_by_role("dialog", name="Dismiss pi_3Qx1?")
    dialog.get_by_role("button", name="Dismiss").click()
    expect(dialog.get_by_text("Enter a reason.")).to_be_visible()
    assert_sound(page)
    dialog.get_by_label("Reason").fill(" paid back & closed ")
    api.put("DELETE", UNPOSTED, told.dismissed())
    dialog.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("pi_3Qx1 is dismissed.")).to_be_visible()
    expect(page.get_by_role("heading", name=TITLE)).to_be_focused()
    asked = ("DELETE", f"{UNPOSTED}?reason=paid+back+%26+closed", None)
    assert asked in api.requests
