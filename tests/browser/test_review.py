"""Holds and rejects: what waits for a decision, deciding, and what was decided."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from . import operator_answers
from .fake_api import UNAVAILABLE, FakeApi, serve_operator
from .interception import Route, arrived
from .operator_answers import decision, hold, holds
from .soundness import assert_sound

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
DECIDED = {"decision": decision(), "windows": 21}
OVERLAP = {
    "connection": "main",
    "usage_type": 1,
    "reason": "overlap",
    "from": "2026-10-31T23:00:00Z",
    "to": "2026-11-21T23:00:00Z",
}


def open_review(show: Show, api: FakeApi, expect_statuses: tuple[int, ...] = ()) -> Page:
    """Open what waits for a decision."""
    serve_operator(api)
    page = show("/#/operations/review", expect=expect_statuses)
    expect(page.get_by_role("table", name="To decide")).to_be_visible()
    return page


def ask(page: Page, verdict: str) -> Locator:
    """Press the first button for `verdict`; return the dialog."""
    page.get_by_role("button", name=re.compile(f"^{verdict}")).first.click()
    return page.get_by_role("dialog", name=f"{verdict} these records?")


def test_a_group_is_one_line_with_its_reason_accounts_and_span(show: Show, api: FakeApi) -> None:
    page = open_review(show, api)
    rows = page.get_by_role("table", name="To decide").get_by_role("row")
    expect(rows).to_have_count(3)
    overlap, negative = rows.nth(1), rows.nth(2)
    for words in (
        "Overlaps another record of the same resource.",
        "Running VM",
        "type 1",
        "Frankfurt",
        "1 – 21 Nov 2026",
        "2,240",
        "14",
        "acme, apollo, globex and 11 more",
    ):
        expect(overlap).to_contain_text(re.compile(words.replace(" ", r"\s")))
    expect(negative).to_contain_text("20 Nov 2026, 05:00–06:00 UTC")
    expect(negative).to_contain_text("It can only be refused")
    expect(overlap.get_by_role("button")).to_have_count(2)
    expect(negative.get_by_role("button", name="Refuse: has a negative raw usage")).to_be_visible()
    expect(negative.get_by_role("button")).to_have_count(1)


def test_samples_are_shown_whatever_they_are(show: Show, api: FakeApi) -> None:
    page = open_review(show, api)
    page.get_by_text("Show 3 samples").click()
    samples = page.locator("pre:visible")
    expect(samples).to_have_count(3)
    expect(samples.nth(1)).to_have_text(re.compile('"rawusage": "11.5",\n'))
    expect(samples.nth(2)).to_have_text("a row that is no JSON")


def test_rejects_can_only_be_refused(show: Show, api: FakeApi) -> None:
    page = open_review(show, api)
    rejects = page.get_by_role("table", name="Rejects")
    expect(rejects.get_by_role("row").nth(1)).to_contain_text("Unknown type 99")
    expect(rejects.get_by_role("row").nth(2)).to_contain_text("No usage type")
    expect(rejects.get_by_role("button", name=re.compile("^Accept"))).to_have_count(0)
    api.put("POST", "/admin/decisions", {**DECIDED, "windows": 0}, status=202)
    rejects.get_by_role("button", name=re.compile("^Refuse")).nth(1).click()
    dialog = page.get_by_role("dialog", name="Refuse these records?")
    expect(dialog).to_contain_text("12 records will not be billed.")
    dialog.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("Refused. No window has to be metered again.")).to_be_visible()
    sent = {"connection": "main", "usage_type": None, "reason": "not_a_record"}
    sent |= {"from": "2026-11-21T23:00:00Z", "to": "2026-11-22T23:00:00Z", "verdict": "refuse"}
    assert api.sent("POST", "/admin/decisions") == [sent]


def test_a_group_is_accepted_with_a_note_by_keyboard(show: Show, api: FakeApi) -> None:
    page = open_review(show, api)
    api.put("POST", "/admin/decisions", DECIDED, status=202)
    accept = page.get_by_role("button", name=re.compile("^Accept"))
    accept.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Accept these records?")
    expect(dialog).to_have_accessible_description(
        "2,240 records of 14 accounts will be billed. The days they belong to are metered and "
        "rated again. Who decided and when is recorded."
    )
    assert_sound(page)
    expect(dialog.get_by_label("Note")).to_be_focused()
    page.keyboard.type("checked with the tenant ")
    expect(dialog.get_by_text("23 of 500 characters")).to_be_visible()
    # What is decided is gone from the list, and stands in the history.
    api.put("GET", "/admin/holds", holds())
    api.put("GET", "/admin/decisions", {"decisions": [decision(by="ada")], "next": None})
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Accept and bill")).to_be_focused()
    page.keyboard.press("Enter")
    said = page.locator(".toast[role=status]")
    expect(said).to_have_text("Accepted. 21 windows are being metered again.")
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
    expect(page.get_by_role("heading", name="To decide")).to_be_focused()
    expect(page.get_by_role("table", name="Decisions")).to_contain_text("ada")
    sent = {**OVERLAP, "verdict": "accept", "note": "checked with the tenant"}
    assert api.sent("POST", "/admin/decisions") == [sent]
    assert_sound(page)


def test_what_is_decided_and_still_listed_is_being_metered_again(show: Show, api: FakeApi) -> None:
    page = open_review(show, api)
    api.put("POST", "/admin/decisions", {**DECIDED, "windows": 1}, status=202)
    ask(page, "Refuse").get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("Refused. 1 window is being metered again.")).to_be_visible()
    overlap = page.get_by_role("table", name="To decide").get_by_role("row").nth(1)
    expect(overlap).to_contain_text("Refused, being metered again")
    expect(overlap.get_by_role("button")).to_have_count(0)
    # A window later than those decided on makes it a new question.
    api.put("GET", "/admin/holds", holds(hold(last_window="2026-11-22T23:00:00Z")))
    page.get_by_role("button", name="Refresh").click()
    expect(overlap.get_by_role("button")).to_have_count(2)


def test_a_decision_is_sent_once_however_often_it_is_pressed(show: Show, api: FakeApi) -> None:
    page = open_review(show, api)
    held: list[Route] = []
    api.put("POST", "/admin/decisions", held.append)
    dialog = ask(page, "Accept")
    confirm = dialog.get_by_role("button", name=re.compile("Accept and bill|Sending"))
    confirm.dblclick()
    expect(confirm).to_have_attribute("aria-disabled", "true")
    confirm.press("Enter")
    arrived(held, page).fulfill(status=202, json=DECIDED)
    expect(dialog).to_have_count(0)
    assert len(api.sent("POST", "/admin/decisions")) == 1


def test_what_cannot_be_accepted_is_refused_in_words_and_nothing_is_lost(
    show: Show, api: FakeApi
) -> None:
    page = open_review(show, api, (409,))
    why = "a record that has a negative raw usage has no quantity to bill"
    conflict = {"error": "Conflict", "message": f"{why}; it can only be refused"}
    api.put("POST", "/admin/decisions", conflict, status=409)
    dialog = ask(page, "Accept")
    dialog.get_by_label("Note").fill("please")
    dialog.get_by_role("button", name="Accept and bill").click()
    failure = dialog.get_by_role("alert")
    expect(failure).to_contain_text("it can only be refused. Nothing was changed.")
    expect(dialog.get_by_label("Note")).to_have_value("please")
    assert_sound(page)
    api.put("POST", "/admin/decisions", DECIDED, status=202)
    dialog.get_by_role("button", name="Accept and bill").click()
    expect(dialog).to_have_count(0)
    assert len(api.sent("POST", "/admin/decisions")) == 2


def test_a_note_is_counted_and_one_that_is_too_long_is_not_sent(show: Show, api: FakeApi) -> None:
    page = open_review(show, api)
    dialog = ask(page, "Refuse")
    dialog.get_by_label("Note").fill("x" * 501)
    expect(dialog.get_by_text("501 of 500 characters")).to_be_visible()
    dialog.get_by_role("button", name="Refuse").click()
    expect(dialog.get_by_text("A note has at most 500 characters.")).to_be_visible()
    expect(dialog.get_by_label("Note")).to_be_focused()
    assert_sound(page)
    assert api.sent("POST", "/admin/decisions") == []


def test_leaving_the_dialog_gives_the_keyboard_back(show: Show, api: FakeApi) -> None:
    page = open_review(show, api)
    refuse = page.get_by_role("button", name=re.compile("^Refuse")).first
    refuse.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(refuse).to_be_focused()
    assert api.sent("POST", "/admin/decisions") == []


def test_lists_that_fail_say_so_each_by_itself(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    for path in ("holds", "rejects", "decisions"):
        api.put("GET", f"/admin/{path}", UNAVAILABLE, status=503)
    page = show("/#/operations/review", expect=(503,))
    for words in ("What waits for a decision", "The rejects", "The decisions"):
        failure = page.get_by_role("alert").filter(has_text=f"{words} could not be loaded")
        expect(failure).to_contain_text("The tables did not answer; try again later.")
    assert_sound(page)
    api.put("GET", "/admin/rejects", {"rejects": [], "next": None})
    page.get_by_role("button", name="Try again").nth(1).click()
    expect(page.get_by_text("No rejects", exact=True)).to_be_visible()


def test_while_it_is_read_a_list_says_so(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    held: list[Route] = []
    api.put("GET", "/admin/holds", held.append)
    page = show("/#/operations/review")
    expect(page.get_by_text("Loading what waits for a decision")).to_be_attached()
    assert_sound(page)
    arrived(held, page).fulfill(json=holds(hold()))
    expect(page.get_by_role("table", name="To decide")).to_be_visible()


def test_nothing_to_decide_and_nothing_decided(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    api.put("GET", "/admin/holds", holds())
    api.put("GET", "/admin/rejects", {"rejects": [], "next": None})
    api.put("GET", "/admin/decisions", {"decisions": [], "next": None})
    page = show("/#/operations/review")
    for words in ("Nothing to decide", "No rejects", "No decisions yet"):
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    assert_sound(page)


def test_decisions_tell_who_and_when(show: Show, api: FakeApi) -> None:
    page = open_review(show, api)
    rows = page.get_by_role("table", name="Decisions").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("Accepted")
    expect(rows.nth(2)).to_contain_text("Volume")
    expect(rows.nth(2)).to_contain_text("admin5 Nov 2026, 10:30 CET")
    expect(rows.nth(2)).to_contain_text("the larger record is the usage job run again.")


def test_a_further_page_that_fails_can_be_asked_for_again(show: Show, api: FakeApi) -> None:
    page = open_review(show, api, (503,))
    rows = page.get_by_role("table", name="Decisions").get_by_role("row")
    api.put("GET", "/admin/decisions", UNAVAILABLE, status=503)
    more = page.get_by_role("button", name="Show more")
    more.click()
    expect(page.get_by_role("alert")).to_have_text("The tables did not answer; try again later.")
    expect(rows).to_have_count(3)
    last = {"decisions": [decision(by="first")], "next": None}
    api.put("GET", "/admin/decisions", last)
    more.click()
    expect(rows).to_have_count(4)
    expect(more).to_have_count(0)
    assert ("GET", "/admin/decisions?next=older", None) in api.requests


def test_groups_beyond_the_first_page_can_be_decided(show: Show, api: FakeApi) -> None:
    serve_operator(api)
    api.put("GET", "/admin/holds", holds(hold(), following="p2"))
    page = show("/#/operations/review")
    rows = page.get_by_role("table", name="To decide").get_by_role("row")
    expect(rows).to_have_count(2)
    api.put("GET", "/admin/holds", holds(operator_answers.negative()))
    page.get_by_role("button", name="Show more").first.click()
    expect(rows).to_have_count(3)
    assert ("GET", "/admin/holds?next=p2", None) in api.requests
