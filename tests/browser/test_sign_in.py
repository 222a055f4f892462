"""Signing in by password and by signed request, and being signed out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from . import answers
from .fake_api import FakeApi, serve
from .soundness import assert_sound

pytestmark = pytest.mark.browser


def test_a_session_that_ends_goes_back_to_the_sign_in(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve(api, answers.overview())
    page = show(expect=(401,))
    page.get_by_role("button", name="Setup alert").click()
    page.get_by_label("Amount per month").fill("10")
    page.get_by_label("E-mail recipients").fill("ada@acme.example")
    gone = {"error": "NotSignedIn", "message": "sign in first"}
    api.put("PUT", "/budgets/monthly", gone, status=401)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_role("status")).to_have_text("Your session has ended. Please sign in again.")
    assert_sound(page)


def test_sign_in_asks_for_nothing_before_it_is_used(
    show: Callable[..., Page], api: FakeApi
) -> None:
    page = show(signed_in=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page).to_have_title("Sign in · StackTally")
    assert api.requests == []
    assert_sound(page)


def test_a_wrong_password_is_said_and_the_right_one_opens_the_overview(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve(api, answers.overview())
    page = show(signed_in=False, expect=(401,))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Enter your user name and your password.")
    wrong = {"error": "NotSignedIn", "message": "user name, password or domain is wrong"}
    api.put("POST", "/session", wrong, status=401)
    page.get_by_label("User name").fill("acme")
    page.get_by_label("Password").fill("wrong")
    page.get_by_label("Domain").fill("/acme")
    page.get_by_label("Domain").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("User name, password or domain is wrong.")
    assert_sound(page)
    api.put("POST", "/session", answers.session())
    page.get_by_label("Password").fill("acme-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_text("Month-to-date for November 2026")).to_be_visible()
    sent = {"username": "acme", "password": "acme-demo", "domain": "/acme"}
    assert api.sent("POST", "/session")[-1] == sent


def test_a_second_factor_leads_to_the_signed_request(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve(api, answers.overview())
    needed = {"error": "SecondFactorNeeded", "message": "this user needs a second factor"}
    api.put("POST", "/session", needed, status=403)
    page = show(signed_in=False, expect=(403,))
    page.get_by_label("User name").fill("acme")
    page.get_by_label("Password").fill("acme-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in with an API key")
    assert_sound(page)
    api.put("POST", "/session", answers.session())
    page.get_by_label("API key").fill("foo")
    page.get_by_label("Secret key").fill("bar-is-secret")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Month-to-date for November 2026")).to_be_visible()
    (posted,) = api.sent("POST", "/session")[1:]
    assert list(posted) == ["signed_request"]
    assert posted["signed_request"].startswith("apiKey=foo&command=listUsers&expires=")
    assert "bar-is-secret" not in str(api.requests)


# The vectors are from CloudStack's own tests and cross-checked with the `cs` package.
@pytest.mark.parametrize(
    ("parameters", "signature"),
    [
        (
            {"apiKey": "foo", "command": "listVirtualMachines", "listall": "true"},
            "B0d6hBsZTcFVCiioSxzwKA9Pke8=",
        ),
        (
            {
                "apikey": "foo",
                "command": "listUsageRecords",
                "startdate": "2026-01-01T00:00:00+0000",
                "enddate": "2026-01-31T23:59:59+0000",
                "expires": "2026-02-01T00:10:00+0000",
                "page": "1",
                "pagesize": "500",
                "signatureversion": "3",
            },
            "aCjxz7mlIpJ83xYp/JpMeOZkwvA=",
        ),
        (
            {"apikey": "foo", "command": "listAccounts", "name": "a b~c*d/é"},
            "kFdXn/efV+SePpStbe2J8/WGbPw=",
        ),
    ],
    ids=["plain", "version 3", "odd characters"],
)
def test_the_page_signs_as_cloudstack_does(
    modules: Page, parameters: dict[str, str], signature: str
) -> None:
    sign = "async (given) => (await import('/signing.js')).signatureOf(given, 'bar')"
    assert modules.evaluate(sign, {**parameters, "response": "json"}) == signature


def test_a_signed_request_ends_after_five_minutes(modules: Page) -> None:
    sign = """async () => (await import('/signing.js')).signedListUsers(
        {apiKey: 'foo', secretKey: 'bar', now: new Date('2026-02-01T00:05:00Z')})"""
    assert "&expires=2026-02-01T00%3A10%3A00%2B0000&" in modules.evaluate(sign)
