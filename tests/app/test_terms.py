"""The terms of accounts, as the operator sets them."""

from typing import Any

import pytest

from local.cloudstack.estate import ACCOUNTS, ACME, APOLLO, PROJECTS
from tests.app.callers import Answer, Callers

EURO = {"currency": "EUR", "language": "en-IE", "time_zone": "Europe/Berlin"}
FIELDS = {"id", "name", "kind", "domain", "connection", "state", "stopped_vms", *EURO}
Table = list[dict[str, str]]


def put(callers: Callers, account: str, **changed: object) -> Answer:
    """Return the answer to setting terms."""
    return callers["admin"].put(f"/admin/accounts/{account}", {**EURO, **changed})


def listed(callers: Callers) -> dict[str, dict[str, Any]]:
    """Return the operator's list of accounts, by id."""
    told = callers["admin"].get("/admin/accounts").document
    assert told["next"] is None
    return {account["id"]: account for account in told["accounts"]}


def test_the_operator_sees_every_account_with_its_terms(billed: Callers) -> None:
    found = listed(billed)
    assert set(found) == {each.id for each in (*ACCOUNTS, *PROJECTS)}
    assert {frozenset(account) for account in found.values()} == {frozenset(FIELDS)}
    for account in (*ACCOUNTS, *PROJECTS):
        shown = found[account.id]
        told = (shown["name"], shown["currency"], shown["language"], shown["time_zone"])
        assert told == (account.name, account.currency, account.language, account.time_zone)
        assert shown["domain"] == account.domain.path
    assert found[APOLLO.id]["kind"] == "project"
    assert found[ACME.id]["kind"] == "account"


def test_a_page_after_the_last_account_is_empty(billed: Callers) -> None:
    told = billed["admin"].get("/admin/accounts", next="~").document
    assert told == {"accounts": [], "next": None}


def test_accounts_come_in_pages_that_lose_none(
    billed: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.entrypoints.operator_routes._ACCOUNTS_A_PAGE", 4)
    first = billed["admin"].get("/admin/accounts").document
    second = billed["admin"].get("/admin/accounts", next=first["next"]).document
    assert (len(first["accounts"]), second["next"]) == (4, None)
    ids = {account["id"] for account in first["accounts"] + second["accounts"]}
    assert ids == {each.id for each in (*ACCOUNTS, *PROJECTS)}


def test_terms_may_be_set_before_the_account_is_known(untouched: Callers) -> None:
    terms = {"currency": "INR", "language": "en-IN", "time_zone": "Asia/Kolkata"}
    answer = put(untouched, ACME.id, **terms)
    told = {"id": ACME.id, **terms, "stopped_vms": "charged"}
    assert (answer.status, answer.document) == (200, told)
    assert listed(untouched) == {}
    untouched.world.plan()
    shown = listed(untouched)[ACME.id]
    assert {name: shown[name] for name in terms} == terms
    assert shown["name"] == "acme"


def test_new_terms_are_told_to_their_account_at_once(untouched: Callers) -> None:
    untouched.world.plan()
    put(untouched, ACME.id, language="pt-BR", time_zone="America/Sao_Paulo", currency="BRL")
    (shown, _) = untouched["acme"].get("/session").document["accounts"]
    assert (shown["currency"], shown["language"]) == ("BRL", "pt-BR")
    assert untouched["acme"].get("/overview").document["account"] == shown


def test_terms_that_bill_nobody_are_refused_at_their_field(empty: Callers, table: Table) -> None:
    r"""
    field     | value
    currency  |
    currency  | XXX
    currency  | XTS
    currency  | eur
    currency  | EURO
    currency  | €
    currency  | BTC
    currency  | DEM
    time_zone |
    time_zone | Mars/Olympus
    time_zone | Europe
    time_zone | europe berlin
    time_zone | ../../etc/passwd
    time_zone | /etc/localtime
    time_zone | localtime
    time_zone | Factory
    time_zone | tzdata.zi
    time_zone | +01:00
    time_zone | Ünter/Berlin
    language  |
    language  | e
    language  | !!
    language  | <b>
    language  | en_US
    language  | en-
    language  | 12
    language  | English, please
    language  | de-DE-1996-x-a-very-long-tag-indeed-of-37
    """
    before = empty.world.rows()
    for row in table:
        answer = put(empty, ACME.id, **{row["field"]: row["value"]})
        assert answer.status == 400, row
        assert set(answer.document["fields"]) == {row["field"]}, row
    assert empty.world.rows() == before


@pytest.mark.parametrize("value", [None, 5, True, ["EUR"], {}])
@pytest.mark.parametrize("field", EURO)
def test_terms_are_text(empty: Callers, field: str, value: object) -> None:
    answer = put(empty, ACME.id, **{field: value})
    assert (answer.status, set(answer.document["fields"])) == (400, {field})


@pytest.mark.parametrize("field", EURO)
def test_terms_are_set_all_together(empty: Callers, field: str) -> None:
    terms = {name: value for name, value in EURO.items() if name != field}
    answer = empty["admin"].put(f"/admin/accounts/{ACME.id}", terms)
    assert (answer.status, set(answer.document["fields"])) == (400, {field})


@pytest.mark.parametrize("language", ["en", "en-IE", "pt-BR", "zh-Hant-TW", "en-KW", "es-419"])
def test_a_language_is_any_tag_a_browser_takes(empty: Callers, language: str) -> None:
    assert put(empty, "somebody", language=language).status == 200


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/Argentina/Ushuaia", "Etc/GMT+5"])
def test_a_time_zone_is_any_of_ianas(empty: Callers, zone: str) -> None:
    assert put(empty, "somebody", time_zone=zone).status == 200


def test_an_id_no_account_can_have_is_refused(empty: Callers) -> None:
    assert put(empty, "x" * 65).status == 400
    assert put(empty, "x" * 2_000).status == 400


def test_the_currency_cannot_change_under_a_budget(untouched: Callers) -> None:
    untouched.world.plan()
    budget = {
        "amount": {"amount": "400", "currency": "EUR"},
        "thresholds": ["50"],
        "recipients": ["ada@acme.example"],
    }
    assert untouched["acme"].put("/budgets/monthly", budget).status == 200
    answer = put(untouched, ACME.id, currency="USD")
    assert (answer.status, answer.document["error"]) == (409, "Conflict")
    assert "EUR" in answer.document["message"]
    assert listed(untouched)[ACME.id]["currency"] == "EUR"
    assert put(untouched, ACME.id, language="de").status == 200

    assert untouched["acme"].delete("/budgets/monthly").status == 204
    assert put(untouched, ACME.id, currency="USD").status == 200
    refused = untouched["acme"].put("/budgets/monthly", budget)
    assert set(refused.document["fields"]) == {"amount"}
