"""Budgets that are set, shown, changed and removed over the HTTP API."""

from typing import Any

import pytest

from local.cloudstack.estate import APOLLO, GLOBEX
from tests.app.callers import Caller, Callers

JSON_TYPE = "application/json; charset=utf-8"


def content(amount: object, currency: str = "EUR", **more: object) -> dict[str, Any]:
    """Return a budget as it is sent."""
    return {
        "amount": {"amount": amount, "currency": currency},
        "thresholds": ["50", "80", "100"],
        "recipients": ["ada@acme.example"],
        **more,
    }


def stored(caller: Caller, budget_id: str, **query: str) -> dict[str, Any] | None:
    """Return a budget as it is listed, None where it is not."""
    budgets = caller.get("/budgets", **query).document["budgets"]
    return next((budget for budget in budgets if budget["id"] == budget_id), None)


def test_a_budget_is_stored_as_it_was_answered(empty: Callers) -> None:
    acme = empty["acme"]
    answer = acme.put("/budgets/stored", content("400.00"))
    assert answer.status == 200
    assert answer.document == {
        "id": "stored",
        "amount": {"amount": "400.00", "currency": "EUR"},
        "thresholds": ["50", "80", "100"],
        "recipients": ["ada@acme.example"],
    }
    assert stored(acme, "stored") == answer.document


def test_amounts_have_the_decimals_of_their_currency(
    empty: Callers, table: list[dict[str, str]]
) -> None:
    """
    account | currency | amount         | shown
    acme    | EUR      | 1              | 1.00
    acme    | EUR      | 0.01           | 0.01
    acme    | EUR      | 1500.5         | 1500.50
    acme    | EUR      | 1e3            | 1000.00
    acme    | EUR      | 0000010.10     | 10.10
    acme    | EUR      | +5             | 5.00
    acme    | EUR      | 10.1000        | 10.10
    acme    | EUR      | 999999999999   | 999999999999.00
    apollo  | JPY      | 100            | 100
    apollo  | JPY      | 100.00         | 100
    apollo  | JPY      | 999999999999   | 999999999999
    initech | KWD      | 0.001          | 0.001
    initech | KWD      | 12.5           | 12.500
    """
    for row in table:
        caller = empty["initech" if row["account"] == "initech" else "acme"]
        query = {"account": APOLLO.id} if row["account"] == "apollo" else {}
        budget = content(row["amount"], row["currency"])
        answer = caller.put("/budgets/decimals", budget, **query)
        assert answer.status == 200, (row, answer)
        assert answer.document["amount"]["amount"] == row["shown"], row
        assert stored(caller, "decimals", **query) == answer.document, row


@pytest.mark.parametrize(("number", "shown"), [(400, "400.00"), (0.1, "0.10"), (1e3, "1000.00")])
def test_an_amount_may_be_a_json_number(empty: Callers, number: float, shown: str) -> None:
    answer = empty["acme"].put("/budgets/numbers", content(number))
    assert answer.document["amount"]["amount"] == shown


def test_thresholds_are_shown_ascending_and_bare(empty: Callers) -> None:
    asked = ["100.00", 12.5, "1e3", "0.01", "80", 1]
    answer = empty["acme"].put("/budgets/ascending", content("400", thresholds=asked))
    assert answer.document["thresholds"] == ["0.01", "1", "12.5", "80", "100", "1000"]
    assert stored(empty["acme"], "ascending") == answer.document


def test_recipients_are_shown_in_the_order_they_were_given(empty: Callers) -> None:
    asked = ["zoe@acme.example", " ada@acme.example ", "o'neill+cost@b-c.example", "été@x.example"]
    answer = empty["acme"].put("/budgets/recipients", content("400", recipients=asked))
    assert answer.document["recipients"] == [each.strip() for each in asked]


def test_ten_recipients_and_ten_thresholds_are_taken(empty: Callers) -> None:
    recipients = [f"reader{number}@acme.example" for number in range(10)]
    thresholds = [str(10 * number) for number in range(1, 11)]
    asked = content("400", recipients=recipients, thresholds=thresholds)
    answer = empty["acme"].put("/budgets/ten", asked)
    assert answer.document["recipients"] == recipients
    assert answer.document["thresholds"] == thresholds


def test_a_content_type_may_name_its_characters(empty: Callers) -> None:
    headers = {"Cookie": f"session={empty['acme'].token}", "content-type": JSON_TYPE}
    answer = empty["acme"].call("PUT", "/budgets/typed", content("1"), headers=headers)
    assert answer.status == 200


def test_a_budget_set_again_replaces_the_one_before(empty: Callers) -> None:
    acme = empty["acme"]
    acme.put("/budgets/again", content("400"))
    changed = content("500", thresholds=["90"], recipients=["bob@acme.example"])
    answer = acme.put("/budgets/again", changed)
    assert stored(acme, "again") == answer.document
    assert answer.document["thresholds"] == ["90"]


def test_setting_the_same_budget_twice_changes_nothing(empty: Callers) -> None:
    acme = empty["acme"]
    acme.put("/budgets/twice", content("400"))
    before = empty.world.rows()
    assert acme.put("/budgets/twice", content("400.00")).status == 200
    assert empty.world.rows() == before


def test_a_budget_that_was_removed_is_gone(empty: Callers) -> None:
    acme = empty["acme"]
    acme.put("/budgets/removed", content("400"))
    answer = acme.delete("/budgets/removed")
    assert (answer.status, answer.body) == (204, b"")
    assert stored(acme, "removed") is None
    again = acme.delete("/budgets/removed")
    assert (again.status, again.document["error"]) == (404, "NotFound")


def test_an_account_has_no_budget_until_one_is_set(empty: Callers) -> None:
    reader = empty["globex-admin"]
    assert reader.get("/budgets").document == {"budgets": []}
    assert reader.get("/alerts").document == {"alerts": [], "next": None}
    assert reader.delete("/budgets/monthly").status == 404


def test_budgets_of_two_accounts_are_two_budgets(empty: Callers) -> None:
    acme = empty["acme"]
    acme.put("/budgets/shared-name", content("400"))
    acme.put("/budgets/shared-name", content("500", "JPY"), account=APOLLO.id)
    own, project = stored(acme, "shared-name"), stored(acme, "shared-name", account=APOLLO.id)
    assert own and project
    assert own["amount"] == {"amount": "400.00", "currency": "EUR"}
    assert project["amount"] == {"amount": "500", "currency": "JPY"}
    acme.delete("/budgets/shared-name", account=APOLLO.id)
    assert stored(acme, "shared-name") == own


def test_a_domain_admin_and_the_operator_set_budgets_of_others(empty: Callers) -> None:
    for user in ("globex-admin", "admin"):
        budget_id = f"by-{user}"
        answer = empty[user].put(f"/budgets/{budget_id}", content("400"), account=GLOBEX.id)
        assert answer.status == 200
        assert stored(empty["globex"], budget_id) == answer.document


def test_a_budget_before_any_usage_has_no_spend(empty: Callers) -> None:
    empty["acme"].put("/budgets/monthly", content("400.00"))
    budget = empty["acme"].get("/overview").document["budget"]
    assert budget["spend"] == {"amount": "0.00", "currency": "EUR"}
    assert budget["difference"] == {"amount": "400.00", "currency": "EUR"}
    assert (budget["percent"], budget["crossed"], budget["state"]) == ("0.0", [], "ok")
    assert empty["acme"].get("/alerts").document["alerts"] == []
    empty["acme"].delete("/budgets/monthly")
    assert empty["acme"].get("/overview").document["budget"] is None
