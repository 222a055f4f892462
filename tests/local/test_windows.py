"""Aggregation: days of a zone, hours, any minutes, and what of it a query returns."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from local.cloudstack import Simulator
from local.cloudstack.windows import Aggregation

TODAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)
BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")


def at(text):
    return int(datetime.fromisoformat(text).timestamp())


def key(record):
    """Return what a record is about, whenever."""
    names = "usagetype accountid projectid usageid virtualmachineid offeringid size networkid vpcid"
    about = [record.get(name) for name in names.split()]
    return (*about, None if "usageid" in record else record["description"])


def summed(records):
    total = Counter()
    for record in records:
        total[key(record)] += Decimal(record["rawusage"])
    return total


# minutes, zone, instant               start                        hours
WINDOWS = [
    (1440, UTC, "2026-11-10T12:00Z", "2026-11-10T00:00Z", 24),
    (1440, BERLIN, "2026-11-10T23:30Z", "2026-11-10T23:00Z", 24),
    (1440, BERLIN, "2026-10-25T12:00Z", "2026-10-24T22:00Z", 25),
    (1440, BERLIN, "2026-03-29T12:00Z", "2026-03-28T23:00Z", 23),
    (1440, KOLKATA, "2026-11-10T18:29:59Z", "2026-11-09T18:30Z", 24),
    (60, UTC, "2026-11-10T12:34Z", "2026-11-10T12:00Z", 1),
    (60, KOLKATA, "2026-11-10T12:34Z", "2026-11-10T12:30Z", 1),
    (360, UTC, "2026-11-10T17:00Z", "2026-11-10T12:00Z", 6),
    (720, KOLKATA, "2026-11-10T17:00Z", "2026-11-10T06:30Z", 12),
    (1, UTC, "2026-11-10T17:00:59Z", "2026-11-10T17:00Z", Decimal(1) / 60),
]


@pytest.mark.parametrize(("minutes", "zone", "instant", "start", "hours"), WINDOWS)
def test_a_window_follows_the_aggregation_zone(minutes, zone, instant, start, hours):
    window = Aggregation(minutes, zone).around(at(instant))
    assert window.start == at(start)
    assert window.end - window.start == round(hours * 3600)


@pytest.mark.parametrize("minutes", [1440, 720, 360, 60, 7, 1])
@pytest.mark.parametrize("zone", [UTC, BERLIN, KOLKATA])
def test_windows_follow_each_other_without_a_gap(minutes, zone):
    start, end = at("2026-10-24T06:00Z"), at("2026-10-26T06:00Z")
    windows = list(Aggregation(minutes, zone).touching(start, end))
    assert windows[0].start <= start < windows[0].end
    assert windows[-1].start < end <= windows[-1].end
    assert [w.start for w in windows[1:]] == [w.end for w in windows[:-1]]


def test_days_follow_the_aggregation_zone_and_the_server_only_writes_dates(caller_of):
    options = {"time_zone": "Asia/Kolkata", "aggregation_time_zone": "Europe/Berlin"}
    with Simulator(today=TODAY, **options) as simulator:
        call = caller_of(simulator)
        content = call.usage(startdate="2026-11-09T23:00:00Z", enddate="2026-11-10T22:59:59Z")
        first = content["usagerecord"][0]
        assert first["startdate"] == "2026-11-10T04:30:00+0530"
        assert first["enddate"] == "2026-11-11T04:29:59+0530"
        metrics = call.content("listUsageServerMetrics")["usageMetrics"]
        assert metrics["lastsuccessfuljob"] == "2026-11-23T04:29:59+0530"
        days = {record["startdate"] for record in simulator.records() if record["usagetype"] == 8}
        assert min(days) == "2026-08-01T03:30:00+0530"
        october = [r for r in simulator.records(date(2026, 10, 25), date(2026, 10, 26))]
        assert {r["rawusage"] for r in october if r["usagetype"] == 8} == {"25"}


def test_until_4_19_dates_have_the_offset_of_the_aggregation_zone(caller_of):
    options = {"time_zone": "Asia/Kolkata", "aggregation_time_zone": "Europe/Berlin"}
    with Simulator(today=TODAY, version="4.18", **options) as simulator:
        first = next(simulator.records(date(2026, 11, 10)))
        assert first["startdate"] == "2026-11-10'T'00:00:00+01:00"
        assert first["enddate"] == "2026-11-10'T'23:59:59+01:00"


@pytest.fixture(scope="module")
def hourly():
    with Simulator(today=TODAY, aggregation_minutes=60) as simulator:
        yield simulator


def test_hours_add_up_to_the_day(standing, hourly):
    day = (date(2026, 11, 9), date(2026, 11, 12))
    days, hours = list(standing.records(*day)), list(hourly.records(*day))
    assert len(hours) > 20 * len(days)
    whole, parts = summed(days), summed(hours)
    assert set(whole) - set(parts) == set()
    for thing, amount in whole.items():
        match thing[0]:
            case 29:
                assert parts[thing] == 24 * amount
            case 4 | 5 | 21 | 22 | 23 | 24:
                assert parts[thing] == amount, thing
            case _:
                assert abs(parts[thing] - amount) < Decimal("0.0001"), thing


def test_a_record_of_an_hour_lies_in_that_hour(hourly):
    records = list(hourly.records(date(2026, 11, 11), date(2026, 11, 12)))
    for record in records:
        start = datetime.fromisoformat(record["startdate"])
        end = datetime.fromisoformat(record["enddate"])
        assert start.replace(minute=0, second=0) + HOUR > end
        assert record["usagetype"] in (25, 27) or end - start == HOUR - timedelta(seconds=1)
        if record["usagetype"] in (1, 2, 3, 6, 8, 9, 11, 12, 14):
            assert Decimal(record["rawusage"]) <= 1
    running = Counter(r["rawusage"] == "1" for r in records if r["usagetype"] == 1)
    assert running[True] > 20 * running[False] > 0


# now                                  the last record ends
NOW = [
    ("2026-11-23T00:00Z", 60, "2026-11-22T23:59:59+0000"),
    ("2026-11-23T13:59Z", 60, "2026-11-23T12:59:59+0000"),
    ("2026-11-23T14:00Z", 60, "2026-11-23T13:59:59+0000"),
    ("2026-11-23T14:00Z", 360, "2026-11-23T11:59:59+0000"),
    ("2026-11-23T14:00Z", 1440, "2026-11-22T23:59:59+0000"),
]


@pytest.mark.parametrize(("now", "minutes", "last"), NOW)
def test_usage_is_there_up_to_the_last_whole_window(caller_of, now, minutes, last):
    moment = datetime.fromisoformat(now)
    with Simulator(now=moment, aggregation_minutes=minutes) as simulator:
        metrics = caller_of(simulator).content("listUsageServerMetrics")["usageMetrics"]
        assert metrics["lastsuccessfuljob"] == last
        records = list(simulator.records(date(2026, 11, 22)))
        assert max(record["enddate"] for record in records) == last


def test_of_a_window_across_the_bound_only_rows_with_their_own_times_come(call):
    # A snapshot of the whole machine was made on Wednesday the 11th at 07:44:37.
    content = call.usage(startdate="2026-11-11T03:00:00Z", enddate="2026-11-11T23:59:59Z")
    assert Counter(r["usagetype"] for r in content["usagerecord"]) == {25: 2, 27: 1}
    assert content["count"] == 3
    content = call.usage(startdate="2026-11-11T00:00:00Z", enddate="2026-11-11T12:00:00Z")
    assert Counter(r["usagetype"] for r in content["usagerecord"]) == {25: 2}
    wider = call.usage(startdate="2026-11-11T03:00:00Z", enddate="2026-11-12T23:59:59Z")
    assert (
        wider["usagerecord"][:3]
        == call.usage(startdate="2026-11-11T03:00:00Z", enddate="2026-11-11T23:59:59Z")[
            "usagerecord"
        ]
    )
    assert call.usage(startdate="2026-11-11T08:00:00Z", enddate="2026-11-11T23:59:59Z") == {}


def test_load_is_shared_out_over_the_hours():
    with Simulator(
        today=TODAY, aggregation_minutes=60, records_per_day=2400, accounts=10
    ) as simulator:
        records = list(simulator.records(date(2026, 11, 10), date(2026, 11, 11)))
    assert len(records) == 2400
    assert set(Counter(r["startdate"] for r in records).values()) == {100}
    assert all(Decimal(r["rawusage"]) <= 1 for r in records if r["usagetype"] in (1, 2, 3, 6))
