"""Agreements over the HTTP API: the operator makes and ends them, and sees what they come to."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from local.cloud import Cloud
from local.cloudstack.estate import ACME, GLOBEX
from local.cloudstack.simulator import Simulator
from tests.app.callers import Answer, Callers
from tests.app.conftest import callers_with_usage, serving

CREDIT = {"kind": "credit", "from": "2026-11-01", "until": "2027-05-01", "note": "Welcome"}
TEN_EURO = {"amount": "10.00", "currency": "EUR"}
GOOD: dict[str, dict[str, object]] = {
    "adjustment": {"kind": "adjustment", "from": "2026-11-02", "percent": "-10"},
    "commitment": {"kind": "commitment", "from": "2026-11-01", "amount": TEN_EURO},
    "credit": {**CREDIT, "amount": TEN_EURO},
    "free_quota": {
        "kind": "free_quota",
        "from": "2026-11-01",
        "meter": "network_sent",
        "quantity": "100",
        "per": "gib",
    },
    "service": {"kind": "service", "from": "2026-11-01", "service": "gold_support"},
}
Table = list[dict[str, str]]


@pytest.fixture
def own(cloud: Cloud, cloudstack: Simulator) -> Iterator[Callers]:
    """A deployment of one's own on 4 November, all usage rated."""
    callers = callers_with_usage(cloud, cloudstack)
    with serving(callers.world):
        yield callers


def path(account: str = ACME.id) -> str:
    return f"/admin/accounts/{account}/agreements"


def agree(callers: Callers, body: object, account: str = ACME.id) -> Answer:
    return callers["admin"].post(path(account), body)


def end(callers: Callers, agreement: str, until: object, account: str = ACME.id) -> Answer:
    return callers["admin"].post(f"{path(account)}/{agreement}/end", {"until": until})


def listed(callers: Callers, account: str = ACME.id) -> list[dict[str, Any]]:
    told = callers["admin"].get(path(account)).document
    assert told["next"] is None
    found: list[dict[str, Any]] = told["agreements"]
    return found


def spent(callers: Callers, account: str = ACME.id) -> Decimal:
    """Return what an account has spent in November so far."""
    told = callers["admin"].get(
        "/costs", account=account, **{"from": "2026-11-01", "to": "2026-11-30"}
    )
    return Decimal(told.document["total"]["amount"])


def test_every_kind_is_told_as_it_was_agreed(own: Callers) -> None:
    for body in GOOD.values():
        first, again = agree(own, body), agree(own, body)
        assert (first.status, again.status) == (201, 200), (first, again)
        assert first.document == again.document
    found = {each["kind"]: each for each in listed(own)}
    assert len({each["id"] for each in found.values()}) == len(GOOD)
    said = {
        kind: {name: value for name, value in each.items() if name not in ("id", "kind")}
        for kind, each in found.items()
    }
    november = {"from": "2026-11-01", "until": None, "note": ""}
    nothing = {"amount": "0.00", "currency": "EUR"}
    assert said == {
        "adjustment": {**november, "from": "2026-11-02", "percent": "-10", "scope": "all"},
        "commitment": {**november, "amount": TEN_EURO},
        "credit": {
            **{"from": "2026-11-01", "until": "2027-05-01", "note": "Welcome"},
            **{"amount": TEN_EURO, "used": nothing, "left": TEN_EURO},
        },
        "free_quota": {**november, "meter": "network_sent", "quantity": "100", "per": "gib"},
        "service": {**november, "service": "gold_support", "quantity": "1", "prorated": True},
    }
    assert listed(own, GLOBEX.id) == []


def test_a_number_is_the_same_as_text_and_with_zeros_at_its_end(own: Callers) -> None:
    bodies = [{**GOOD["adjustment"], "percent": percent} for percent in ("-10", "-10.00", -10)]
    bodies += [{**CREDIT, "amount": {**TEN_EURO, "amount": each}} for each in ("10", "10.000", 10)]
    assert [agree(own, body).status for body in bodies] == [201, 200, 200, 201, 200, 200]
    assert len(listed(own)) == 2


def test_a_discount_is_taken_off_and_ends(own: Callers) -> None:
    before = spent(own)
    free = {"kind": "adjustment", "from": "2026-11-01", "percent": "-100"}
    agreed = agree(own, free).document
    own.world.drain()
    assert before > 0 == spent(own)
    ended = end(own, agreed["id"], "2026-11-01")
    assert ended.document == {**agreed, "until": "2026-11-01"} == listed(own)[0]
    own.world.drain()
    assert spent(own) == before
    assert end(own, agreed["id"], None).document == agreed
    own.world.drain()
    assert spent(own) == 0
    conflict = agree(own, {**free, "until": "2026-11-03"})
    assert (conflict.status, conflict.document["error"]) == (409, "Conflict")


def test_a_credit_says_what_was_used_of_it_and_what_is_left(own: Callers) -> None:
    before = spent(own)
    amount = {"amount": str(before + 5), "currency": "EUR"}
    agree(own, {**CREDIT, "amount": amount})
    assert (listed(own)[0]["used"]["amount"], listed(own)[0]["left"]) == ("0.00", amount)
    own.world.drain()
    (credit,) = listed(own)
    assert (spent(own), credit["used"]["amount"]) == (0, str(before))
    assert (credit["amount"], credit["left"]["amount"]) == (amount, "5.00")
    shown = own["admin"].get("/overview", account=ACME.id).document
    assert {"service": "credits", "name": "Promotional credit"}.items() <= shown["services"][
        -1
    ].items()
    assert shown["services"][-1]["amount"]["amount"] == f"-{before}"
    assert own["acme"].get("/charges", period="2026-11").status == 200


def test_what_cannot_be_agreed_is_refused_with_its_field(own: Callers, table: Table) -> None:
    """
    kind       | field    | value                                  | says
    credit     | kind     | "gift"                                 | kind: invalid value 'gift'
    credit     | from     |                                        | from: is missing
    credit     | from     | "2026-13-01"                           | from: must be a day, such as 2026-12-01
    credit     | from     | "1999-12-31"                           | from: must be a day of 2000 to 2999
    credit     | until    | "2026-10-31"                           | until: is before the first day
    credit     | until    | "3000-01-01"                           | until: must be a day of 2000 to 2999
    credit     | note     | "two\\nlines"                          | note: must be a line of up to 200 characters
    credit     | amount   | {"amount": "0", "currency": "EUR"}     | amount: must be above 0, up to 1000000000000
    credit     | amount   | {"amount": "NaN", "currency": "EUR"}   | amount: must be a number with at most 18 decimals
    credit     | amount   | {"amount": "sNaN", "currency": "EUR"}  | amount: must be a number with at most 18 decimals
    credit     | amount   | {"amount": "9.999", "currency": "EUR"} | amount: EUR has 2 decimals
    credit     | amount   | {"amount": "5", "currency": "USD"}     | amount: the account is billed in EUR
    credit     | amount   | {"amount": "x", "currency": "EUR"}     | amount: must be a number, such as 250.00
    commitment | amount   | {"amount": "-1", "currency": "EUR"}    | amount: must be above 0, up to 1000000000000
    commitment | amount   | 5                                      | amount: expected `object`, got `int`
    commitment | amount   |                                        | amount: is missing
    commitment | percent  | 5                                      | percent: is not known here
    adjustment | percent  | 0                                      | percent: must be -100 (free) to 1000, and not 0
    adjustment | percent  | -100.5                                 | percent: must be -100 (free) to 1000, and not 0
    adjustment | percent  | "Infinity"                             | percent: must be a number with at most 18 decimals
    adjustment | scope    | "meter:"                               | scope: expected all, service:<service> or meter:<meter>
    adjustment | scope    | "meter:service:Gold Support"           | scope: expected all, service:<service> or meter:<meter>
    adjustment | scope    | "service:nothing"                      | scope: expected all, service:<service> or meter:<meter>
    free_quota | meter    | "electricity"                          | meter: there is no meter 'electricity'
    free_quota | per      | "hour"                                 | per: Data sent is counted per gib
    free_quota | per      | "week"                                 | per: invalid enum value 'week'
    free_quota | quantity | 0                                      | quantity: must be above 0, up to 1000000000000
    service    | quantity | 1e13                                   | quantity: must be above 0, up to 1000000000000
    service    | service  | "Gold Support"                         | service: is named with a-z, 0-9, _ and -, up to 40
    service    | prorated | "perhaps"                              | prorated: expected `bool`, got `str`
    """
    before = own.world.rows()
    for row in table:
        body = {**GOOD[row["kind"]], row["field"]: json.loads(row["value"] or "null")}
        if not row["value"]:
            del body[row["field"]]
        answer = agree(own, body)
        assert (answer.status, answer.document["message"]) == (400, row["says"]), row
        assert list(answer.document["fields"]) == [row["field"]], row
    assert own.world.rows() == before


def test_two_commitments_never_hold_on_one_day(own: Callers) -> None:
    ended = agree(own, {**GOOD["commitment"], "from": "2026-11-10"}).document
    overlapping = agree(own, {**GOOD["commitment"], "from": "2026-11-20"})
    assert overlapping.status == 400
    assert overlapping.document["message"] == (
        "from: another commitment holds from 2026-11-10 on; end it"
    )
    # One that never held is in nobody's way.
    assert end(own, ended["id"], "2026-11-10").status == 200
    assert agree(own, GOOD["commitment"]).status == 201
    assert end(own, ended["id"], None).status == 400


def test_who_and_what_does_not_exist_is_not_found(own: Callers) -> None:
    admin = own["admin"]
    for account in ("nobody", "x" * 65, "\u00e4"):
        assert admin.get(path(account)).status == 404, account
        assert agree(own, GOOD["credit"], account).status == 404, account
        assert end(own, "none", None, account).status == 404, account
    for agreement in ("none", "x" * 65):
        assert end(own, agreement, "2026-12-01").status == 404
    agreed = agree(own, GOOD["credit"]).document
    assert end(own, agreed["id"], "2026-12-01", GLOBEX.id).status == 404
    early = end(own, agreed["id"], "2026-10-31")
    assert (early.status, early.document["fields"]) == (400, {"until": "is before the first day"})


def test_long_lists_come_in_pages(own: Callers) -> None:
    for number in range(1, 206):
        agree(own, {**GOOD["service"], "quantity": str(number)})
    first = own["admin"].get(path()).document
    rest = own["admin"].get(path(), next=first["next"]).document
    assert (len(first["agreements"]), len(rest["agreements"]), rest["next"]) == (200, 5, None)
    assert {each["quantity"] for each in first["agreements"] + rest["agreements"]} == {
        str(number) for number in range(1, 206)
    }
    assert own["admin"].get(path(), next="nowhere").status == 400


def test_machines_that_are_stopped_are_free_where_it_was_agreed(own: Callers) -> None:
    terms = {"currency": "EUR", "language": "de", "time_zone": "Europe/Berlin"}

    def told() -> dict[str, Any]:
        accounts = own["admin"].get("/admin/accounts").document["accounts"]
        return next(each for each in accounts if each["id"] == ACME.id)

    assert told()["stopped_vms"] == "charged"
    answer = own["admin"].put(f"/admin/accounts/{ACME.id}", {**terms, "stopped_vms": "free"})
    assert answer.document["stopped_vms"] == told()["stopped_vms"] == "free"
    refused = own["admin"].put(f"/admin/accounts/{ACME.id}", {**terms, "stopped_vms": "half"})
    assert (refused.status, list(refused.document["fields"])) == (400, ["stopped_vms"])
    assert own["admin"].put(f"/admin/accounts/{ACME.id}", terms).document["stopped_vms"] == (
        "charged"
    )
