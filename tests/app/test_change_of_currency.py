"""An account whose currency changes: between the change and the new rating, and after it."""

from collections.abc import Iterator

import pytest

from local.cloudstack.estate import GLOBEX
from tests.app.callers import Answer, Callers

HISTORY = {"from": "2026-10-01", "to": "2026-11-30"}
BUDGET = {
    "amount": {"amount": "40", "currency": "USD"},
    "thresholds": ["50"],
    "recipients": ["gita@globex.example"],
}


def put_currency(callers: Callers, currency: str) -> Answer:
    """Return the answer to billing globex in another currency."""
    terms = {"currency": currency, "language": "en-IN", "time_zone": "Asia/Kolkata"}
    return callers["admin"].put(f"/admin/accounts/{GLOBEX.id}", terms)


@pytest.fixture
def changed(billed: Callers) -> Iterator[Callers]:
    """A deployment where globex, rated in rupees, is now billed in dollars; put back afterwards."""
    billed.world.drain()
    assert put_currency(billed, "USD").status == 200
    yield billed
    billed["globex"].delete("/budgets/monthly")
    assert put_currency(billed, "INR").status == 200
    billed.world.drain()


def test_before_the_new_rating_two_currencies_are_never_mixed(changed: Callers) -> None:
    globex = changed["globex"]
    assert globex.put("/budgets/monthly", BUDGET).status == 200
    for answer in (globex.get("/overview"), globex.get("/costs", **HISTORY)):
        assert (answer.status, answer.document["error"]) == (503, "Unavailable")
        assert "again" in answer.document["message"]


def test_after_the_new_rating_all_is_in_the_new_currency(changed: Callers) -> None:
    changed.world.drain()
    globex = changed["globex"]
    assert globex.put("/budgets/monthly", BUDGET).status == 200
    shown = globex.get("/overview").document
    assert shown["account"]["currency"] == "USD"
    assert shown["summary"]["month_to_date"]["amount"]["currency"] == "USD"
    assert shown["summary"]["last_period"]["amount"]["currency"] == "USD"
    assert shown["budget"]["spend"] == shown["summary"]["month_to_date"]["amount"]
    assert globex.get("/costs", **HISTORY).document["total"]["currency"] == "USD"
