"""Volumes that have a second record for the hours they were attached (CloudStack PR 11531)."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from local.cloudstack import Simulator

TODAY = date(2026, 11, 23)
MONTH = (date(2026, 10, 1), date(2026, 11, 1))


@pytest.fixture(scope="module")
def twice():
    with Simulator(today=TODAY, attached_volumes=True) as simulator:
        return list(simulator.records(*MONTH))


def hours(records):
    total = Counter()
    for record in records:
        total[record["usageid"], record["startdate"]] += Decimal(record["rawusage"])
    return total


def test_all_but_the_second_records_stay_as_they_are(standing, twice):
    once = [r for r in twice if r["usagetype"] != 6 or "virtualmachineid" not in r]
    assert once == list(standing.records(*MONTH))
    assert len(twice) > len(once)


def test_a_volume_is_never_attached_for_longer_than_it_exists(twice):
    volumes = [r for r in twice if r["usagetype"] == 6]
    whole = hours(r for r in volumes if "virtualmachineid" not in r)
    attached = hours(r for r in volumes if "virtualmachineid" in r)
    assert set(attached) <= set(whole)
    assert all(whole[key] - amount > Decimal("-0.00001") for key, amount in attached.items())
    shorter = [key for key, amount in attached.items() if whole[key] - amount > 1]
    assert len({volume for volume, _ in shorter}) >= 5


def test_the_second_record_differs_by_its_machine_and_its_hours(twice):
    volumes = [r for r in twice if r["usagetype"] == 6]
    first, second = volumes[:2]
    assert second["virtualmachineid"]
    differing = {name for name in second if first.get(name) != second[name]}
    assert differing == {"virtualmachineid", "description"}
