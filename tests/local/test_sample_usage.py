"""The usage of the sample accounts: what can never be, what must be there, what never changes."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.cloudstack import Simulator
from local.cloudstack.estate import ACCOUNTS, PROJECTS

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
BILLABLE = {1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 13}
COMMON = {
    "domainid",
    "domain",
    "domainpath",
    "zoneid",
    "description",
    "usage",
    "usagetype",
    "rawusage",
    "startdate",
    "enddate",
    "tags",
}
MACHINE = (
    "virtualmachineid usageid name offeringid templateid type cpunumber cpuspeed memory "
    "ostypeid osdisplayname oscategoryid oscategoryname"
)
# usage type -> the fields only it has (cloudstack.md section 1); | separates what may be instead
OWN_FIELDS = {
    1: [MACHINE],
    2: [MACHINE],
    3: ["usageid issourcenat issystem"],
    4: ["usageid type networkid name", "usageid type vpcid name"],
    5: ["usageid type networkid name", "usageid type vpcid name"],
    6: ["usageid size templateid", "usageid size offeringid"],
    7: ["usageid size virtualsize templateid"],
    8: ["usageid size virtualsize"],
    9: ["usageid size"],
    10: ["usageid virtualmachineid"],
    11: ["usageid"],
    12: ["usageid"],
    13: ["offeringid virtualmachineid isdefault"],
    14: ["usageid"],
    21: ["usageid virtualmachineid type"],
    22: ["usageid virtualmachineid type"],
    23: ["usageid virtualmachineid type"],
    24: ["usageid virtualmachineid type"],
    25: ["usageid virtualmachineid name size offeringid"],
    26: [""],
    27: ["usageid virtualmachineid name size"],
    28: ["usageid virtualmachineid name"],
    29: ["usageid name"],
    30: [""],
    31: [""],
}
NATURAL_KEY = (
    "usagetype accountid projectid zoneid startdate enddate usageid virtualmachineid offeringid "
    "cpunumber cpuspeed memory networkid vpcid size"
).split()
# Rows of these types may be alike in all their fields but the description, and be two.
MAY_REPEAT = {26, 28, 30, 31}
# Raw usage of these is no time.
COUNTED = {4, 5, 21, 22, 23, 24, 29}


@pytest.fixture(scope="module")
def history(standing):
    return list(standing.records())


def raw(record):
    return Decimal(record["rawusage"])


def test_the_history_reaches_from_three_months_back_to_yesterday(history):
    days = sorted({record["startdate"][:10] for record in history})
    assert days[0] == "2026-08-01"
    assert days[-1] == "2026-11-22"
    assert len(days) == 31 + 30 + 31 + 22


def test_every_record_has_exactly_the_fields_of_its_type(history):
    for record in history:
        own = set(record) - COMMON
        owner = {"account", "accountid"} if "account" in record else {"project", "projectid"}
        assert owner <= own
        assert " ".join(sorted(own - owner)) in {
            " ".join(sorted(fields.split())) for fields in OWN_FIELDS[record["usagetype"]]
        }
        assert None not in record.values()
        assert record["tags"] == []


def test_sizes_and_counts_are_numbers_and_raw_usage_is_text(history):
    for record in history:
        assert isinstance(record["rawusage"], str)
        assert record["usage"].startswith(f"{record['rawusage']} ")
        for name in ("usagetype", "size", "virtualsize", "cpunumber", "memory"):
            assert isinstance(record.get(name, 0), int)


def test_no_record_is_there_twice(history):
    keys = Counter(
        tuple(record.get(name) for name in NATURAL_KEY)
        for record in history
        if record["usagetype"] not in MAY_REPEAT
    )
    assert set(keys.values()) == {1}


def test_no_resource_is_used_for_longer_than_a_day(history):
    hours = Counter()
    for record in history:
        if record["usagetype"] not in COUNTED | {13, 28}:
            thing = (record.get("usageid"), record.get("virtualmachineid"), record.get("size"))
            description = None if "usageid" in record else record["description"]
            key = (record["usagetype"], *thing[: 3 if record["usagetype"] == 25 else 2])
            hours[(*key, description, record["startdate"][:10])] += raw(record)
    assert max(hours.values()) <= Decimal("24.00001")
    assert min(hours.values()) >= 0


def test_a_machine_never_runs_for_longer_than_it_is_allocated(history):
    hours = {1: Counter(), 2: Counter()}
    for record in history:
        if record["usagetype"] in hours:
            hours[record["usagetype"]][record["usageid"], record["startdate"]] += raw(record)
    assert all(hours[2][key] - run > Decimal("-0.00001") for key, run in hours[1].items())


def test_two_network_cards_make_48_hours(history):
    per_day = {raw(record) for record in history if record["usagetype"] == 13}
    assert Decimal(48) in per_day
    assert max(per_day) == 48


def test_every_sub_account_has_the_fleet_it_should(history):
    day = [record for record in history if record["startdate"].startswith("2026-11-10")]
    machines = Counter(
        record.get("account", record.get("project")) for record in day if record["usagetype"] == 2
    )
    assert 11 <= machines["acme"] <= 14
    assert 38 <= machines["globex"] <= 46
    assert 3 <= machines["initech"] <= 6
    assert 1 <= machines["apollo"] <= 3
    assert machines["globex-admin"] == 1
    assert set(machines) <= {owner.name for owner in (*ACCOUNTS, *PROJECTS)}


@pytest.mark.parametrize("name", ["acme", "globex", "initech"])
def test_every_month_has_every_kind_of_usage_and_of_change(history, name):
    for month in ("2026-08", "2026-09", "2026-10"):
        mine = [
            record
            for record in history
            if record.get("account") == name and record["startdate"].startswith(month)
        ]
        assert {record["usagetype"] for record in mine} >= BILLABLE - {8}
        offerings, sizes, lived = {}, {}, {}
        for record in mine:
            if record["usagetype"] == 2:
                offerings.setdefault(record["usageid"], set()).add(record["offeringid"])
                lived.setdefault(record["usageid"], []).append(raw(record))
            if record["usagetype"] == 6:
                sizes.setdefault(record["usageid"], set()).add(record["size"])
        assert any(len(each) > 1 for each in offerings.values()), "no machine was resized"
        assert any(len(each) > 1 for each in sizes.values()), "no volume was resized"
        assert any(len(each) < 28 for each in lived.values()), "no machine came or went"
        partial = {record["usagetype"] for record in mine if raw(record) % 24}
        assert {1, 2, 3, 6, 9, 13} <= partial


def test_every_usage_type_is_there_and_acme_has_most(history):
    owners = {}
    for record in history:
        owners.setdefault(record["usagetype"], set()).add(record.get("account"))
    assert set(owners) == {*range(1, 15), *range(21, 32)}
    assert {usage_type for usage_type, names in owners.items() if "acme" not in names} == {14}
    assert owners[14] == {"globex"}
    day = [r for r in history if r["startdate"].startswith("2026-11-10")]
    assert sum(r["usagetype"] == 14 for r in day) == 2
    assert 30 <= sum(r["usagetype"] not in BILLABLE for r in day) <= 50


def test_disks_count_in_fours_and_traffic_in_pairs(history):
    for kinds in ((21, 22, 23, 24), (4, 5)):
        keys = Counter((r["usageid"], r["startdate"]) for r in history if r["usagetype"] in kinds)
        assert set(keys.values()) == {len(kinds)}


def test_machine_snapshots_have_the_times_of_their_segment_or_life(history):
    segments = [r for r in history if r["usagetype"] == 25]
    lives = [r for r in history if r["usagetype"] == 27]
    for record in segments + lives:
        start = datetime.fromisoformat(record["startdate"])
        end = datetime.fromisoformat(record["enddate"]) + timedelta(seconds=1)
        assert start.date() == (end - timedelta(seconds=1)).date()
        seconds = (end - start).total_seconds()
        assert abs(raw(record) - Decimal(seconds) / 3600) < Decimal("0.00001")
    for records in (segments, lives):
        assert len({r["startdate"][11:19] for r in records}) > 5
    by_disk = Counter()
    for record in segments:
        by_disk[record["startdate"][:10]] += raw(record)
    assert {round(hours) for hours in by_disk.values()} == {48}
    assert all(record["offeringid"].isdigit() for record in segments)


def test_rows_may_be_alike_in_all_but_the_description(history):
    def repeated(usage_type):
        keys = Counter(
            (r.get("virtualmachineid"), r["rawusage"], r["startdate"], r["description"][:30])
            for r in history
            if r["usagetype"] == usage_type
        )
        return max(keys.values())

    assert repeated(28) == 2
    by_network = Counter(
        (r["description"], r["startdate"]) for r in history if r["usagetype"] in (30, 31)
    )
    assert set(by_network.values()) == {1, 3}
    hours = Counter()
    for record in history:
        if record["usagetype"] in (30, 31):
            hours[record["description"], record["startdate"]] += raw(record)
    assert all(abs(each - 24) < Decimal("0.00001") for each in hours.values())


def test_a_bucket_is_a_level_in_the_first_zone(history):
    levels = [raw(r) for r in history if r["usagetype"] == 29 and r["name"] == "acme-logs"]
    assert levels == sorted(levels)
    assert levels[0] > 8 << 30


@settings(max_examples=8, deadline=None)
@given(back=st.integers(min_value=1, max_value=20), later=st.integers(min_value=1, max_value=400))
def test_a_day_is_the_same_whenever_it_is_asked_for(standing, back, later):
    day = TODAY - back * DAY
    before = list(standing.records(day, day + DAY))
    other = Simulator(today=min(TODAY + later * DAY, date(2027, 1, 31)))
    try:
        assert list(other.records(day, day + DAY)) == before
    finally:
        other.stop()


def test_moving_on_only_appends(simulator):
    start = date(2026, 11, 16)
    before = list(simulator.records(start))
    assert simulator.advance(9) == date(2026, 12, 2)
    after = list(simulator.records(start))
    assert after[: len(before)] == before
    assert {record["startdate"][:10] for record in after[len(before) :]} == {
        str(TODAY + number * DAY) for number in range(9)
    }
    assert list(simulator.records(date(2026, 7, 31), date(2026, 8, 1))) == []
    assert list(simulator.records(date(2026, 8, 1), date(2026, 8, 2))) != []


def test_another_seed_is_another_history_of_the_same_fleet(standing):
    other = Simulator(today=TODAY, seed=2)
    day = (date(2026, 11, 10), date(2026, 11, 11))
    mine, theirs = list(standing.records(*day)), list(other.records(*day))
    other.stop()
    assert mine != theirs
    assert {r["accountid"] for r in mine if "accountid" in r} == {
        r["accountid"] for r in theirs if "accountid" in r
    }
