"""A rate card drafted from CloudStack's Quota plugin over the HTTP API."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from local.cloud import Cloud
from local.cloudstack.quota import SAMPLE_TARIFFS, QuotaTariff
from local.cloudstack.simulator import Simulator
from tests.app.callers import Callers
from tests.app.conftest import FIRST_DAY, TODAY, serving
from tests.world import World

DECEMBER = "2026-12-01T00:00:00Z"


@pytest.fixture(scope="module")
def planned_callers(cloud: Cloud) -> Iterator[Callers]:
    """Callers of a deployment that knows the sample tariffs, and of a second CloudStack none."""
    with Simulator(today=TODAY) as simulator, Simulator(today=TODAY, quota=False) as other:
        world = World(cloud, simulator, FIRST_DAY)
        world.connect("other", other, FIRST_DAY)
        with serving(world):
            world.plan()
            world.plan("other")
        yield Callers(world)


@pytest.fixture
def planned(planned_callers: Callers) -> Iterator[Callers]:
    with serving(planned_callers.world):
        before = planned_callers.world.rows()
        yield planned_callers
        told = planned_callers.world.rows().keys() ^ before.keys()
        assert all("sessions" in key for key in told)


def draft(callers: Callers, **query: str) -> dict[str, Any]:
    answer = callers["admin"].get("/admin/quota-tariffs", **{"currency": "EUR", **query})
    assert answer.status == 200, answer
    found: dict[str, Any] = answer.document
    return found


def prices(document: dict[str, Any]) -> dict[str, str]:
    return {each["meter"]: each["price"] for each in document["rate_card"]["prices"]}


def test_the_sample_becomes_a_rate_card(planned: Callers) -> None:
    drafted = draft(planned, effective_from=DECEMBER)
    assert drafted["rate_card"]["currency"] == "EUR"
    assert drafted["rate_card"]["effective_from"] == DECEMBER
    assert prices(drafted) == {
        "running_vm": "13.5",
        "allocated_vm": "0",
        "ip_address": "3",
        "network_sent": "0.08",
        "network_received": "0",
        "template": "0",
        "iso": "0.03",
        "snapshot": "0.04",
        "security_group": "0",
        "load_balancer": "8",
        "port_forwarding": "0",
        "network_offering": "4.5",
        "vpn_user": "6",
        "disk_reads": "10",
        "disk_writes": "20",
        "disk_read": "0",
        "disk_written": "0",
        "vm_snapshot": "0.06",
        "vm_snapshot_on_primary": "0.07",
        "backup_storage": "0.05",
        "bucket": "0.02",
        "network": "2",
        "vpc": "9",
    }
    assert drafted["zero"] == [meter for meter, price in prices(drafted).items() if price == "0"]
    assert drafted["as_of"] == "2026-11-04T01:00:00Z"


def test_what_needs_a_person_is_listed_with_its_reason(planned: Callers) -> None:
    left = draft(planned)["needs_person"]
    assert [(each["name"], each["meter_name"]) for each in left] == [
        ("Volume by storage", "Volume"),
        ("Volume surcharge", "Volume"),
        ("Secondary storage", "Volume on secondary storage"),
    ]
    program, surcharge, secondary = left
    (sample,) = (each for each in SAMPLE_TARIFFS if each.name == "Volume by storage")
    assert (program["id"], program["rule"], program["value"]) == (sample.id, sample.rule, "0.0")
    assert (surcharge["rule"], surcharge["usage_type"]) == (None, 6)
    assert all(each["reason"] for each in left)
    assert secondary["usage_type"] == 26


def test_a_draft_can_be_posted_as_it_is(cloud: Cloud) -> None:
    with Simulator(today=TODAY) as simulator:
        world = World(cloud, simulator, FIRST_DAY)
        callers = Callers(world)
        with serving(world):
            world.plan()
            card = draft(callers, effective_from=DECEMBER)["rate_card"]
            answer = callers["admin"].take_rate_card(card)
            assert answer.status == 201, answer
            assert answer.document == {**card, "version": answer.document["version"]}


def test_the_draft_is_of_the_instant_asked_for(planned: Callers) -> None:
    at_the_end, later = draft(planned, effective_from="2024-12-31T00:00:00Z"), draft(planned)
    assert prices(at_the_end)["vpn_user"] == "11"
    assert prices(later)["vpn_user"] == "6"
    assert prices(draft(planned, effective_from="2099-01-01T05:30:00+05:30"))["vpn_user"] == "7"
    assert prices(draft(planned, effective_from="2019-12-31T23:59:59Z")) == {}


def test_without_an_instant_it_begins_with_the_next_month(planned: Callers) -> None:
    assert draft(planned)["rate_card"]["effective_from"] == DECEMBER


def test_without_tariffs_the_draft_is_empty(planned: Callers) -> None:
    assert draft(planned, connection="other") == {
        "rate_card": {"currency": "EUR", "effective_from": DECEMBER, "prices": []},
        "zero": [],
        "needs_person": [],
        "as_of": None,
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "currency"),
        ({"currency": ""}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "EUR", "connection": "nobody"}, "connection"),
        ({"currency": "EUR", "connection": ""}, "connection"),
        ({"currency": "EUR", "effective_from": ""}, "effective_from"),
        ({"currency": "EUR", "effective_from": "soon"}, "effective_from"),
        ({"currency": "EUR", "effective_from": "2026-12-01"}, "effective_from"),
        ({"currency": "EUR", "effective_from": "2026-12-01T00:00:00"}, "effective_from"),
        ({"currency": "EUR", "effective_from": "2026-12-01T00:00:00.5Z"}, "effective_from"),
        ({"currency": "EUR", "effective_from": "0001-01-01T00:00:00Z"}, "effective_from"),
    ],
    ids=str,
)
def test_bad_questions_are_refused(planned: Callers, query: dict[str, str], field: str) -> None:
    answer = planned["admin"].get("/admin/quota-tariffs", **query)
    assert (answer.status, set(answer.document["fields"])) == (400, {field})


def test_tariffs_that_change_change_the_draft(cloud: Cloud) -> None:
    with Simulator(today=TODAY) as simulator:
        simulator.quota.tariffs = [
            QuotaTariff(3, "Address", "4.25"),
            QuotaTariff(31, "VPC", "1", until=datetime(2026, 11, 30, tzinfo=UTC)),
        ]
        world = World(cloud, simulator, FIRST_DAY)
        callers = Callers(world)
        with serving(world):
            world.plan()
            assert prices(draft(callers)) == {"ip_address": "4.25"}
            simulator.quota.tariffs = [QuotaTariff(3, "Address", "4.50", "program()")]
            simulator.advance(1)
            world.plan()
            changed = draft(callers)
            assert prices(changed) == {}
            assert [each["value"] for each in changed["needs_person"]] == ["4.5"]
