"""The last known names of what CloudStack lists: kept when it is deleted there."""

from datetime import date, timedelta

import pytest

from chalicelib.metering.catalogue import Catalogue, Named
from local.cloud import Cloud
from local.cloudstack.catalogue import (
    DISK_OFFERINGS,
    NETWORK_OFFERINGS,
    SERVICE_OFFERINGS,
    TEMPLATES,
    ZONES,
)
from local.cloudstack.simulator import Simulator
from tests.world import TODAY, World

FIRST = date(2026, 11, 22)
KINDS = {
    "zone": ZONES,
    "offering": (*SERVICE_OFFERINGS, *DISK_OFFERINGS, *NETWORK_OFFERINGS),
    "template": TEMPLATES,
}
ALL = {(kind, each.id): each.name for kind, things in KINDS.items() for each in things}


@pytest.fixture
def world(cloud: Cloud, simulator: Simulator) -> World:
    """A deployment of its own for each test: what it knows of CloudStack's names grows."""
    return World(cloud, simulator, FIRST)


def known(world: World) -> dict[tuple[str, str], str]:
    things = world.wiring.catalogues.of("main").things
    return {(thing.kind, key): thing.name for key, thing in things.items()}


def told(kind: str) -> dict[tuple[str, str], str]:
    return {key: name for key, name in ALL.items() if key[0] == kind}


def catalogue(**names: str) -> Catalogue:
    return Catalogue({key: Named("offering", name) for key, name in names.items()})


def test_a_plan_learns_every_name(world: World) -> None:
    world.plan()
    assert known(world) == ALL
    names = world.wiring.catalogues.of("main")
    assert names.name_of("zone", ZONES[0].id) == "fra-1"
    assert names.name_of("template", ZONES[0].id) is None
    assert names.storage_tags(DISK_OFFERINGS[0].id) == ("ssd",)
    assert names.storage_tags(DISK_OFFERINGS[1].id) == names.storage_tags("unknown") == ()
    small, disk = names.things[SERVICE_OFFERINGS[0].id], names.things[DISK_OFFERINGS[0].id]
    assert (small.offered, small.size) == ("machines", (1, 2000, 2048))
    assert (disk.offered, disk.size) == ("volumes", None)


def test_names_are_asked_for_once_a_usage_job(world: World) -> None:
    for _ in range(3):
        world.plan()
        world.now += timedelta(hours=1)
    assert world.simulator.calls["listServiceOfferings"] == 1
    before = world.rows()
    world.advance(1)
    world.plan()
    assert world.simulator.calls["listServiceOfferings"] == 2
    shelves = {key: row for key, row in before.items() if "/catalogue/" in key}
    assert shelves and shelves.items() <= world.rows().items()


def test_a_name_outlives_its_thing_and_follows_a_new_name(world: World) -> None:
    table = world.wiring.catalogues
    assert table.remember("main", catalogue(a="Small", b="Large")) > 0
    assert table.remember("main", catalogue(a="Tiny", c="Huge")) > 0
    names = table.of("main")
    assert [names.name_of("offering", key) for key in "abcd"] == ["Tiny", "Large", "Huge", None]
    before = world.rows()
    assert table.remember("main", catalogue(a="Tiny")) == 0
    assert table.remember("main", Catalogue({})) == 0
    assert world.rows() == before


def test_the_names_of_two_connections_are_kept_apart(world: World) -> None:
    table = world.wiring.catalogues
    table.remember("main", catalogue(a="Small"))
    table.remember("main2", catalogue(a="Klein"))
    assert table.of("main").name_of("offering", "a") == "Small"
    assert table.of("main2").name_of("offering", "a") == "Klein"
    assert table.of("mai").things == {}


def test_the_names_of_a_very_large_cloud_fit(world: World) -> None:
    things = {f"{n:032x}": Named("template", f"{n * 2654435761 % 2**61:x}") for n in range(40_000)}
    world.wiring.catalogues.remember("main", Catalogue(things))
    assert world.wiring.catalogues.of("main").things == things


@pytest.mark.parametrize("kind", ["401", "431", "432"])
def test_a_command_that_is_refused_is_skipped(world: World, kind: str) -> None:
    world.simulator.faults.add(kind, times=None, command="listTemplates")
    world.simulator.faults.add(kind, times=None, command="listServiceOfferings")
    assert world.plan().new > 0
    sizes = {("offering", each.id) for each in SERVICE_OFFERINGS}
    expected = {key: name for key, name in ALL.items() if key[0] != "template" and key not in sizes}
    assert known(world) == expected


@pytest.mark.parametrize("kind", ["down", "530", "nonsense"])
def test_a_command_that_fails_stops_no_plan(cloud: Cloud, kind: str) -> None:
    with Simulator(today=TODAY) as simulator:
        world = World(cloud, simulator, FIRST)
        simulator.faults.add(kind, times=None, command="listServiceOfferings")
        assert world.plan().new > 0
        assert known(world) == told("zone")
        assert world.wiring.windows.connection("main").newest_seen is not None
        simulator.faults.clear()
        world.advance(1)
        world.plan()
        assert known(world) == ALL
