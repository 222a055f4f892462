"""The same month from every version of CloudStack: the same amounts for what it measures."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.accounts import Terms
from local.cloud import Cloud
from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from local.cloudstack.versions import VERSIONS, Version
from tests.oracle import services_of
from tests.runs.prices import PRICES, cards
from tests.world import TODAY, World

FIRST = TODAY - timedelta(days=3)
SAMPLES = [*estate.ACCOUNTS, *estate.PROJECTS]
# Meters of types that came with 4.14, 4.19 and 4.20.
LATER = {"backup": (4, 14), "bucket": (4, 19), "network": (4, 20), "vpc": (4, 20)}
Amounts = dict[tuple[str, str], Decimal]


def amounts(cloud: Cloud, version: str) -> tuple[Amounts, int]:
    """Return what each sample account owes for each meter, and how many records are held.

    The amounts of each service are those of the reckoning by the records of that version.
    """
    found: Amounts = {}
    with Simulator(today=TODAY, version=version) as simulator:
        world = World(cloud, simulator, FIRST)
        world.now = datetime(2026, 11, 23, 7, tzinfo=UTC)
        for card in cards("EUR"):
            world.wiring.add_rate_card(card)
        for sample in SAMPLES:
            world.wiring.set_terms(sample.id, Terms("EUR", "en", sample.time_zone))
        world.collect_all()
        records = list(simulator.records(FIRST, TODAY))
    windows = list(world.wiring.windows.windows("main"))
    assert [each.state for each in windows] == ["complete"] * 3
    assert sum(each.records for each in windows) == len(records)
    assert not any(each.rejects or each.copies for each in windows)
    held = {
        id(each)
        for each in records
        if each["usagetype"] == 28 and Decimal(str(each["rawusage"])) > 25
    }
    billed = [each for each in records if id(each) not in held]
    for sample in SAMPLES:
        (rated,) = world.wiring.charges.rated(sample.id, ["2026-11"])
        assert not rated.unpriced
        services: dict[str, Decimal] = {}
        for line in rated.line_items:
            amount = line.amount.amount
            services[line.service] = services.get(line.service, Decimal(0)) + amount
            key = (sample.name, line.meter)
            found[key] = found.get(key, Decimal(0)) + amount
        assert services == services_of(
            billed, PRICES, owner=sample.id, month="2026-11", zone=sample.time_zone, currency="EUR"
        )
    holds = sum(each.holds for each in windows)
    assert holds == len(held)
    return found, holds


@pytest.fixture(scope="module")
def newest(cloud: Cloud) -> Amounts:
    found, holds = amounts(cloud, VERSIONS[-1])
    assert holds == 0 and {meter for _, meter in found} > set(LATER)
    return found


@pytest.mark.parametrize("version", ["4.13", "4.14", "4.15", "4.17", "4.19", "4.20", "4.22"])
def test_every_version_bills_the_same_for_what_it_measures(
    cloud: Cloud, newest: Amounts, version: str
) -> None:
    known = Version.read(version)
    missing = {meter for meter, since in LATER.items() if not known.since(*since)}
    found, holds = amounts(cloud, version)
    # A backup's bytes of before 4.16 are no hours: held, not billed as if they were.
    in_bytes = known.backups_in_bytes and "backup" not in missing
    missing |= {"backup"} if in_bytes else set()
    assert (holds > 0) == in_bytes
    assert found == {key: each for key, each in newest.items() if key[1] not in missing}


def test_the_day_is_the_same_whatever_zone_the_server_writes_its_dates_in(
    cloud: Cloud, newest: Amounts
) -> None:
    with Simulator(today=TODAY, time_zone="Asia/Kolkata") as simulator:
        world = World(cloud, simulator, date(2026, 11, 22))
        world.collect_all()
        (window,) = world.wiring.windows.windows("main")
        records = list(simulator.records(date(2026, 11, 22), TODAY))
    assert "+0530" in str(records[0]["startdate"])
    assert (window.records, window.rejects, window.holds) == (len(records), 0, 0)
