"""The estimate view where something is wrong, missing or late."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from . import charges_answers, estimate_answers
from .estimate_steps import choose, open_estimate, row, send
from .fake_api import UNAVAILABLE, FakeApi, serve_estimate
from .interception import Route, arrived
from .soundness import assert_sound

pytestmark = pytest.mark.browser
Show = Callable[..., Page]
MISSING = {**charges_answers.NO_PRICE, "meter": "ip_address", "what": "IP address"}


def test_what_has_no_price_is_named_and_never_shown_as_nothing(show: Show, api: FakeApi) -> None:
    answer = estimate_answers.estimate(missing=[MISSING, charges_answers.NO_RATE])
    answer["items"].append(estimate_answers.nothing("IP address"))
    serve_estimate(api, answer)
    page = open_estimate(show)
    send(page)
    missing = page.get_by_role("region", name="Not everything has a price")
    expect(missing).to_contain_text("IP address")
    expect(missing).to_contain_text("It is not in the total.")
    expect(missing).to_contain_text("There is no exchange rate for it yet.")
    expect(missing).not_to_contain_text("usage record")
    unpriced = page.get_by_role("row", name="IP address")
    expect(unpriced.get_by_text("No price")).to_have_count(4)
    expect(unpriced).not_to_contain_text("€")
    expect(page.get_by_role("row").last).to_contain_text("Total of what has a price")


def test_a_wrong_number_is_said_at_its_field_and_nothing_is_sent(show: Show, api: FakeApi) -> None:
    serve_estimate(api)
    page = open_estimate(show)
    row(page, 1).get_by_label("Count").fill("two")
    row(page, 1).get_by_label("Hours a month").fill("-1")
    choose(page, 2, "Volume")
    send(page)
    expect(page.get_by_role("alert")).to_have_text("Please check the marked fields.")
    count = row(page, 1).get_by_label("Count")
    expect(count).to_be_focused()
    expect(count).to_have_accessible_description("This must be a number.")
    hours = row(page, 1).get_by_label("Hours a month")
    expect(hours).to_have_accessible_description("This must not be negative.")
    size = row(page, 2).get_by_label("Size, GiB")
    expect(size).to_have_accessible_description("Enter a number.")
    assert api.sent("POST", "/estimates") == []


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("items[1].size_gib", "Size, GiB"),
        ("$.items[1].count", "Count"),
        ("items.1.dimensions.offering", "Offering"),
        ("items.1.dimensions.template", "Template"),
        ("items[1].meter", "What"),
        ("items[1]", "What"),
    ],
)
def test_what_the_api_finds_wrong_stands_at_its_field(
    show: Show, api: FakeApi, field: str, label: str
) -> None:
    refused = {"error": "InvalidInput", "message": "a field is wrong", "fields": {field: "is odd"}}
    names = {**estimate_answers.catalogue()["names"], "template": [{"id": "t", "name": "T"}]}
    serve_estimate(api, names=names)
    api.put("POST", "/estimates", refused, status=400)
    page = open_estimate(show, expect=(400,))
    choose(page, 2, "Gold support").get_by_label("Quantity").fill("1")
    choose(page, 3, "Volume").get_by_label("Size, GiB").fill("9")
    send(page)
    # The service is in a list of its own, so the second item is the third row.
    wrong = row(page, 3).get_by_label(label)
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description("Is odd.")
    expect(wrong).to_be_focused()
    assert_sound(page)


def test_what_is_wrong_with_no_field_in_particular_is_said_above(show: Show, api: FakeApi) -> None:
    refused = {"error": "InvalidInput", "message": "wrong", "fields": {"weather": "is bad"}}
    serve_estimate(api)
    api.put("POST", "/estimates", refused, status=400)
    page = open_estimate(show, expect=(400,))
    choose(page, 2, "IP address")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("weather: is bad")


def test_a_failure_keeps_the_plan_and_the_button_tries_again(show: Show, api: FakeApi) -> None:
    serve_estimate(api)
    api.put("POST", "/estimates", UNAVAILABLE, status=503)
    page = open_estimate(show, expect=(503,))
    row(page, 1).get_by_label("Count").fill("7")
    send(page)
    expect(page.get_by_role("alert")).to_have_text("The tables did not answer; try again later.")
    api.put("POST", "/estimates", estimate_answers.estimate())
    send(page)
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert api.sent("POST", "/estimates")[1]["items"][0]["count"] == "7"


def test_without_prices_nothing_can_be_estimated(show: Show, api: FakeApi) -> None:
    serve_estimate(api, meters=[], services=[])
    page = open_estimate(show)
    expect(page.get_by_text("Nothing can be estimated yet")).to_be_visible()
    assert_sound(page)


def test_services_alone_can_be_estimated(show: Show, api: FakeApi) -> None:
    serve_estimate(api, meters=[])
    page = open_estimate(show)
    expect(page.get_by_label("What", exact=True)).to_have_value("service:gold_support")


def test_a_catalogue_that_fails_can_be_tried_again(show: Show, api: FakeApi) -> None:
    serve_estimate(api)
    api.put("GET", "/catalogue", UNAVAILABLE, status=503)
    page = open_estimate(show, expect=(503,))
    expect(page.get_by_role("alert")).to_contain_text("What can be estimated could not be loaded")
    assert_sound(page)
    api.put("GET", "/catalogue", estimate_answers.catalogue())
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_label("What", exact=True)).to_be_visible()


def test_loading_and_sending_are_said(show: Show, api: FakeApi) -> None:
    serve_estimate(api)
    held: list[Route] = []
    api.put("GET", "/catalogue", held.append)
    page = open_estimate(show)
    expect(page.get_by_text("Loading what can be estimated")).to_be_attached()
    assert_sound(page)
    arrived(held, page).fulfill(json=estimate_answers.catalogue())
    api.put("POST", "/estimates", held.append)
    send(page)
    busy = page.get_by_role("button", name="Estimating …")
    busy.press("Enter")  # a second press sends nothing
    assert_sound(page)
    held[1].fulfill(json=estimate_answers.estimate())
    expect(page.get_by_role("table")).to_be_visible()
    assert len(api.sent("POST", "/estimates")) == 1
