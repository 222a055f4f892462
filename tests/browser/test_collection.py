"""How far the connections are behind, their windows, and metering windows again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from . import operator_answers
from .fake_api import UNAVAILABLE, FakeApi, serve_operator
from .interception import Route
from .soundness import assert_sound

pytestmark = pytest.mark.browser
Show = Callable[..., Page]


def serve_connection(api: FakeApi, **changes: Any) -> None:
    """Put one connection, Frankfurt, with `changes`."""
    serve_operator(api)
    connection = {**operator_answers.connections()[0], **changes}
    api.put("GET", "/admin/windows", {"connections": [connection], "windows": [], "next": None})


@pytest.mark.parametrize(
    ("hours", "words", "tone"),
    [
        (None, "Nothing collected yet", "neutral"),
        (-1, "Up to date", "good"),
        (0, "Up to date", "good"),
        (1, "1 hour behind", "warn"),
        (23, "23 hours behind", "warn"),
        (24, "1 day behind", "warn"),
        (48, "2 days behind", "bad"),
        (1300, "54 days behind", "bad"),
    ],
)
def test_how_far_a_connection_is_behind_is_said_in_words(
    show: Show, api: FakeApi, hours: int | None, words: str, tone: str
) -> None:
    serve_connection(api, behind_hours=hours)
    pill = show("/#/operations").locator(".connection .pill")
    expect(pill).to_have_text(words)
    expect(pill).to_have_class(f"pill pill-{tone}")


def test_a_connection_shows_what_it_is_and_what_came_of_it(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    page = show("/#/operations")
    main, edge = page.get_by_role("article").nth(0), page.get_by_role("article").nth(1)
    expect(main).to_contain_text("CloudStack 4.20.1")
    expect(main).to_contain_text("collected by the day")
    # The end of the usage is midnight where the connection is, 23:00 UTC.
    expect(main).to_contain_text("Collected up to23 Nov 2026, 00:00 CET")
    expect(main.locator(".figure", has_text="Copies counted once")).to_contain_text("112,000")
    expect(edge).to_contain_text("collected every 60 minutes")
    expect(edge.locator(".figure", has_text="Waiting")).to_contain_text("49")
    expect(edge).to_contain_text("window 21 Nov 2026, 04:00 UTC")
    expect(edge).to_contain_text("CloudStack answered 530: the usage database is locked.")
    main.get_by_role("link", name="Decide on the holds of Frankfurt").click()
    expect(page.get_by_role("heading", name="To decide")).to_be_visible()


def test_a_new_connection_has_nothing_yet(show: Show, api: FakeApi) -> None:
    nothing = dict.fromkeys(("version", "complete_up_to", "newest_seen", "behind_hours"))
    counts = dict.fromkeys(("records", "copies", "rejects", "holds", "refused"), 0)
    none = {"complete": 0, "collecting": 0, "failed": 0, "waiting": 0}
    serve_connection(api, windows=none, **nothing, **counts)
    page = show("/#/operations")
    expect(page.get_by_text("nothing yet", exact=True)).to_have_count(2)
    expect(page.get_by_text("No window has been collected yet")).to_be_visible()
    expect(page.locator(".dot")).to_have_count(0)
    assert_sound(page)


def test_a_page_that_cannot_be_loaded_can_be_tried_again(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    api.put("GET", "/admin/windows", UNAVAILABLE, status=503)
    page = show("/#/operations", expect=(503,))
    expect(page.get_by_role("alert")).to_contain_text("The tables did not answer; try again later.")
    assert_sound(page)
    none: dict[str, Any] = {"connections": [], "windows": [], "next": None}
    api.put("GET", "/admin/windows", none)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No CloudStack connection is configured")).to_be_visible()


def test_what_cannot_be_refreshed_stays_and_is_called_old(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    page = show("/#/operations", expect=(503,))
    expect(page.get_by_role("heading", name="Dublin")).to_be_visible()
    api.put("GET", "/admin/windows", UNAVAILABLE, status=503)
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("alert")).to_contain_text("it may be out of date. The tables did not")
    expect(page.get_by_role("heading", name="Dublin")).to_be_visible()
    assert_sound(page)
    api.put("GET", "/admin/windows", operator_answers.windows())
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_windows_are_shown_by_state_and_page_by_page(show: Show, api: FakeApi) -> None:
    serve_operator(api)

    def answer(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        state, following = query.get("state", [""])[0], None if "next" in query else "more"
        route.fulfill(json=operator_answers.windows(state, following))

    api.put("GET", "/admin/windows", answer)
    page = show("/#/operations")
    rows = page.get_by_role("table", name="Windows").get_by_role("row")
    expect(rows).to_have_count(6)
    expect(rows.nth(3)).to_contain_text("3 of 11 parts")
    expect(rows.nth(4)).to_have_text(re.compile("^22 Nov 2026Frankfurt.*Complete.*14,804"))
    page.get_by_label("Show").select_option("Failed")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("the usage database is locked.")
    more = page.get_by_role("button", name="Show more")
    more.focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(3)
    expect(more).to_have_count(0)
    # The button is gone, so the keyboard is on the list.
    expect(page.get_by_role("group", name="Windows")).to_be_focused()
    assert ("GET", "/admin/windows?state=failed&next=more", None) in api.requests


def test_a_state_without_windows_says_so(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    page = show("/#/operations")
    api.put("GET", "/admin/windows", {"connections": [], "windows": [], "next": None})
    page.get_by_label("Show").select_option("Waiting")
    expect(page.get_by_text("No window is in this state")).to_be_visible()


def test_days_are_metered_again_by_keyboard(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    api.put("POST", "/admin/runs", {"run": "replay", "state": "queued", "windows": 3}, status=202)
    page = show("/#/operations")
    opener = page.get_by_role("button", name="Meter again")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Meter windows again")
    dialog.get_by_label("First day").fill("2026-10-24")
    dialog.get_by_label("Last day").fill("2026-10-26")
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 windows are being metered again.")).to_be_visible()
    expect(opener).to_be_focused()
    # Whole days of Berlin; the clock is put back on the 25th.
    days = {"from": "2026-10-23T22:00:00Z", "to": "2026-10-26T23:00:00Z"}
    sent = {"run": "replay", "connection": "main", **days}
    assert api.sent("POST", "/admin/runs") == [sent]


def test_wrong_days_are_marked_and_nothing_is_sent(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    page = show("/#/operations")
    page.get_by_role("button", name="Meter again").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Meter again").click()
    expect(dialog.get_by_label("First day")).to_be_focused()
    expect(dialog.get_by_label("Last day")).to_have_accessible_description("Choose a day.")
    dialog.get_by_label("First day").fill("2026-10-26")
    dialog.get_by_label("Last day").fill("2026-10-24")
    dialog.get_by_role("button", name="Meter again").click()
    expect(dialog.get_by_text("The last day is before the first.")).to_be_visible()
    assert_sound(page)
    assert api.sent("POST", "/admin/runs") == []


def test_days_without_windows_keep_the_dialog_open(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    api.put("POST", "/admin/runs", {"run": "replay", "state": "queued", "windows": 0}, status=202)
    page = show("/#/operations")
    page.get_by_role("button", name="Meter again").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Connection").select_option("Dublin")
    dialog.get_by_label("First day").fill("2020-01-01")
    dialog.get_by_label("Last day").fill("2020-01-01")
    dialog.get_by_role("button", name="Meter again").click()
    expect(dialog.get_by_role("alert")).to_contain_text("nothing is metered again.")
    expect(dialog.get_by_label("First day")).to_have_value("2020-01-01")
    day = {"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}
    assert api.sent("POST", "/admin/runs") == [{"run": "replay", "connection": "edge", **day}]


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        ("2026-11-22", "UTC", "2026-11-22T00:00:00Z"),
        ("2026-11-22", "Asia/Kolkata", "2026-11-21T18:30:00Z"),
        ("2026-11-22", "America/New_York", "2026-11-22T05:00:00Z"),
        ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z"),
        ("2026-03-30", "Europe/Berlin", "2026-03-29T22:00:00Z"),
        # Here midnight itself is skipped, in the west and in the east of Greenwich.
        ("2026-09-06", "America/Santiago", "2026-09-06T04:00:00Z"),
        ("2026-03-29", "Asia/Beirut", "2026-03-28T22:00:00Z"),
        # And here it comes twice: the day begins with the first.
        ("2026-11-01", "America/Havana", "2026-11-01T04:00:00Z"),
    ],
)
def test_a_day_begins_where_its_clock_shows_it(
    modules: Page, day: str, zone: str, start: str
) -> None:
    begin = "async ([day, zone]) => (await import('/dates.js')).startOfDay(day, zone)"
    assert modules.evaluate(begin, [day, zone]) == start


@pytest.mark.parametrize(
    ("start", "end", "zone", "shown"),
    [
        ("2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z", "Europe/Berlin", "22 Nov 2026"),
        ("2026-10-31T23:00:00Z", "2026-11-22T23:00:00Z", "Europe/Berlin", "1 – 22 Nov 2026"),
        ("2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z", "UTC", "21 Nov 2026, 23:00"),
        ("2026-11-22T04:00:00Z", "2026-11-22T05:00:00Z", "UTC", "22 Nov 2026, 04:00"),
    ],
)
def test_whole_days_are_shown_as_days(
    modules: Page, start: str, end: str, zone: str, shown: str
) -> None:
    span = "async (span) => (await import('/dates.js')).formatSpan(...span)"
    text = modules.evaluate(span, [start, end, "en-GB", zone]).replace("\u2009", " ")
    assert text.startswith(shown)
