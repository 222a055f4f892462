"""The tariffs of the Quota plugin, remembered by the plan for whoever imports them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest

from chalicelib.rating.quota_tariffs import QuotaTariff, QuotaTariffs
from local.cloud import Cloud
from local.cloudstack import quota
from local.cloudstack.quota import SAMPLE_TARIFFS
from local.cloudstack.simulator import Simulator
from tests.world import TODAY, World

FIRST = date(2026, 11, 22)
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
LISTED = {each.name: each for each in SAMPLE_TARIFFS if each.removed is None}


@pytest.fixture
def world(cloud: Cloud, simulator: Simulator) -> World:
    return World(cloud, simulator, FIRST)


def known(world: World) -> QuotaTariffs:
    found = world.wiring.quota_tariffs.of("main")
    assert found is not None
    return found


def tariff(name: str, value: str = "1") -> QuotaTariff:
    return QuotaTariff(name, name, 1, "Compute*Month", D(value), SINCE)


def test_a_plan_learns_every_tariff_with_all_its_digits(world: World) -> None:
    world.plan()
    assert known(world).as_of == world.now
    tariffs = {each.name: each for each in known(world).tariffs}
    assert set(tariffs) == set(LISTED)
    for name, sample in LISTED.items():
        found = tariffs[name]
        assert (found.id, found.usage_type) == (sample.id, sample.usage_type)
        assert found.value == D(sample.value), name
        assert (found.rule or "") == sample.rule and found.rule_shown
        assert (found.effective_from, found.until) == (sample.since, sample.until)
        assert (found.position, found.removed) == (sample.position, None)
    assert tariffs["Disk reads"].value == D("0.00001")


def test_all_pages_are_read(cloud: Cloud, simulator: Simulator) -> None:
    world = World(cloud, simulator, FIRST, page_size=10)
    world.plan()
    assert {each.name for each in known(world).tariffs} == set(LISTED)
    assert simulator.calls["quotaTariffList"] == len(LISTED) // 10 + 1


def test_tariffs_are_asked_for_once_a_usage_job_and_written_when_they_change(
    world: World,
) -> None:
    first = world.now
    for _ in range(3):
        world.plan()
        world.now += timedelta(hours=1)
    assert world.simulator.calls["quotaTariffList"] == 1
    before = {key: row for key, row in world.rows().items() if "/quota-tariffs/" in key}
    assert len(before) == 1
    world.advance(1)
    world.plan()
    assert world.simulator.calls["quotaTariffList"] == 2
    assert before.items() <= world.rows().items()
    assert known(world).as_of == first

    world.simulator.quota.tariffs = [quota.QuotaTariff(3, "Address", "4.25")]
    world.advance(1)
    world.plan()
    assert known(world).as_of == world.now
    assert [(each.name, each.value) for each in known(world).tariffs] == [("Address", D("4.25"))]


def test_tariffs_that_are_all_gone_are_gone(world: World) -> None:
    world.simulator.quota.tariffs = []
    world.plan()
    assert known(world).tariffs == []


def test_what_is_remembered_twice_is_written_once(world: World) -> None:
    table = world.wiring.quota_tariffs
    assert table.of("main") is None
    assert table.remember("main", [tariff("a"), tariff("b")], world.now)
    before = world.rows()
    assert not table.remember("main", [tariff("b"), tariff("a")], world.now + timedelta(1))
    assert world.rows() == before
    assert table.remember("main", [tariff("a")], world.now + timedelta(1))
    assert table.remember("main2", [tariff("c")], world.now)
    assert [each.name for each in known(world).tariffs] == ["a"]
    assert table.of("mai") is None


def test_more_than_a_row_holds_is_left_out(world: World) -> None:
    table = world.wiring.quota_tariffs
    many = [tariff(f"{n * 2654435761 % 2**61:x}{n * 40503 % 2**31:x}") for n in range(30_000)]
    assert not table.remember("main", many, world.now)
    assert table.of("main") is None


def test_where_the_plugin_is_off_nothing_is_remembered(cloud: Cloud) -> None:
    with Simulator(today=TODAY, quota=False) as simulator:
        world = World(cloud, simulator, FIRST)
        assert world.plan().new > 0
        assert world.wiring.quota_tariffs.of("main") is None
        assert world.wiring.windows.connection("main").newest_seen is not None


@pytest.mark.parametrize("kind", ["401", "431", "432", "530", "down", "nonsense"])
def test_a_list_that_is_refused_or_fails_stops_no_plan(world: World, kind: str) -> None:
    table = world.wiring.quota_tariffs
    table.remember("main", [tariff("a")], world.now)
    world.simulator.faults.add(kind, times=None, command="quotaTariffList")
    assert world.plan().new > 0
    assert [each.name for each in known(world).tariffs] == ["a"]
    assert world.wiring.windows.connection("main").newest_seen is not None


def test_one_tariff_without_sense_spoils_no_plan(world: World) -> None:
    odd = quota.QuotaTariff(3, "Address", "nan")
    world.simulator.quota.tariffs = [odd, *SAMPLE_TARIFFS]
    assert world.plan().new > 0
    assert world.wiring.quota_tariffs.of("main") is None


def test_an_absurd_value_is_one_that_was_not_told(world: World) -> None:
    world.simulator.quota.tariffs = [
        quota.QuotaTariff(3, "Address", "1e300", "true"),
        quota.QuotaTariff(1, "Machine", "1e14"),
        quota.QuotaTariff(2, "Machine kept", "1e-14"),
        quota.QuotaTariff(4, "Traffic", "-0.5"),
    ]
    world.plan()
    values = {each.name: each.value for each in known(world).tariffs}
    assert values == {
        "Address": None,
        "Machine": D("1e14"),
        "Machine kept": D("1e-14"),
        "Traffic": D("-0.5"),
    }


def test_rules_that_are_not_shown_are_known_to_be_hidden(world: World) -> None:
    world.simulator.quota.shows_rules = False
    world.plan()
    assert not any(each.rule_shown for each in known(world).tariffs)
    assert not any(each.rule for each in known(world).tariffs)


@pytest.mark.parametrize("version", ["4.17", "4.22"])
def test_plain_tariffs_are_known_to_have_no_rules(cloud: Cloud, version: str) -> None:
    with Simulator(today=TODAY, version=version) as simulator:
        simulator.quota.tariffs = [quota.QuotaTariff(3, "Address", "4.25")]
        # Before 4.18 there are no rules, whoever asks.
        simulator.quota.shows_rules = version == "4.22"
        world = World(cloud, simulator, FIRST)
        world.plan()
        ((found),) = known(world).tariffs
        assert (found.value, found.rule, found.rule_shown) == (D("4.25"), None, True)
        assert found.name == ("Address" if version == "4.22" else "IP_ADDRESS")


def test_a_failure_while_asking_for_the_right_to_see_rules_changes_nothing(world: World) -> None:
    world.simulator.quota.tariffs = [quota.QuotaTariff(3, "Address", "4.25")]
    world.simulator.faults.add("down", times=None, command="listApis")
    assert world.plan().new > 0
    assert world.wiring.quota_tariffs.of("main") is None
