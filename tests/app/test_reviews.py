"""Holds and rejects: one line for each cause; what the operator decides, and what comes of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from local.cloudstack.estate import ACME, GLOBEX, INITECH
from tests.app.callers import Answer, Callers

ALL = {"from": "2026-10-31T00:00:00Z", "to": "2026-11-04T00:00:00Z"}
OVERLAPS = {"connection": "main", "usage_type": 1, "reason": "overlap", **ALL}
MERGED = {**OVERLAPS, "reason": "too_many_hours"}
UNKNOWN = {**OVERLAPS, "usage_type": 99, "reason": "unknown_type"}


def decide(callers: Callers, verdict: str, **asked: object) -> Answer:
    return callers["admin"].post("/admin/decisions", {**OVERLAPS, "verdict": verdict, **asked})


def open_groups(callers: Callers, kind: str) -> dict[tuple[int | None, str], dict[str, Any]]:
    """Return what waits, by usage type and reason."""
    found = callers["admin"].get(f"/admin/{kind}").document[kind]
    return {(group["usage_type"], group["reason"]): group for group in found}


def hours(callers: Callers, account: str, meter: str) -> Decimal:
    """Return what an account used of a meter in November, UTC or nearly."""
    asked = {"account": account, "from": "2026-11-01", "to": "2026-11-30", "group": "meter"}
    rows = callers["admin"].get("/usage", **asked).document["rows"]
    return sum((Decimal(row["quantity"]) for row in rows if row["meter"] == meter), Decimal(0))


def spent(callers: Callers, account: str) -> Decimal:
    """Return what both months cost an account."""
    asked = {"account": account, "from": "2026-10-01", "to": "2026-11-30"}
    return Decimal(callers["admin"].get("/costs", **asked).document["total"]["amount"])


def test_each_cause_is_one_line_over_all_days_and_accounts(troubled: Callers) -> None:
    told = troubled["admin"].get("/admin/rejects").document
    assert told["next"] is None
    unknown, nobody = told["rejects"]
    assert (unknown["id"], unknown["kind"]) == ("main:99:unknown_type", "reject")
    assert (unknown["connection"], unknown["usage_type"], unknown["meter"]) == ("main", 99, None)
    assert unknown["text"] == "has a usage type without a meter"
    assert (unknown["records"], unknown["accounts"]) == (12, 2)
    assert unknown["account_names"] == ["acme", "globex"]
    assert (unknown["first_window"], unknown["last_window"]) == (ALL["from"], ALL["to"])
    assert len(unknown["samples"]) == 5
    assert {sample["usagetype"] for sample in unknown["samples"]} == {99}
    assert unknown["can_accept"] is nobody["can_accept"] is False
    assert (nobody["usage_type"], nobody["reason"]) == (3, "no_owner")
    assert (nobody["records"], nobody["account_names"]) == (4, [])


def test_a_hold_says_whether_there_is_anything_to_bill(troubled: Callers) -> None:
    holds = open_groups(troubled, "holds")
    assert {key: group["can_accept"] for key, group in holds.items()} == {
        (1, "overlap"): True,
        (1, "too_many_hours"): True,
        (3, "decimal_comma"): True,
        (4, "negative"): False,
    }
    for group in holds.values():
        assert (group["kind"], group["records"], group["accounts"]) == ("hold", 4, 1)
    assert holds[1, "overlap"]["meter"] == "Running VM"
    assert holds[3, "decimal_comma"]["account_names"] == ["initech"]
    assert holds[3, "decimal_comma"]["samples"][0]["rawusage"] == "12,5"


def test_what_waits_is_said_on_the_overview_in_words(troubled: Callers) -> None:
    told = {
        user: {
            (warning["kind"], warning["message"])
            for warning in troubled[user].get("/overview").document["warnings"]
            if warning["kind"] != "unpriced"
        }
        for user in ("acme", "globex", "initech")
    }
    waits = "usage records could not be billed yet: each"
    assert told["globex"] == {("rejects", f"8 {waits} has a usage type without a meter")}
    assert told["initech"] == {("holds", f"4 {waits} writes its raw usage with a decimal comma")}
    assert told["acme"] == {
        ("rejects", f"4 {waits} has a usage type without a meter"),
        ("holds", f"4 {waits} overlaps another record of the same resource"),
        ("holds", f"4 {waits} has more hours than its window"),
        ("holds", f"4 {waits} has a negative raw usage"),
    }


def test_what_is_accepted_is_billed_and_waits_no_longer(undecided: Callers) -> None:
    world, before = undecided.world, spent(undecided, ACME.id)
    used = hours(undecided, ACME.id, "running_vm")
    answer = decide(undecided, "accept", **MERGED)
    assert (answer.status, answer.document["windows"]) == (202, 4)
    world.drain()
    assert (1, "too_many_hours") not in open_groups(undecided, "holds")
    # Three days of November and the last hour of October, in which it is November in Berlin.
    added = Decimal("36.5") * (3 + Decimal(1) / 24)
    assert round(hours(undecided, ACME.id, "running_vm") - used, 12) == round(added, 12)
    # Four days at 0.0255 EUR an hour, in two months that are rounded each.
    cost = 4 * Decimal("36.5") * Decimal("0.0255")
    assert abs(spent(undecided, ACME.id) - before - cost) < Decimal("0.02")
    (connection,) = undecided["admin"].get("/admin/windows").document["connections"]
    assert (connection["holds"], connection["refused"]) == (12, 0)
    warnings = undecided["acme"].get("/overview").document["warnings"]
    assert not any("more hours than its window" in each["message"] for each in warnings)


def test_what_is_refused_is_not_billed_and_waits_no_longer(undecided: Callers) -> None:
    world, before = undecided.world, [spent(undecided, each.id) for each in (ACME, GLOBEX)]
    for verdict in (OVERLAPS, UNKNOWN):
        answer = decide(undecided, "refuse", **verdict)
        assert (answer.status, answer.document["windows"]) == (202, 4)
    world.drain()
    assert (1, "overlap") not in open_groups(undecided, "holds")
    assert set(open_groups(undecided, "rejects")) == {(3, "no_owner")}
    assert [spent(undecided, each.id) for each in (ACME, GLOBEX)] == before
    (connection,) = undecided["admin"].get("/admin/windows").document["connections"]
    assert (connection["rejects"], connection["holds"], connection["refused"]) == (4, 12, 16)
    assert undecided["globex"].get("/overview").document["warnings"] == []


def test_a_decision_is_about_the_windows_it_names_alone(undecided: Callers) -> None:
    span = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-03T00:00:00Z"}
    assert decide(undecided, "refuse", **{**UNKNOWN, **span}).document["windows"] == 2
    undecided.world.drain()
    left = open_groups(undecided, "rejects")[99, "unknown_type"]
    assert left["records"] == 6
    assert (left["first_window"], left["last_window"]) == (ALL["from"], ALL["to"])


def test_a_decision_does_not_touch_another_connection_type_or_reason(undecided: Callers) -> None:
    before = open_groups(undecided, "holds")
    decide(undecided, "refuse", **MERGED)
    undecided.world.drain()
    after = open_groups(undecided, "holds")
    assert after == {key: each for key, each in before.items() if key != (1, "too_many_hours")}


def test_the_latest_decision_counts_and_all_are_remembered(undecided: Callers) -> None:
    world, before = undecided.world, hours(undecided, INITECH.id, "ip_address")
    commas = {**OVERLAPS, "usage_type": 3, "reason": "decimal_comma"}
    decide(undecided, "accept", **commas, note="A German server.")
    world.drain()
    billed = hours(undecided, INITECH.id, "ip_address")
    assert billed > before
    world.now += timedelta(minutes=1)
    decide(undecided, "refuse", **commas)
    world.drain()
    assert hours(undecided, INITECH.id, "ip_address") == before
    told = undecided["admin"].get("/admin/decisions").document
    assert [(each["verdict"], each["note"], each["at"]) for each in told["decisions"]] == [
        ("refuse", "", "2026-11-04T01:01:00Z"),
        ("accept", "A German server.", "2026-11-04T01:00:00Z"),
    ]
    assert {each["by"] for each in told["decisions"]} == {"admin"}
    for each in told["decisions"]:
        assert {name: each[name] for name in commas} == commas
        assert each["text"] == "writes its raw usage with a decimal comma"
    assert told["next"] is None


def test_the_same_decision_twice_is_one_and_changes_nothing_more(undecided: Callers) -> None:
    first = decide(undecided, "accept")
    undecided.world.drain()
    before = undecided.world.rows()
    again = decide(undecided, "accept")
    assert (again.status, again.document) == (202, first.document)
    undecided.world.drain()
    assert undecided.world.rows() == before


def test_decisions_have_pages_and_none_is_lost_between_them(undecided: Callers) -> None:
    for number in range(205):
        undecided.world.now += timedelta(seconds=1)
        assert decide(undecided, "refuse", note=str(number)).status == 202
    notes: list[str] = []
    sizes, asked = [], {}
    while True:
        page = undecided["admin"].get("/admin/decisions", **asked).document
        notes += [each["note"] for each in page["decisions"]]
        sizes.append(len(page["decisions"]))
        if page["next"] is None:
            break
        asked = {"next": page["next"]}
    assert sizes == [100, 100, 5]
    assert notes == [str(number) for number in reversed(range(205))]


@pytest.mark.parametrize(
    "about",
    [UNKNOWN, {**OVERLAPS, "usage_type": 4, "reason": "negative"}, {**UNKNOWN, "usage_type": None}],
    ids=lambda each: f"{each['usage_type']} {each['reason']}",
)
def test_what_has_no_quantity_cannot_be_accepted(
    troubled: Callers, about: dict[str, object]
) -> None:
    before = troubled.world.rows()
    answer = decide(troubled, "accept", **about)
    assert (answer.status, answer.document["error"]) == (409, "Conflict")
    assert "can only be refused" in answer.document["message"]
    assert troubled.world.rows() == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"connection": "second"}, "connection"),
        ({"connection": "decisions#main"}, "connection"),
        ({"connection": None}, "connection"),
        ({"usage_type": "1"}, "usage_type"),
        ({"usage_type": 1.5}, "usage_type"),
        ({"usage_type": 10**400}, "usage_type"),
        ({"reason": "because"}, "reason"),
        ({"reason": "overlaps another record of the same resource"}, "reason"),
        ({"reason": None}, "reason"),
        ({"verdict": "bill"}, "verdict"),
        ({"verdict": None}, "verdict"),
        ({"from": "2026-11-01"}, "from"),
        ({"from": None}, "from"),
        ({"from": "2026-11-01T00:00:00"}, "from"),
        ({"to": "2026-10-31T00:00:00Z"}, "to"),
        ({"to": "1999-10-31T00:00:00Z"}, "to"),
        ({"to": "2026-11-04T00:00:00.123Z"}, "to"),
        ({"note": "x" * 501}, "note"),
        ({"note": None}, "note"),
        ({"by": "acme"}, "by"),
    ],
    ids=lambda each: str(each)[:60],
)
def test_a_decision_that_is_none_is_refused_at_its_field(
    troubled: Callers, changed: dict[str, object], field: str
) -> None:
    before = troubled.world.rows()
    answer = decide(troubled, **{"verdict": "refuse", **changed})  # type: ignore[arg-type]
    assert (answer.status, set(answer.document["fields"])) == (400, {field}), answer
    assert troubled.world.rows() == before


@pytest.mark.parametrize("field", [*OVERLAPS, "verdict"])
def test_a_field_that_is_missing_is_named(troubled: Callers, field: str) -> None:
    whole = {**OVERLAPS, "verdict": "refuse"}
    sent = {name: each for name, each in whole.items() if name != field}
    answer = troubled["admin"].post("/admin/decisions", sent)
    assert (answer.status, set(answer.document["fields"])) == (400, {field})
