"""Messages in any order, any number of times: the same rows; and nothing new, nothing written."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from chalicelib.entrypoints import triggers
from chalicelib.metering.reviews import Decision, Reason
from chalicelib.runs import collect_usage
from local.cloud import Cloud
from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from tests.faults import counted_requests
from tests.runs.prices import cards
from tests.world import TODAY, World

DAYS = 3
FIRST = TODAY - timedelta(days=DAYS)
HOLDS = [
    (1, Reason.TOO_MANY_HOURS, "accept"),
    (3, Reason.OVERLAP, "accept"),
    (6, Reason.ANOTHER_QUANTITY, "refuse"),
]


def contradictory() -> list[dict]:  # type: ignore[type-arg]
    """Three days of a project, with copies, overlaps, other quantities and rows of no type."""
    with Simulator(today=TODAY) as sample:
        records = list(sample.records(FIRST, TODAY))
    records = [each for each in records if each.get("projectid") == estate.APOLLO.id]
    vms, addresses, volumes = ([r for r in records if r["usagetype"] == n] for n in (1, 3, 6))
    crossing = {"startdate": "2026-11-20T12:00:00+0000", "enddate": "2026-11-21T11:59:59+0000"}
    return [
        *records,
        *records[::3],
        *(
            {**each, "virtualmachineid": f"{each['virtualmachineid']}-too-long", "rawusage": "25"}
            for each in vms
        ),
        {**addresses[0], **crossing},
        *({**each, "rawusage": "23.5"} for each in volumes[::2]),
        {**vms[0], "usagetype": 99},
        {**vms[0], "accountid": None, "projectid": None},
    ]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(today=TODAY, records=contradictory()) as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of more than 60 rows are read in parts."""
    monkeypatch.setattr(collect_usage, "_ROWS_A_PART", 60)


def fresh(cloud: Cloud, simulator: Simulator) -> World:
    world = World(cloud, simulator, FIRST, page_size=20)
    world.pages_a_run = 2
    for card in cards("EUR"):
        world.wiring.add_rate_card(card)
    return world


def decide(world: World) -> None:
    """Decide on what was held; has the windows replayed."""
    for number, (usage_type, reason, verdict) in enumerate(HOLDS):
        start, end = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
        at = datetime(2026, 11, 23, 9, number, tzinfo=UTC)
        world.wiring.decide(
            Decision("main", usage_type, reason, start, end, verdict, "admin", at)  # type: ignore[arg-type]
        )


def told(world: World, **how: object) -> World:
    """The same world, all collected, decided on and rated, its messages worked off like `how`."""
    world.plan()
    world.plan()
    world.drain(**how)  # type: ignore[arg-type]
    decide(world)
    world.drain(**how)  # type: ignore[arg-type]
    return world


@pytest.fixture(scope="module")
def straight(cloud: Cloud, simulator: Simulator) -> World:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect_usage, "_ROWS_A_PART", 60)
        return told(fresh(cloud, simulator))


def test_the_story_has_parts_copies_holds_and_what_was_decided(straight: World) -> None:
    world = straight.copied()
    windows = list(world.wiring.windows.windows("main"))
    assert len(windows) == DAYS and min(len(each.archived) for each in windows) >= 2
    assert all(each.copies > 3 for each in windows) and windows[0].rejects == 2
    assert {each.holds for each in windows} == {0} and sum(each.refused for each in windows) > 3
    assert len(world.wiring.reviews.decisions("main")) == len(HOLDS)


@pytest.mark.parametrize(
    "how",
    [
        {"reverse": True},
        {"twice": True},
        {"twice": True, "reverse": True},
        *({"shuffle": seed} for seed in range(5)),
    ],
    ids=str,
)
def test_any_order_and_repetition_ends_in_the_same_bytes(
    cloud: Cloud, simulator: Simulator, straight: World, how: dict[str, int]
) -> None:
    if "shuffle" in how:
        crooked = told(fresh(cloud, simulator), shuffle=Random(how["shuffle"]))
    else:
        crooked = told(fresh(cloud, simulator), **how)
    assert crooked.rows() == straight.rows()
    assert crooked.archived() == straight.archived()


def test_rows_in_any_order_are_the_same_usage(cloud: Cloud, straight: World) -> None:
    records = contradictory()
    Random(7).shuffle(records)
    with Simulator(today=TODAY, records=records) as shuffled:
        world = told(fresh(cloud, shuffled))
    of_records = ("usage/", "rejects/", "charges/")
    expected, found = straight.rows(), world.rows()
    for key in {*expected, *found}:
        if key.startswith(of_records):
            assert found.get(key) == expected.get(key), key


def test_an_unchanged_run_writes_nothing(
    cloud: Cloud, straight: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = straight.copied()
    before = world.rows()
    ever = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    with counted_requests(monkeypatch) as requests:
        triggers.plan_connections(world.wiring)
        world.drain()
    assert not requests.written
    for progress in world.wiring.windows.windows("main", since=ever[0], before=ever[1]):
        with counted_requests(monkeypatch) as requests:
            message = collect_usage.WindowMessage.of(progress.window)
            world.wiring.collect(message)
            world.wiring.collect(collect_usage.WindowMessage.of(progress.window, replay=True))
        assert not requests.written
    for account in world.wiring.accounts.all():
        with counted_requests(monkeypatch) as requests:
            rated = world.wiring.rate(account.id, "2026-11", world.now)
        assert rated is not None and not rated.changed and not requests.written
    assert world.rows() == before


def test_a_window_whose_count_says_nothing_is_read_again_and_not_written(
    cloud: Cloud, simulator: Simulator, straight: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Before 4.15, CloudStack counts the rows of the page.
    with Simulator(today=TODAY, version="4.13", records=contradictory()) as old:
        world = fresh(cloud, old)
        world.pages_a_run = None
        world.collect_all()
        before, archived = world.rows(), world.archived()
        asked = old.calls["listUsageRecords"]
        windows = list(world.wiring.windows.windows("main"))
        with counted_requests(monkeypatch) as requests:
            for progress in windows:
                message = collect_usage.WindowMessage.of(progress.window)
                world.wiring.collect(message)
        assert old.calls["listUsageRecords"] > asked + 2 * len(windows)
    assert [name for name in requests.written if not name.startswith("PUT ")] == []
    assert (world.rows(), world.archived()) == (before, archived)


@pytest.mark.parametrize("pages", [1, 2, 3, 5])
def test_time_that_runs_out_anywhere_reads_every_page_once(cloud: Cloud, pages: int) -> None:
    # Parts of three pages: with three, time runs out just as a part ends.
    with Simulator(today=TODAY, records_per_day=147, accounts=1) as load:
        world = World(cloud, load, TODAY - timedelta(days=1), page_size=20)
        world.pages_a_run = pages
        world.plan()
        world.drain(rate=False)
        (window,) = world.wiring.windows.windows("main")
        assert (window.records, window.answered, window.copies) == (147, 147, 0)
        # Whether anything comes after the last page may take one more to tell.
        assert window.state == "complete" and window.pages in (8, 9)
