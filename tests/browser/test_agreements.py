"""Agreements with an account and its terms."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from . import price_answers
from .agreement_answers import PATH, agreement, discount, every_kind, serve_agreements
from .answers import ACME, money
from .fake_api import UNAVAILABLE, FakeApi, serve_operator
from .soundness import assert_sound, resize

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
TERMS = f"/admin/accounts/{ACME['id']}"


def open_acme(
    show: Show, api: FakeApi, *agreements: Any, expect_statuses: tuple[int, ...] = ()
) -> Page:
    """Open what is agreed with acme."""
    serve_operator(api)
    serve_agreements(api, *agreements)
    page = show("/#/operations/accounts", expect=expect_statuses)
    page.get_by_role("button", name="Agreements and terms of acme").click()
    expect(page.get_by_role("heading", name="Terms of acme")).to_be_focused()
    return page


def open_form(page: Page, kind: str) -> Locator:
    """Open the form for an agreement of a kind."""
    page.get_by_role("button", name="Add agreement").click()
    dialog = page.get_by_role("dialog", name="Add an agreement")
    dialog.get_by_label("Kind", exact=True).select_option(kind)
    return dialog


def test_every_kind_of_agreement_is_a_sentence(show: Show, api: FakeApi) -> None:
    page = open_acme(show, api, *every_kind())
    rows = page.get_by_role("table", name="Agreements").get_by_role("row")
    for place, words in enumerate(
        (
            "10% discount on everything.*1 November 2026.*open.*framework contract",
            "5% surcharge on Data transfer.*1 December 2026",
            "At least €500.00 a month.*Minimum commitment",
            "Credit of €100.00.*€40.00 used, €60.00 left.*1 January 2027",
            "100 GiB of Data sent free each month",
            "2 × Gold support.*pro rata",
        ),
        start=1,
    ):
        expect(rows.nth(place)).to_have_text(re.compile(words, re.DOTALL))
    # What has ended cannot be ended again; a credit can, before it expires.
    expect(rows.nth(2).get_by_role("button")).to_have_count(0)
    expect(rows.nth(4).get_by_role("button")).to_have_count(1)
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    page.get_by_role("button", name="Back to all accounts").click()
    expect(page.get_by_role("heading", name="Billing accounts")).to_be_focused()


@pytest.mark.parametrize(
    ("kind", "typed", "sent"),
    [
        (
            "Discount or surcharge",
            ({"On": "One kind of service", "Kind of service": "Volumes"}, {"Percent": "12.5"}),
            {"kind": "adjustment", "percent": "-12.5", "scope": "service:volumes"},
        ),
        (
            "Discount or surcharge",
            (
                {
                    "Effect": "Surcharge",
                    "On": "One meter or service",
                    "Meter or service": "Data sent",
                },
                {"Percent": "5"},
            ),
            {"kind": "adjustment", "percent": "5", "scope": "meter:network_sent"},
        ),
        (
            "Discount or surcharge",
            ({"On": "One meter or service", "Meter or service": "Set-up fee"}, {"Percent": "100"}),
            {"kind": "adjustment", "percent": "-100", "scope": "meter:service:set_up"},
        ),
        (
            "Minimum commitment",
            ({}, {"Amount a month": "500"}),
            {"kind": "commitment", "amount": money("500")},
        ),
        (
            "Credit",
            ({}, {"Amount": "100.00", "Expires on": "2027-01-01"}),
            {"kind": "credit", "amount": money("100.00"), "until": "2027-01-01"},
        ),
        (
            "Free quantity",
            ({"Meter": "Volume", "Counted in": "GiB-months"}, {"Quantity a month": "100"}),
            {"kind": "free_quota", "meter": "volume", "quantity": "100", "per": "gib_month"},
        ),
        (
            "Service",
            ({"Part of a month": "Charged in full"}, {"Quantity": "2"}),
            {"kind": "service", "service": "gold_support", "quantity": "2", "prorated": False},
        ),
        (
            "Service",
            ({"Service": "Set-up fee"}, {"Quantity": "1"}),
            {"kind": "service", "service": "set_up", "quantity": "1", "prorated": False},
        ),
    ],
)
def test_each_kind_is_agreed(show: Show, api: FakeApi, kind: str, typed: Any, sent: Any) -> None:
    page = open_acme(show, api)
    expect(page.get_by_text("No agreements")).to_be_visible()
    dialog = open_form(page, kind)
    chosen, filled = typed
    for label, choice in chosen.items():
        dialog.get_by_label(label, exact=True).select_option(choice)
    for label, value in filled.items():
        dialog.get_by_label(label, exact=True).fill(value)
    dialog.get_by_label("From").fill("2026-12-01")
    assert_sound(page)
    api.put("POST", PATH, discount(), status=201)
    serve_agreements(api, discount())
    dialog.get_by_role("button", name="Add agreement").click()
    expect(page.get_by_text("Agreed: 10% discount on everything.")).to_be_visible()
    expect(page.get_by_role("table", name="Agreements")).to_be_visible()
    assert api.sent("POST", PATH) == [{"from": "2026-12-01", "until": None, **sent}]


def test_what_is_missing_is_marked_and_what_is_refused_is_said(show: Show, api: FakeApi) -> None:
    page = open_acme(show, api, expect_statuses=(400,))
    dialog = open_form(page, "Credit")
    dialog.get_by_label("Amount").fill("-5")
    dialog.get_by_label("Expires on").fill("2026-11-01")
    dialog.get_by_role("button", name="Add agreement").click()
    for words in ("Enter a number above zero.", "Choose a day."):
        expect(dialog.get_by_text(words)).to_be_visible()
    expect(dialog.get_by_label("Amount")).to_be_focused()
    dialog.get_by_label("From").fill("2026-11-01")
    dialog.get_by_role("button", name="Add agreement").click()
    expect(dialog.get_by_text("It would end before it begins.")).to_be_visible()
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    assert api.sent("POST", PATH) == []
    dialog.get_by_label("Amount").fill("5.001")
    dialog.get_by_label("Expires on").fill("")
    wrong = {"amount": "EUR has 2 decimals; give no more"}
    refusal = {"error": "InvalidInput", "message": "wrong", "fields": wrong}
    api.put("POST", PATH, refusal, status=400)
    dialog.get_by_role("button", name="Add agreement").click()
    expect(dialog.get_by_text("EUR has 2 decimals; give no more.")).to_be_visible()


def test_without_priced_services_the_way_to_one_is_told(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    serve_agreements(api)
    api.put("GET", "/catalogue", price_answers.catalogue(services=[]))
    page = show("/#/operations/accounts")
    page.get_by_role("button", name="Agreements and terms of acme").click()
    dialog = open_form(page, "Service")
    expect(dialog.get_by_text("No rate card prices a service yet.")).to_be_visible()
    assert_sound(page)


def test_an_agreement_is_ended(show: Show, api: FakeApi) -> None:
    page = open_acme(show, api, discount())
    page.get_by_role("button", name="End the agreement: 10% discount on everything").click()
    dialog = page.get_by_role("dialog", name="End the agreement?")
    dialog.get_by_role("button", name="End agreement").click()
    expect(dialog.get_by_text("Choose a day.")).to_be_visible()
    assert_sound(page)
    dialog.get_by_label("First day without it").fill("2027-01-01")
    ended = agreement("a-1", "adjustment", percent="-10", scope="all", until="2027-01-01")
    api.put("POST", f"{PATH}/a-1/end", ended)
    serve_agreements(api, ended)
    dialog.get_by_role("button", name="End agreement").click()
    expect(page.get_by_text("Ends: 10% discount on everything.")).to_be_visible()
    expect(page.get_by_role("table", name="Agreements")).to_contain_text("1 January 2027")
    expect(page.get_by_role("heading", name="Agreements")).to_be_focused()
    assert api.sent("POST", f"{PATH}/a-1/end") == [{"until": "2027-01-01"}]


def test_the_terms_are_changed(show: Show, api: FakeApi) -> None:
    page = open_acme(show, api, expect_statuses=(409,))
    terms = page.get_by_role("region", name="Terms of acme")
    expect(terms).to_contain_text("Charged while allocated")
    page.get_by_role("button", name="Change terms").click()
    dialog = page.get_by_role("dialog", name="Change the terms")
    dialog.get_by_label("Time zone").fill(" Europe/Dublin ")
    dialog.get_by_label("Stopped virtual machines").select_option("Free while stopped")
    for width in (1440, 360):
        resize(page, width)
        assert_sound(page)
    resize(page, 1440)
    why = "the account has a budget in EUR"
    api.put("PUT", TERMS, {"error": "Conflict", "message": why}, status=409)
    dialog.get_by_role("button", name="Save terms").click()
    failure = dialog.get_by_role("alert")
    expect(failure).to_have_text("The account has a budget in EUR. Nothing was changed.")
    stored = {"currency": "EUR", "language": "en-IE", "time_zone": "Europe/Dublin"}
    stored |= {"stopped_vms": "free"}
    api.put("PUT", TERMS, {"id": ACME["id"], **stored})
    dialog.get_by_role("button", name="Save terms").click()
    expect(page.get_by_text("The terms of acme are saved.")).to_be_visible()
    expect(terms).to_contain_text("Europe/Dublin")
    expect(terms).to_contain_text("Free while stopped")
    assert api.sent("PUT", TERMS)[1] == stored


def test_agreements_that_fail_can_be_asked_for_again(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    api.put("GET", PATH, UNAVAILABLE, status=503)
    page = show("/#/operations/accounts", expect=(503,))
    page.get_by_role("button", name="Agreements and terms of acme").click()
    expect(page.get_by_role("alert")).to_contain_text("The agreements could not be loaded")
    assert_sound(page)
    serve_agreements(api)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No agreements")).to_be_visible()
