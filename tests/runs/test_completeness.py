"""Everything CloudStack measured is found, once: whatever its zone, its range, and its timing."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.accounts import Terms
from chalicelib.entrypoints import triggers
from local.cloud import Cloud
from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from tests.oracle import services_of
from tests.runs.prices import PRICES, cards
from tests.world import TODAY, World

Record = dict[str, Any]
SAMPLES = [*estate.ACCOUNTS, *estate.PROJECTS]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN = "Europe/Berlin"


def world_of(
    cloud: Cloud, simulator: Simulator, first: date, now: datetime, **connection: object
) -> World:
    """A world with prices in euros, and an account whose months are those of Kolkata."""
    world = World(cloud, simulator, first, **connection)
    world.now = now
    for card in cards("EUR"):
        world.wiring.add_rate_card(card)
    world.wiring.set_terms(estate.GLOBEX.id, Terms("EUR", "en", "Asia/Kolkata"))
    return world


def at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("'", "")).astimezone(UTC)


def records_between(simulator: Simulator, first: datetime, last: datetime) -> list[Record]:
    """Return the records that end after `first` and not after `last`."""
    every = simulator.records(first.date() - 2 * DAY, last.date() + 2 * DAY)
    return [
        each for each in every if first < at(str(each["enddate"])) + timedelta(seconds=1) <= last
    ]


def bills(world: World, records: Iterable[Record], months: Sequence[str]) -> int:
    """Check that every sample account owes for `records`; return how many amounts there were."""
    known, amounts = list(records), 0
    for sample in SAMPLES:
        zone = world.wiring.accounts.get(sample.id).terms.time_zone
        for month in months:
            owed = services_of(
                known, PRICES, owner=sample.id, month=month, zone=zone, currency="EUR"
            )
            found: dict[str, Decimal] = {}
            for rated in world.wiring.charges.rated(sample.id, [month]):
                assert not rated.unpriced
                for line in rated.line_items:
                    found[line.service] = found.get(line.service, Decimal(0)) + line.amount.amount
            assert found == owed, (sample.name, month)
            amounts += len(owed)
    return amounts


def spans(world: World) -> list[tuple[datetime, timedelta]]:
    windows = [each.window.period for each in world.wiring.windows.windows("main")]
    return [(each.start, each.end - each.start) for each in windows]


def nothing_was_set_aside(world: World) -> bool:
    windows = list(world.wiring.windows.windows("main"))
    assert all(each.state == "complete" for each in windows)
    return not any(each.rejects or each.holds or each.copies for each in windows)


def test_a_day_is_due_once_cloudstack_says_its_job_has_covered_it(cloud: Cloud) -> None:
    with Simulator(now=datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) as simulator:
        world = World(cloud, simulator, date(2026, 11, 21))
        world.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
        assert world.plan().new == 1
        assert world.wiring.windows.connection("main").newest_seen == datetime(
            2026, 11, 22, tzinfo=UTC
        )
        simulator.advance(hours=1)
        assert world.plan().new == 2


def test_before_4_17_a_day_is_due_some_hours_after_its_end(cloud: Cloud) -> None:
    with Simulator(now=datetime(2026, 11, 23, 1, tzinfo=UTC), version="4.15") as simulator:
        world = World(cloud, simulator, date(2026, 11, 21))
        world.now = datetime(2026, 11, 23, 5, 59, tzinfo=UTC)
        assert world.plan().new == 1
        world.now += timedelta(minutes=1)
        assert world.plan().new == 2


def test_a_record_across_the_end_of_a_month_is_found_and_billed_in_both(cloud: Cloud) -> None:
    with Simulator(today=date(2026, 11, 2)) as sample:
        vm = next(
            each
            for each in sample.records(date(2026, 10, 31), date(2026, 11, 1))
            if each["usagetype"] == 1 and each.get("accountid") == estate.ACME.id
        )
    times = {"startdate": "2026-10-31T13:00:00+0000", "enddate": "2026-11-01T12:59:59+0000"}
    records = [{**vm, **times}]
    with Simulator(today=date(2026, 11, 3), records=records) as simulator:
        now = datetime(2026, 11, 3, 1, tzinfo=UTC)
        world = world_of(cloud, simulator, date(2026, 10, 30), now)
        world.collect_all()
    assert nothing_was_set_aside(world)
    assert [each.records for each in world.wiring.windows.windows("main")] == [0, 0, 1, 0]
    assert bills(world, records, ["2026-10", "2026-11"]) == 2


@pytest.mark.parametrize("believed", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_a_wrong_time_zone_loses_nothing(cloud: Cloud, believed: str) -> None:
    with Simulator(today=date(2026, 11, 3), aggregation_time_zone=BERLIN) as simulator:
        now = datetime(2026, 11, 3, 1, tzinfo=UTC)
        world = world_of(cloud, simulator, date(2026, 10, 30), now, time_zone=believed)
        world.collect_all()
        assert nothing_was_set_aside(world)
        start = datetime(2026, 10, 30, tzinfo=ZoneInfo(believed))
        reached = world.wiring.windows.connection("main").complete_up_to
        assert reached is not None
        records = records_between(simulator, start, reached)
        assert bills(world, records, ["2026-10", "2026-11"]) > 40


def test_hours_are_collected_as_they_are_measured(cloud: Cloud) -> None:
    now = datetime(2026, 11, 23, 3, 20, tzinfo=UTC)
    with Simulator(now=now, aggregation_minutes=60) as simulator:
        world = world_of(cloud, simulator, TODAY, now, aggregation_minutes=60)
        world.collect_all()
        midnight = datetime(2026, 11, 23, tzinfo=UTC)
        assert spans(world) == [(midnight + number * HOUR, HOUR) for number in range(3)]
        simulator.advance(hours=1)
        world.now += HOUR
        assert (world.plan().new, len(spans(world))) == (1, 4)
        world.drain()
        (summary, *_) = world.wiring.charges.newest(estate.ACME.id, 1)
        assert summary.as_of == midnight + 4 * HOUR
        assert nothing_was_set_aside(world)
        assert bills(world, records_between(simulator, midnight, summary.as_of), ["2026-11"]) > 20


def test_a_range_that_divides_no_day_is_collected_by_days(cloud: Cloud) -> None:
    now = datetime(2026, 11, 3, 1, tzinfo=UTC)
    with Simulator(now=now, aggregation_minutes=420) as simulator:
        world = world_of(cloud, simulator, date(2026, 10, 31), now, aggregation_minutes=420)
        world.collect_all()
        reached = world.wiring.windows.connection("main").complete_up_to
        assert reached is not None and {length for _, length in spans(world)} == {DAY}
        assert nothing_was_set_aside(world)
        start = datetime(2026, 10, 31, tzinfo=UTC)
        records = records_between(simulator, start, reached)
        assert any(each["startdate"][:10] != each["enddate"][:10] for each in records)
        assert bills(world, records, ["2026-10", "2026-11"]) > 40


@pytest.mark.parametrize(("first", "hours"), [(date(2026, 10, 24), 25), (date(2026, 3, 28), 23)])
@pytest.mark.parametrize("minutes", [1440, 60])
def test_a_day_on_which_the_clock_is_changed(
    cloud: Cloud, first: date, hours: int, minutes: int
) -> None:
    opens = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(BERLIN))
    last = opens + 3 * DAY if minutes == 1440 else opens + 2 * DAY
    now = last.astimezone(UTC) + 2 * HOUR
    options = {"aggregation_minutes": minutes}
    with Simulator(now=now, aggregation_time_zone=BERLIN, **options) as simulator:  # type: ignore[arg-type]
        world = world_of(cloud, simulator, first, now, time_zone=BERLIN, **options)
        world.collect_all()
        days = [
            [
                length
                for start, length in spans(world)
                if start.astimezone(ZoneInfo(BERLIN)).date() == day
            ]
            for day in (first, first + DAY)
        ]
        assert [sum(each, timedelta()) for each in days] == [24 * HOUR, hours * HOUR]
        assert nothing_was_set_aside(world)
        reached = world.wiring.windows.connection("main").complete_up_to
        assert reached is not None
        records = records_between(simulator, opens, reached)
        assert bills(world, records, [f"{first:%Y-%m}"]) > 20


@pytest.mark.parametrize(
    ("age", "found"), [(34, True), (36, False)], ids=["#7822 after 34 days", "after 36 days"]
)
def test_a_late_record_is_found_for_so_many_days(cloud: Cloud, age: int, found: bool) -> None:
    first = TODAY - 38 * DAY
    day = TODAY - age * DAY
    with Simulator(today=TODAY) as sample:
        records = [
            each
            for each in sample.records(day, day + DAY)
            if each.get("accountid") == estate.ACME.id and each["usagetype"] in (1, 6)
        ]
    now = datetime(2026, 11, 22, 1, tzinfo=UTC)
    with Simulator(today=TODAY - DAY, records=records[1:]) as simulator:
        world = world_of(cloud, simulator, first, now)
        world.collect_all()
        bills(world, records[1:], ["2026-10"])
        simulator.serve(records)
        world.advance(1)
        world.collect_all()
    bills(world, records if found else records[1:], ["2026-10"])


def two_days_later(cloud: Cloud, before: list[Record], after: list[Record]) -> World:
    """A world that has seen `before`, and then `after` of the same day."""
    with Simulator(today=TODAY, records=before) as simulator:
        now = datetime(2026, 11, 23, 1, tzinfo=UTC)
        world = world_of(cloud, simulator, TODAY - DAY, now)
        world.collect_all()
        bills(world, before, ["2026-11"])
        simulator.serve(after)
        world.advance(1)
        world.collect_all()
    return world


def a_day_of(owner: str, *types: int) -> list[Record]:
    with Simulator(today=TODAY) as sample:
        every = list(sample.records(TODAY - DAY, TODAY))
    return [
        each
        for each in every
        if owner in (each.get("accountid"), each.get("projectid")) and each["usagetype"] in types
    ]


def without(record: Record, *fields: str) -> Record:
    return {name: value for name, value in record.items() if name not in fields}


@pytest.mark.parametrize(
    ("types", "fields"),
    [
        ((3,), ("usageid",)),
        ((1, 2), ("virtualmachineid", "usageid")),
        ((1, 2, 6), ("offeringid", "templateid", "ostypeid", "osdisplayname")),
        ((4, 5), ("networkid", "vpcid", "name")),
        ((9,), ("usageid",)),
    ],
    ids=str,
)
def test_ids_that_cloudstack_has_purged_stay_on_the_bill_once(
    cloud: Cloud, types: tuple[int, ...], fields: tuple[str, ...]
) -> None:
    # A late record of somebody else makes the product look at the day again.
    before = a_day_of(estate.ACME.id, *types)
    late = a_day_of(estate.GLOBEX.id, 3)[:1]
    world = two_days_later(cloud, before, [without(each, *fields) for each in before] + late)
    assert len(before) > 1
    bills(world, [*before, *late], ["2026-11"])
    assert not list(world.wiring.reviews.of("main"))


def test_removed_rows_stay_on_the_bill(cloud: Cloud) -> None:
    before = [*a_day_of(estate.ACME.id, 1, 6, 13, 26), *a_day_of(estate.GLOBEX.id, 1)]
    world = two_days_later(cloud, before, before[2:9])
    bills(world, before, ["2026-11"])
    world = two_days_later(cloud, before, [])
    bills(world, before, ["2026-11"])


def test_accounts_deleted_before_they_were_listed_are_named_by_their_usage(cloud: Cloud) -> None:
    (vm, *_) = a_day_of(estate.ACME.id, 1)
    ghost = {**without(vm, "account", "accountid"), "projectid": "ghost", "project": "Ghost ship"}
    gone = {**vm, "accountid": "gone", "account": "gone-inc"}
    with Simulator(today=TODAY, records=[ghost, gone]) as simulator:
        now = datetime(2026, 11, 23, 1, tzinfo=UTC)
        world = world_of(cloud, simulator, TODAY - DAY, now)
        world.collect_all()
    by_id = {each.id: (each.kind, each.name) for each in world.wiring.accounts.sub_accounts()}
    assert by_id["ghost"] == ("project", "Ghost ship") and by_id["gone"] == ("account", "gone-inc")
    for owner in ("ghost", "gone"):
        (summary,) = world.wiring.charges.newest(owner, 1)
        assert summary.total.amount > 0


def test_a_deleted_account_keeps_its_last_name_and_its_bill(cloud: Cloud) -> None:
    now = datetime(2026, 11, 23, 1, tzinfo=UTC)
    with Simulator(today=TODAY, records_per_day=40, accounts=4) as simulator:
        world = world_of(cloud, simulator, TODAY - DAY, now)
        world.collect_all()
        (gone,) = [each for each in world.wiring.accounts.all() if each.name == "load-0004"]
        (before,) = world.wiring.charges.newest(gone.id, 1)
    renamed = {**a_day_of(estate.ACME.id, 3)[0], "accountid": gone.id, "account": "load-0004-old"}
    renamed |= {"startdate": "2026-11-23T00:00:00+0000", "enddate": "2026-11-23T23:59:59+0000"}
    with Simulator(today=TODAY + DAY, records=[renamed]) as simulator:
        # It is not among the accounts that are listed, and its name in late usage is another.
        world.use(simulator)
        world.now += DAY
        world.collect_all()
    kept = world.wiring.accounts.get(gone.id)
    (after,) = world.wiring.charges.newest(gone.id, 1)
    assert (kept.name, kept.domain) == (gone.name, gone.domain)
    assert after.total.amount > before.total.amount > 0


def test_connections_are_collected_each_in_its_own_way(cloud: Cloud) -> None:
    now = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    with (
        Simulator(now=now, version="4.19", aggregation_time_zone=BERLIN) as daily,
        Simulator(now=now, aggregation_minutes=60) as hourly,
    ):
        world = World(cloud, daily, date(2026, 11, 21), time_zone=BERLIN)
        world.now = now
        world.connect("hours", hourly, TODAY, aggregation_minutes=60, page_size=20, tags=False)
        triggers.plan_connections(world.wiring)
        world.drain()
        windows = {name: list(world.wiring.windows.windows(name)) for name in ("main", "hours")}
        assert [len(each) for each in windows.values()] == [2, 2]
        for simulator, (name, found) in zip((daily, hourly), windows.items(), strict=True):
            assert all(each.state == "complete" and each.records > 50 for each in found)
            progress = world.wiring.windows.connection(name)
            assert progress.complete_up_to == found[-1].window.period.end
            assert progress.version == simulator.state()["version"]
            hourly_total = sum(each.records for each in found)
            first, last = found[0].window.period.start, found[-1].window.period.end
            assert hourly_total == len(records_between(simulator, first, last))
        daily.faults.add("down", times=None)
        hourly.advance(hours=1)
        triggers.plan_connections(world.wiring)
        world.drain()
        assert "did not answer" in (world.wiring.windows.connection("main").error or "")
        assert len(list(world.wiring.windows.windows("hours"))) == 3
        assert world.wiring.windows.connection("hours").error is None
    bodies = [json.loads(row) for key, row in world.rows().items() if key.startswith("usage/")]
    assert {each["pk"]["S"].partition("/")[0] for each in bodies} == {"main", "hours"}
