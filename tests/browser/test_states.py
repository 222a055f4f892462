"""Every state of the page, with the answers the API would give, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from . import answers
from .conftest import FakeApi, Guard, accessibility_faults, sideways_scroll

pytestmark = pytest.mark.browser
REMEMBERED = "localStorage.setItem('stacktally-session-until', '2099-01-01T00:00:00Z')"
UNAVAILABLE = {"error": "Unavailable", "message": "the tables did not answer; try again later"}
ARABIC = {**answers.INITECH, "language": "ar-KW"}
EVERYBODY = [answers.ACME, answers.APOLLO, answers.GLOBEX, answers.INITECH]
REJECTED = {
    "kind": "rejects",
    "count": 12,
    "message": "12 usage records could not be billed yet: usage type 14",
}


@pytest.fixture
def show(
    site_context: BrowserContext, site_files: str, api: FakeApi, watch: Callable[..., Guard]
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the page signed in (or not), with `api` behind it."""
    pages = []

    def open_it(path: str = "/", signed_in: bool = True, expect: tuple[int, ...] = ()) -> Page:
        page = site_context.new_page()
        pages.append(page)
        watch(page, site_files).expect(*expect)
        page.add_init_script(REMEMBERED if signed_in else "localStorage.clear()")
        page.route("**/api/**", api.handle)
        page.goto(path)
        return page

    yield open_it
    for page in pages:
        page.close()


def serve(api: FakeApi, overview: Any, session: Any = None, alerts: Any = None) -> None:
    """Put the answers of a signed-in visitor."""
    api.put("GET", "/session", session or answers.session(accounts=[overview["account"]]))
    api.put("GET", "/overview", overview)
    api.put("GET", "/alerts", alerts or answers.alerts(0))


def serve_operator(api: FakeApi) -> None:
    """Put the answers of the operator's panel, too."""
    serve(api, answers.overview(), answers.session("operator", EVERYBODY))
    api.put("GET", "/admin/windows", answers.windows())
    api.put("GET", "/admin/rejects", answers.rejects())
    api.put("GET", "/admin/accounts", answers.admin_accounts())


def assert_sound(page: Page) -> None:
    """Check that axe-core finds nothing, light and dark, and nothing scrolls sideways."""
    assert accessibility_faults(page) == []
    assert sideways_scroll(page) == 0


SHOWN = [
    ("a running month", answers.overview(), "Month-to-date for November 2026"),
    ("no usage yet", answers.new_account(), "CloudStack reports usage once a day"),
    ("too young for a forecast", answers.young_month(), "Needs 3 days of usage."),
    (
        "a warning and a budget",
        answers.overview(warnings=[REJECTED], budget=answers.budget()),
        f"{REJECTED['message']}.",
    ),
    (
        "stale usage and too much spent",
        answers.overview(stale=True, budget=answers.over_budget()),
        "11.8% over",
    ),
    ("Kuwaiti dinars", answers.overview(answers.INITECH, "412.345"), "KWD\xa0412.345"),
]


@pytest.mark.parametrize(
    ("overview", "text"), [row[1:] for row in SHOWN], ids=[row[0] for row in SHOWN]
)
def test_every_state_is_accessible_in_light_and_dark(
    show: Callable[..., Page], api: FakeApi, overview: Any, text: str
) -> None:
    serve(api, overview, alerts=answers.alerts(5))
    page = show()
    expect(page.get_by_text(text).first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Billing overview")
    assert_sound(page)


def test_nothing_scrolls_sideways_at_any_width(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview(answers.GLOBEX, "12345678901.23", budget=answers.over_budget()))
    page = show()
    expect(page.get_by_role("button", name="Edit alert")).to_be_visible()
    wide = {}
    for dialog in (False, True):
        if dialog:
            page.get_by_role("button", name="Edit alert").click()
        for width in (1920, 1440, 768, 360):
            page.set_viewport_size({"width": width, "height": 900})
            wide[dialog, width] = sideways_scroll(page)
    assert set(wide.values()) == {0}, wide


@pytest.mark.parametrize(
    ("account", "spent", "shown"),
    [
        (answers.ACME, "1342.18", "€1,342.18"),
        (answers.GLOBEX, "1234567.89", "₹12,34,567.89"),
        (answers.INITECH, "412.345", "KWD 412.345"),
        ({**answers.ACME, "currency": "JPY", "language": "ja-JP"}, "1234567", "¥1,234,567"),
        ({**answers.ACME, "language": "de-DE"}, "1342.18", "1.342,18 €"),
        ({**answers.ACME, "language": "not a language"}, "1342.18", "€1,342.18"),
        (answers.ACME, "90071992547409931.07", "€90,071,992,547,409,931.07"),
    ],
    ids=["EUR", "INR grouping", "KWD", "JPY", "German", "unknown language", "beyond a double"],
)
def test_amounts_keep_every_digit_in_the_accounts_language(
    modules: Page, account: Any, spent: str, shown: str
) -> None:
    format_money = """async ([account, money]) => {
        const [{formatMoney}, {localeOf}] = [await import('/money.js'), await import('/locale.js')];
        return formatMoney(money, localeOf(account).language);
    }"""
    text = modules.evaluate(format_money, [account, answers.money(spent, account["currency"])])
    # Intl puts a no-break space where people type a space, and a fullwidth yen in Japanese.
    assert text.replace("\xa0", " ").replace("\uffe5", "¥") == shown


def test_services_and_days_are_tables_with_the_total_of_the_api(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve(api, answers.overview())
    page = show()
    services = page.get_by_role("table", name="Details by service")
    expect(services.get_by_role("row")).to_have_count(11)
    expect(services.get_by_role("row").last).to_have_text(re.compile(r"Total.*€1,342\.18.*100%"))
    page.get_by_text("Show the days as a table").click()
    days = page.get_by_role("table", name="Spend by day, November 2026")
    expect(days.get_by_role("row")).to_have_count(24)
    expect(days.get_by_role("row").last).to_have_text(re.compile(r"Total.*€1,342\.18"))
    expect(page.get_by_role("img")).to_have_count(3)
    assert_sound(page)


def test_stale_usage_is_said_beside_its_time(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview(stale=True))
    page = show()
    expect(page.locator(".page-period")).to_contain_text("Out of date")
    expect(page.get_by_text("These amounts are older than usual")).to_be_visible()


def test_charts_follow_the_colour_scheme(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview())
    page = show()
    draw = "() => [...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"
    expect(page.locator("canvas")).to_have_count(3)
    light = page.evaluate(draw)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        f"(before) => ({draw})().every((now, at) => now !== before[at])", arg=light
    )


def test_dates_are_in_the_accounts_time_zone(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview())
    page = show()
    as_of = page.locator(".page-period time")
    expect(as_of).to_have_text(re.compile("23 Nov 2026, 00:00"))  # 23:00 UTC the day before
    expect(page.get_by_text("on 1 December 2026")).to_be_visible()
    expect(page).to_have_title("Billing overview · acme · StackTally")


def test_an_arabic_account_is_laid_out_from_right_to_left(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve(api, answers.overview(ARABIC, "412.345"))
    page = show()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    summary = page.locator(".summary").bounding_box()
    services = page.locator(".services").bounding_box()
    assert summary and services and summary["x"] > services["x"]
    assert_sound(page)


def test_loading_shows_grey_shapes_and_says_so(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview())
    held: list[Route] = []
    api.put("GET", "/overview", held.append)
    page = show()
    expect(page.locator("[aria-busy=true]")).to_be_visible()
    expect(page.get_by_text("Loading the billing overview")).to_be_attached()
    assert_sound(page)
    held[0].fulfill(json=answers.overview())
    expect(page.get_by_text("Month-to-date for November 2026")).to_be_visible()


def test_a_failure_says_why_and_can_be_tried_again(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview())
    api.put("GET", "/overview", UNAVAILABLE, status=503)
    page = show(expect=(503,))
    expect(page.get_by_role("alert")).to_contain_text("The tables did not answer; try again later.")
    assert_sound(page)
    api.put("GET", "/overview", answers.overview())
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Month-to-date for November 2026")).to_be_visible()


def test_another_accounts_address_is_refused_in_words(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve(api, answers.overview())
    unknown = {"error": "NotFound", "message": "there is no such billing account"}
    api.put("GET", "/overview", unknown, status=404)
    page = show("/#/account/somebody-else", expect=(404,))
    expect(page.get_by_role("alert")).to_contain_text("There is no such billing account.")
    assert api.requests[-1][1] == "/overview?account=somebody-else"
    assert_sound(page)


def test_a_lost_connection_is_said_in_words(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview())
    api.put("GET", "/overview", lambda route: route.abort())
    page = show(expect=(0,))
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")


def test_alerts_that_fail_leave_the_rest_standing(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview(budget=answers.budget()))
    api.put("GET", "/alerts", UNAVAILABLE, status=503)
    page = show(expect=(503,))
    expect(page.get_by_text("The alerts could not be loaded.")).to_be_visible()
    expect(page.get_by_text("Month-to-date for November 2026")).to_be_visible()
    assert_sound(page)


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
    page = show()
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
    page = show()
    expect(page.get_by_text("No billing accounts yet")).to_be_visible()
    assert_sound(page)


def test_a_tenant_has_no_operations_page(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview())
    page = show("/#/operations")
    expect(page.get_by_role("heading", level=1)).to_have_text("Billing overview")
    expect(page.get_by_role("link", name="Operations")).to_have_count(0)


def test_the_skip_link_is_first_and_leads_to_the_content(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve(api, answers.overview())
    page = show()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_invoices_will_have_their_table(show: Callable[..., Page], api: FakeApi) -> None:
    invoices = [
        {"number": None, "due": None, "payable": answers.money("1342.18"), "status": "draft"},
        {
            "number": "ST-2026-000041",
            "due": "2026-11-15",
            "payable": answers.money("1704.57"),
            "status": "unpaid",
        },
    ]
    serve(api, answers.overview(invoices=invoices))
    page = show()
    table = page.get_by_role("table", name="Billing notifications")
    expect(table.get_by_role("row").nth(1)).to_have_text(re.compile("Draft.*€1,342.18.*Draft"))
    due = re.compile("ST-2026-000041.*15 November 2026.*Unpaid")
    expect(table.get_by_role("row").nth(2)).to_have_text(due)
    assert_sound(page)
