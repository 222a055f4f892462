"""A row that makes CloudStack fail with 530: singled out, told, and billed once it can be read."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.entrypoints import triggers
from chalicelib.metering.reviews import Decision, Reason
from local.cloud import Cloud
from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from tests.oracle import services_of
from tests.runs.prices import PRICES, cards
from tests.world import TODAY, World

DAY = TODAY - timedelta(days=1)


def acme() -> list[dict]:  # type: ignore[type-arg]
    with Simulator(today=TODAY) as sample:
        records = list(sample.records(DAY, TODAY))
    return [each for each in records if each.get("accountid") == estate.ACME.id][:90]


def poisoned(records: list[dict], *places: int) -> list[dict]:  # type: ignore[type-arg]
    return [each | ({"_poison": True} if at in places else {}) for at, each in enumerate(records)]


def world_of(cloud: Cloud, simulator: Simulator) -> World:
    world = World(cloud, simulator, DAY, page_size=20)
    for card in cards("EUR"):
        world.wiring.add_rate_card(card)
    return world


def services(world: World) -> dict:  # type: ignore[type-arg]
    (summary,) = world.wiring.charges.newest(estate.ACME.id, 1)
    return {service: amount.amount for service, amount in summary.services}


def expected(records: list[dict]) -> dict:  # type: ignore[type-arg]
    return services_of(
        records, PRICES, owner=estate.ACME.id, month="2026-11", zone="UTC", currency="EUR"
    )


@pytest.mark.parametrize("places", [(0,), (41,), (89,), (3, 4, 5, 60)], ids=str)
def test_all_but_the_poisoned_rows_are_billed_and_those_are_told_in_cloudstacks_words(
    cloud: Cloud, places: tuple[int, ...]
) -> None:
    records = acme()
    with Simulator(today=TODAY, records=poisoned(records, *places)) as simulator:
        world = world_of(cloud, simulator)
        world.collect_all()
    (window,) = world.wiring.windows.windows("main")
    assert (window.state, window.records, window.rejects) == ("complete", 90, len(places))
    ((_, group),) = world.wiring.reviews.of("main")
    assert (group.reason, group.count, group.is_open) == (Reason.LOST, len(places), True)
    told = [json.loads(each)["lost"] for each in group.samples]
    assert {each.partition(":")[0] for each in told} == {f"row {at + 1}" for at in places}
    assert all('"diskOff" is null' in each and "530" in each for each in told)
    assert services(world) == expected([r for at, r in enumerate(records) if at not in places])


def test_a_row_that_can_be_read_later_is_billed_then_although_the_count_is_the_same(
    cloud: Cloud,
) -> None:
    records = acme()
    with Simulator(today=TODAY, records=poisoned(records, 41)) as simulator:
        world = world_of(cloud, simulator)
        world.collect_all()
        assert services(world) != expected(records)
        world.advance(1)
        world.collect_all()
        (window, _) = world.wiring.windows.windows("main")
        assert window.rejects == 1

        simulator.serve(records)
        world.advance(1)
        world.collect_all()
        (window, *_) = world.wiring.windows.windows("main")
        assert (window.records, window.rejects) == (90, 0)
        assert not list(world.wiring.reviews.of("main"))
        assert services(world) == expected(records)
        # Nothing is lost any more, so the next look costs one row again; a day without any, two.
        calls = simulator.calls["listUsageRecords"]
        world.advance(1)
        triggers.plan_connections(world.wiring)
        world.drain()
        assert simulator.calls["listUsageRecords"] == calls + 1 + 1 + 2 * 2


@pytest.mark.parametrize("how", ["refused", "too old"])
def test_a_lost_row_is_not_asked_for_for_ever(cloud: Cloud, how: str) -> None:
    with Simulator(today=TODAY, records=poisoned(acme(), 41)) as simulator:
        world = world_of(cloud, simulator)
        world.collect_all()
        if how == "refused":
            span = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
            decision = Decision("main", None, Reason.LOST, *span, "refuse", "admin", world.now)
            assert world.wiring.decide(decision) == 1
            world.drain()
            (window,) = world.wiring.windows.windows("main")
            assert (window.rejects, window.refused) == (0, 1)
            world.advance(1)
        else:
            world.advance(world.settings.late_days + 1)
        world.plan()
        calls = simulator.calls["listUsageRecords"]
        world.drain()
        new = 1 if how == "refused" else world.settings.late_days + 1
        assert simulator.calls["listUsageRecords"] == calls + new + (how == "refused")


def test_a_row_that_cannot_be_read_any_more_stays_on_the_bill_and_is_told(cloud: Cloud) -> None:
    records = acme()
    address = next(each for each in records if each["usagetype"] == 3)
    late = {**address, "usageid": "late"}
    with Simulator(today=TODAY, records=records) as simulator:
        world = world_of(cloud, simulator)
        world.collect_all()
        before = services(world)
        simulator.serve([*poisoned(records, 0), late])
        world.advance(1)
        world.collect_all()
        (window, _) = world.wiring.windows.windows("main")
    assert (window.state, window.records, window.rejects) == ("complete", 91, 1)
    assert services(world) == expected([*records, late]) != before
