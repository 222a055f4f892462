"""The pipeline, from CloudStack's records to the overview, told as stories."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from chalicelib.accounts import Terms
from chalicelib.reporting.overview import overview
from local.cloud import Cloud
from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from tests.oracle import services_of
from tests.runs.prices import PRICES, cards
from tests.world import TODAY, World

SAMPLES = [*estate.ACCOUNTS, *estate.PROJECTS]


def priced(world: World) -> World:
    """The same world, with prices and the terms of the sample accounts."""
    for currency in ("EUR", "INR", "KWD"):
        for card in cards(currency):
            world.wiring.add_rate_card(card)
    for sample in SAMPLES:
        terms = Terms(sample.currency, sample.language, sample.time_zone)
        world.wiring.set_terms(sample.id, terms)
    return world


def world_of(cloud: Cloud, simulator: Simulator, days: int) -> World:
    """A priced world that will collect the last `days` days."""
    return priced(World(cloud, simulator, TODAY - timedelta(days=days)))


def test_every_account_owes_what_an_independent_reckoning_says(
    cloud: Cloud, simulator: Simulator
) -> None:
    world = world_of(cloud, simulator, 5)
    world.collect_all()
    records = list(simulator.records(TODAY - timedelta(days=5), TODAY))
    for sample in SAMPLES:
        (summary,) = world.wiring.charges.newest(sample.id, 1)
        expected = services_of(
            records,
            PRICES,
            owner=sample.id,
            month="2026-11",
            zone=sample.time_zone,
            currency=sample.currency,
        )
        found = {service: amount.amount for service, amount in summary.services}
        assert found == expected, sample.name
        assert summary.total.amount == sum(expected.values()), sample.name
        assert summary.total.amount == sum(amount.amount for _, amount in summary.days)
        assert summary.total.currency == sample.currency


def test_the_overview_adds_up_and_says_what_is_missing(cloud: Cloud, simulator: Simulator) -> None:
    records = list(simulator.records(TODAY - timedelta(days=4), TODAY))
    vpn = next(each for each in records if each["usagetype"] == 14)
    assert vpn["accountid"] == estate.GLOBEX.id
    simulator.serve([*records, {**vpn, "usagetype": 15}])
    world = world_of(cloud, simulator, 4)
    world.collect_all()
    rated = world.wiring.charges.overview(estate.GLOBEX.id)
    assert rated is not None
    shown: dict = overview(rated, None, world.now)  # type: ignore[type-arg]
    month = Decimal(shown["summary"]["month_to_date"]["amount"]["amount"])
    assert month > 0
    for parts in (shown["services"], shown["summary"]["days"]):
        assert sum(Decimal(part["amount"]["amount"]) for part in parts) == month
    assert shown["as_of"] == "2026-11-23T00:00:00Z" and not shown["stale"]
    (warning,) = shown["warnings"]
    assert warning["kind"] == "rejects" and "has a usage type without a meter" in warning["message"]
    later = overview(rated, None, world.now + timedelta(days=3))
    assert later["stale"]


def test_an_account_without_prices_owes_nothing_and_says_so(world: World) -> None:
    world.wiring.set_terms(estate.ACME.id, Terms("JPY", "en", "UTC"))
    world.plan()
    world.drain()
    (summary,) = world.wiring.charges.newest(estate.ACME.id, 1)
    assert (str(summary.total.amount), summary.services) == ("0", ())
    assert sum(each.usages for each in summary.unpriced) > 0


@pytest.mark.parametrize(
    "how", [{"twice": True}, {"reverse": True}, {"twice": True, "reverse": True}]
)
def test_triggers_that_fire_twice_and_out_of_order_end_in_the_same_bytes(
    cloud: Cloud, simulator: Simulator, how: dict[str, bool]
) -> None:
    straight = world_of(cloud, simulator, 3)
    straight.collect_all()
    crooked = world_of(cloud, simulator, 3)
    crooked.plan()
    crooked.plan()
    crooked.drain(**how)
    assert crooked.rows() == straight.rows()


def test_a_day_collected_again_writes_nothing(cloud: Cloud, simulator: Simulator) -> None:
    world = world_of(cloud, simulator, 2)
    world.collect_all()
    before = world.rows()
    planned = world.plan()
    assert (planned.new, planned.again) == (0, 0)
    world.advance(1)
    world.collect_all()
    grown = world.rows()
    unchanged = {key for key in before if key.startswith(("usage/", "rejects/"))}
    assert all(grown[key] == before[key] for key in unchanged) and len(grown) > len(before)


def test_looking_again_at_unchanged_days_costs_a_row_each(cloud: Cloud) -> None:
    with Simulator(today=TODAY, records_per_day=700, accounts=3) as simulator:
        world = World(cloud, simulator, TODAY - timedelta(days=3))
        world.collect_all()
        before, rows = simulator.calls["listUsageRecords"], world.rows()
        world.advance(1)
        assert world.plan().again == 3
        world.drain()
        # Two pages of the new day, one row of each old one.
        assert simulator.calls["listUsageRecords"] == before + 2 + 3
        assert all(world.rows()[key] == row for key, row in rows.items() if "usage/" in key)


def test_a_late_record_of_a_past_day_is_found_and_rated(cloud: Cloud) -> None:
    day = date(2026, 11, 20)
    with Simulator(today=TODAY) as sample:
        records = [
            record
            for record in sample.records(day, TODAY)
            if record.get("accountid") == estate.ACME.id
        ]
    late = next(record for record in records if record["usagetype"] == 1)
    with Simulator(today=TODAY, records=[each for each in records if each is not late]) as early:
        world = priced(World(cloud, early, day))
        world.collect_all()
        before = world.wiring.charges.newest(estate.ACME.id, 1)[0]
    with Simulator(today=TODAY + timedelta(days=1), records=records) as whole:
        world.use(whole)
        world.now += timedelta(days=1)
        assert world.plan().again == 3
        world.drain()
    after = world.wiring.charges.newest(estate.ACME.id, 1)[0]
    assert after.total.amount > before.total.amount


def test_usage_that_cloudstack_no_longer_shows_stays_on_the_bill(cloud: Cloud) -> None:
    day = date(2026, 11, 20)
    with Simulator(today=TODAY) as whole:
        world = priced(World(cloud, whole, day))
        world.collect_all()
        before = world.wiring.charges.newest(estate.ACME.id, 1)[0]
    with Simulator(today=TODAY + timedelta(days=1), records=[]) as purged:
        world.use(purged)
        world.now += timedelta(days=1)
        world.collect_all()
    after = world.wiring.charges.newest(estate.ACME.id, 1)[0]
    assert after.total == before.total


def test_a_gap_holds_the_as_of_time_back_until_it_is_closed(
    cloud: Cloud, simulator: Simulator
) -> None:
    world = world_of(cloud, simulator, 3)
    world.plan()
    world.drop_window(date(2026, 11, 21))
    world.drain()
    assert (
        str(world.wiring.windows.connection("main").complete_up_to) == "2026-11-21 00:00:00+00:00"
    )
    world.plan()
    world.drain()
    (summary,) = world.wiring.charges.newest(estate.ACME.id, 1)
    assert str(summary.as_of) == "2026-11-23 00:00:00+00:00"
