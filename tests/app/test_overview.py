"""The overview: four cards that add up."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from local.cloudstack.estate import ACME, APOLLO, GLOBEX, GLOBEX_ADMIN
from tests.app.callers import Callers

READERS = [
    ("acme", ACME.id),
    ("acme", APOLLO.id),
    ("globex", GLOBEX.id),
    ("globex-admin", GLOBEX_ADMIN.id),
    ("initech", ""),
    ("admin", ""),
]


def overview(callers: Callers, user: str, account: str = "") -> dict[str, Any]:
    """Return an overview."""
    document: dict[str, Any] = callers[user].get("/overview", account=account).document
    return document


def number(money: dict[str, str]) -> Decimal:
    """Return an amount."""
    return Decimal(money["amount"])


@pytest.mark.parametrize(("user", "account"), READERS)
def test_services_and_days_each_add_up_to_month_to_date(
    billed: Callers, user: str, account: str
) -> None:
    shown = overview(billed, user, account)
    total = number(shown["summary"]["month_to_date"]["amount"])
    assert sum(number(each["amount"]) for each in shown["services"]) == total
    assert sum(number(each["amount"]) for each in shown["summary"]["days"]) == total


@pytest.mark.parametrize(("user", "account"), READERS)
def test_all_money_is_in_the_currency_of_the_account_with_its_decimals(
    billed: Callers, user: str, account: str
) -> None:
    shown = overview(billed, user, account)
    decimals = {"EUR": 2, "INR": 2, "KWD": 3}[shown["account"]["currency"]]
    found = list(moneys(shown))
    assert found
    for money in found:
        assert money["currency"] == shown["account"]["currency"]
        assert len(money["amount"].partition(".")[2]) == decimals, money


def moneys(document: Any) -> list[dict[str, str]]:
    """Return every piece of money in a document."""
    if isinstance(document, list):
        return [money for each in document for money in moneys(each)]
    if not isinstance(document, dict):
        return []
    if set(document) == {"amount", "currency"}:
        return [document]
    return [money for each in document.values() for money in moneys(each)]


def test_services_are_shown_dearest_first_with_their_share(billed: Callers) -> None:
    shown = overview(billed, "globex")
    amounts = [number(service["amount"]) for service in shown["services"]]
    assert len(amounts) > 3
    assert amounts == sorted(amounts, reverse=True)
    shares = [Decimal(each["percent"]) for each in shown["services"]]
    assert 99 < sum(shares) < 101
    assert shown["services"][0]["name"] == "Virtual machines"


def test_the_month_is_that_of_the_accounts_time_zone(billed: Callers) -> None:
    assert overview(billed, "acme")["period"] == {
        "id": "2026-11",
        "start": "2026-10-31T23:00:00Z",
        "end": "2026-11-30T23:00:00Z",
        "complete": False,
    }
    assert overview(billed, "globex")["period"]["start"] == "2026-10-31T18:30:00Z"
    assert overview(billed, "admin")["period"]["start"] == "2026-11-01T00:00:00Z"


def test_every_day_up_to_the_last_with_usage_is_there(billed: Callers) -> None:
    shown = overview(billed, "admin")
    days = [day["day"] for day in shown["summary"]["days"]]
    assert days == ["2026-11-01", "2026-11-02", "2026-11-03"]
    # The fourth of November has begun in India when the usage of the third in UTC ends.
    days = [day["day"] for day in overview(billed, "globex")["summary"]["days"]]
    assert days == ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"]


def test_the_month_before_and_the_forecast_are_shown(billed: Callers) -> None:
    summary = overview(billed, "acme")["summary"]
    assert summary["last_period"]["period"] == "2026-10"
    assert number(summary["last_period"]["amount"]) > 0
    assert summary["forecast"]["period"] == "2026-11"
    assert summary["forecast"]["reason"] is None
    to_date = number(summary["month_to_date"]["amount"])
    assert 9 * to_date < number(summary["forecast"]["amount"]) < 10 * to_date


def test_an_account_without_any_usage_owes_nothing(billed: Callers) -> None:
    shown = overview(billed, "admin")
    assert shown["summary"]["month_to_date"]["amount"] == {"amount": "0.00", "currency": "EUR"}
    assert shown["services"] == []


def test_before_the_first_rating_the_overview_is_empty(empty: Callers) -> None:
    shown = overview(empty, "globex")
    assert shown.pop("account")["name"] == "globex"
    assert shown == {
        "as_of": None,
        "stale": False,
        "period": None,
        "summary": None,
        "services": [],
        "exchange_rates": [],
        "invoices": [],
        "wallet": None,
        "budget": None,
        "warnings": [],
    }


@pytest.mark.parametrize(("user", "account"), READERS)
def test_where_all_is_priced_and_sound_there_is_no_warning(
    billed: Callers, user: str, account: str
) -> None:
    assert overview(billed, user, account)["warnings"] == []


def test_figures_are_stale_after_two_days_without_news(billed: Callers) -> None:
    assert overview(billed, "acme")["as_of"] == "2026-11-04T00:00:00Z"
    for hours, stale in ((47, False), (49, True)):
        # Sessions last 12 hours; figures are as of 00:00.
        billed.world.now += timedelta(hours=hours - 1)
        assert Callers(billed.world)["acme"].get("/overview").document["stale"] is stale
        billed.world.now -= timedelta(hours=hours - 1)


def test_an_operator_without_an_account_yet_is_told_so(untouched: Callers) -> None:
    for path in ("/overview", "/budgets", "/alerts", "/costs"):
        answer = untouched["admin"].get(path, **{"from": "2026-11-01", "to": "2026-11-30"})
        assert answer.status == 404
        assert answer.document["message"] == "no account has been collected yet"


def test_only_the_operator_is_told_what_is_wrong_with_the_collection(billed: Callers) -> None:
    windows, now = billed.world.wiring.windows, billed.world.now
    windows.note_error("main", "CloudStack answered 530: out of order", now)
    try:
        (warning,) = [
            each
            for each in overview(billed, "admin", ACME.id)["warnings"]
            if each["kind"] == "collection"
        ]
        assert "collecting from main failed: CloudStack answered 530" in warning["message"]
        shown = overview(billed, "acme", ACME.id)["warnings"]
        assert all(each["kind"] != "collection" for each in shown)
    finally:
        windows.note_newest("main", now.replace(hour=0), None)
    assert all(each["kind"] != "collection" for each in overview(billed, "admin")["warnings"])
