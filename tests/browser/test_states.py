"""Every state of the overview, with the answers the API would give, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import answers
from .fake_api import UNAVAILABLE, FakeApi, serve
from .interception import Route, arrived
from .soundness import assert_sound, sideways_scroll

pytestmark = pytest.mark.browser
ARABIC = {**answers.INITECH, "language": "ar-KW"}
REJECTED = {
    "kind": "rejects",
    "count": 12,
    "message": "12 usage records could not be billed yet: usage type 14",
}


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


def expect_charts(page: Page, count: int) -> None:
    """Wait until so many charts are drawn: that comes a moment after their canvases."""
    drawn = "() => [...document.querySelectorAll('canvas')].filter((each) => Chart.getChart(each))"
    page.wait_for_function(f"(count) => ({drawn})().length === count", arg=count)


def test_charts_follow_the_colour_scheme(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview())
    page = show()
    draw = "() => [...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"
    expect_charts(page, 3)
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
    expect(page.get_by_text("until 1 December 2026")).to_be_visible()
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
    arrived(held, page).fulfill(json=answers.overview())
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


def test_the_skip_link_is_first_and_leads_to_the_content(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve(api, answers.overview())
    page = show()
    expect_charts(page, 3)
    page.bring_to_front()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_charts_stand_still_so_that_no_print_or_picture_lacks_its_bars(
    show: Callable[..., Page], api: FakeApi
) -> None:
    serve(api, answers.overview())
    page = show()
    page.emulate_media(reduced_motion="no-preference")
    page.reload()
    expect_charts(page, 3)
    moving = "(canvases) => canvases.map((each) => window.Chart.getChart(each).options.animation)"
    assert page.locator("canvas").evaluate_all(moving) == [False] * 3


def test_a_day_without_an_amount_has_no_tooltip(show: Callable[..., Page], api: FakeApi) -> None:
    serve(api, answers.overview())
    page = show()
    expect_charts(page, 3)
    box = page.get_by_role("img", name="Spend by day").bounding_box()
    assert box
    chart = "Chart.getChart(document.querySelector('canvas[aria-label^=Spend]'))"
    for place, told in ((0.5, 1), (0.95, 0)):
        page.mouse.move(box["x"] + place * box["width"], box["y"] + box["height"] / 2)
        page.wait_for_function(f"(told) => {chart}.tooltip.body?.length === told", arg=told)
