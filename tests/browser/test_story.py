"""The whole story on the running stack: overview, budget, charges and their workings, estimate."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal
from typing import Any, Protocol

import pytest
from playwright.sync_api import Page, expect

from .conftest import ROOT
from .soundness import accessibility_faults, sideways_scroll

pytestmark = [pytest.mark.browser, pytest.mark.stack]
Opener = Callable[[str], Page]
SCREENS = ROOT / "docs" / "screens"
WIDTHS = (360, 768, 1440)


class Site(Protocol):
    """The stack that is running: page and API on one origin."""

    url: str


def ask(page: Page, method: str, path: str) -> Any:
    """Return the API's answer to the page's own session."""
    fetched = """async ([method, path]) => {
        const headers = {"content-type": "application/json"};
        const response = await fetch(`/api${path}`, {method, headers});
        return response.status === 204 ? null : response.json();
    }"""
    return page.evaluate(fetched, [method, path])


def sign_in(
    page: Page, user: str, password: str, domain: str, *, lands_on: str = "Billing overview"
) -> None:
    """Sign in and wait for the page where that begins."""
    page.goto("/")
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Domain").fill(domain)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(lands_on)
    if lands_on == "Billing overview":
        expect(page.locator(".balance")).to_be_visible()


def digits_of(text: str) -> Decimal:
    """Return the number in an amount of an English page."""
    return Decimal(re.sub(r"[^\d.-]", "", text.replace("\u2212", "-")))


def take_screens(page: Page) -> None:
    """Write the overview in each width, light and dark."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    expect(page.locator(".toast p")).to_have_count(0, timeout=15_000)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("() => new Promise((done) => setTimeout(done, 250))")  # charts redraw
            name = f"overview-{width}-{scheme}.png"
            page.screenshot(path=str(SCREENS / name), full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_customer_signs_in_reads_the_overview_sets_a_budget_and_signs_out(
    running_site: Site, open_page: Opener, request: pytest.FixtureRequest
) -> None:
    page = open_page(running_site.url)
    sign_in(page, "acme", "acme-demo", "/acme")
    account = ask(page, "GET", "/session")["accounts"][0]["id"]
    overview = ask(page, "GET", f"/overview?account={account}")
    spent = Decimal(overview["summary"]["month_to_date"]["amount"]["amount"])
    forget_budget(page, account)

    read_the_overview(page, spent)
    amount = (spent * Decimal("1.1")).quantize(Decimal("1E1"), rounding=ROUND_CEILING)
    set_budget(page, "Setup alert", f"{amount:f}")
    expect(page.get_by_text("Threshold reached")).to_be_visible()
    # By now the pipeline has looked at the budget; the page shows what it found by itself.
    expect(page.get_by_role("table", name="Recent alerts")).to_be_visible(timeout=20_000)
    assert accessibility_faults(page) == []
    if request.config.getoption("update_screens", default=False):
        take_screens(page)

    set_budget(page, "Edit alert", f"{4 * amount:f}")
    expect(page.get_by_text("On track")).to_be_visible()
    page.reload()
    expect(page.locator(".budget .figure", has_text="Budget")).to_contain_text(f"{4 * amount:,.2f}")
    forget_budget(page, account)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def read_the_overview(page: Page, spent: Decimal) -> None:
    """Check that the big amount, the services and the days all say `spent`."""
    assert digits_of(page.locator(".balance").inner_text()) == spent
    services = page.get_by_role("table", name="Details by service")
    amounts = services.locator("tbody td.end:not(.share)").all_inner_texts()
    assert sum(map(digits_of, amounts)) == spent
    page.get_by_text("Show the days as a table").click()
    days = page.locator(".days tbody td").all_inner_texts()
    assert sum(map(digits_of, days)) == spent
    page.get_by_text("Show the days as a table").click()
    assert sideways_scroll(page) == 0


def set_budget(page: Page, button: str, amount: str) -> None:
    """Set the monthly budget in the dialog."""
    page.get_by_role("button", name=button).click()
    page.get_by_label("Amount per month").fill(amount)
    page.get_by_label("E-mail recipients").fill("billing@acme.example, cto@acme.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("^Budget saved: "))).to_be_visible()
    expect(page.get_by_role("button", name="Edit alert")).to_be_visible()


def forget_budget(page: Page, account: str) -> None:
    """Remove the budget that another run may have left."""
    if ask(page, "GET", f"/budgets?account={account}")["budgets"]:
        ask(page, "DELETE", f"/budgets/monthly?account={account}")
        page.reload()
        expect(page.get_by_role("button", name="Setup alert")).to_be_visible()


def test_a_customer_reads_what_was_used(running_site: Site, open_page: Opener) -> None:
    page = open_page(running_site.url)
    sign_in(page, "acme", "acme-demo", "/acme")
    page.get_by_role("link", name="Usage").click()
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows.first).to_be_visible()
    assert accessibility_faults(page) == []
    assert sideways_scroll(page) == 0
    page.get_by_label("Sum up by").select_option("Meter")
    expect(page.get_by_role("columnheader").first).to_have_text("Meter")
    expect(rows.filter(has_text="hours").first).to_be_visible()


def test_a_customer_follows_an_amount_to_the_resources_it_is_for(
    running_site: Site, open_page: Opener
) -> None:
    page = open_page(running_site.url)
    sign_in(page, "acme", "acme-demo", "/acme")
    spent = digits_of(page.locator(".balance").inner_text())
    page.locator(".balance").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Charges")
    table = page.get_by_role("table")
    expect(table).to_be_visible()
    for parts in (".group-row td", ".amount-button"):
        assert whole(table.locator(parts).all_inner_texts()) == spent, parts
    assert accessibility_faults(page) == []
    assert sideways_scroll(page) == 0
    line = page.get_by_role("button", name=re.compile("workings of Volume$")).first
    amount = digits_of(line.inner_text())
    line.click()
    dialog = page.get_by_role("dialog", name="Volume")
    steps = dialog.get_by_role("table", name="How the amount came about").get_by_role("row")
    assert digits_of(steps.last.get_by_role("cell").last.inner_text()) == amount
    dialog.get_by_text("Show the days as a table").click()
    for named in ("Volume by day", "By resource"):
        rows = dialog.get_by_role("table", name=named).locator("tbody td:last-child")
        assert whole(rows.all_inner_texts()) == amount, named
    assert accessibility_faults(page) == []
    page.keyboard.press("Escape")
    expect(line).to_be_focused()


def whole(amounts: list[str]) -> Decimal:
    """Return the sum of amounts of an English page."""
    return sum(map(digits_of, amounts), Decimal(0))


def test_a_customer_estimates_what_a_plan_would_cost(running_site: Site, open_page: Opener) -> None:
    page = open_page(running_site.url)
    sign_in(page, "acme", "acme-demo", "/acme")
    page.get_by_role("link", name="Estimate").click()
    plan(page, 1, "Running VM").get_by_label("Offering").select_option("Medium")
    plan(page, 2, "Volume").get_by_label("Size, GiB").fill("50")
    plan(page, 3, "Data sent").get_by_label("GiB a month").fill("100")
    plan(page, 4, "IP address")
    page.get_by_role("button", name="Estimate", exact=True).click()
    table = page.get_by_role("table", name="Estimate before tax")
    address = table.get_by_role("row", name="IP address").get_by_role("cell")
    # A month of an address, as the example rate card has it.
    expect(address.first).to_have_text("€3.00")
    *months, total = table.locator("tr > td:nth-child(2)").all_inner_texts()
    assert whole(months) == digits_of(total) > 0
    expect(page.get_by_text("Not everything has a price")).to_have_count(0)
    assert accessibility_faults(page) == []
    assert sideways_scroll(page) == 0


def plan(page: Page, place: int, what: str) -> Any:
    """Plan something in that row of the estimate, which is added where it is not there."""
    row = page.get_by_role("group", name=f"Row {place}", exact=True)
    if place > 1:
        page.get_by_role("button", name="Add row").click()
    row.get_by_label("What").select_option(what)
    return row


def test_an_operator_sees_how_far_collecting_has_got(running_site: Site, open_page: Opener) -> None:
    page = open_page(running_site.url)
    sign_in(page, "admin", "password", "/", lands_on="Operations")
    expect(page.get_by_role("heading", name="CloudStack connections")).to_be_visible()
    expect(page.get_by_role("table", name="Windows")).to_be_visible()
    assert accessibility_faults(page) == []
    assert sideways_scroll(page) == 0
    page.get_by_role("link", name="To decide").first.click()
    expect(page.get_by_role("heading", name="Rejects")).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert accessibility_faults(page) == []
    assert sideways_scroll(page) == 0
