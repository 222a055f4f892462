"""listUsageRecords, rule by rule (cloudstack.md section 2)."""

from datetime import date

import pytest
from cs import CloudStack
from hypothesis import given, settings
from hypothesis import strategies as st

from local.cloudstack import Simulator
from local.cloudstack.estate import (
    ACME,
    ACME_DOMAIN,
    APOLLO,
    BILLING_API_KEY,
    BILLING_SECRET_KEY,
    GLOBEX,
)

TODAY = date(2026, 11, 23)
DAY = {"startdate": "2026-11-10", "enddate": "2026-11-10"}


@pytest.fixture(scope="module")
def day_10(standing):
    return list(standing.records(date(2026, 11, 10), date(2026, 11, 11)))


def test_an_answer_with_rows_counts_them_all(call, day_10):
    content = call.usage()
    assert content["count"] == len(day_10)
    assert content["usagerecord"] == day_10


def test_an_answer_without_rows_has_neither_count_nor_array(call):
    answer = call("listUsageRecords", startdate="2020-01-01", enddate="2020-01-31")
    assert answer.text == '{"listusagerecordsresponse":{}}'


def test_without_a_page_only_the_first_500_come(call, standing):
    days = list(standing.records(date(2026, 11, 20), date(2026, 11, 23)))
    content = call.usage(startdate="2026-11-20", enddate="2026-11-30")
    assert content["count"] == len(days) > 500
    assert content["usagerecord"] == days[:500]


def test_pagesize_minus_one_is_without_limit(call):
    content = call.usage(startdate="2026-11-21", enddate="2026-11-30", pagesize=-1)
    assert len(content["usagerecord"]) == content["count"] > 500


def test_a_page_past_the_end_has_the_count_only(call, day_10):
    assert call.usage(page=99, pagesize=500) == {"count": len(day_10)}


# parameters                           what the refusal says
BAD_PARAMETERS = [
    ({"page": 1}, '"pagesize" parameter is required when "page" is specified'),
    ({"pagesize": 10}, '"page" parameter is required when "pagesize" is specified'),
    ({"page": 1, "pagesize": 501}, "Page size can't exceed max allowed page size value: 500"),
    ({"page": 1, "pagesize": -1}, "Can't specify page parameter when pagesize is -1"),
    ({"page": "x", "pagesize": 10}, "Invalid parameter page value=x"),
    ({"startdate": ""}, "missing parameter startdate"),
    ({"enddate": ""}, "missing parameter enddate"),
    ({"startdate": "soon"}, "Unable to parse date soon"),
    ({"startdate": "2026-11-11"}, "Incorrect Date Range"),
    ({"usageid": "x"}, "Usageid must be specified together with usageType"),
    ({"type": "x"}, "Invalid parameter type value=x"),
    ({"accountid": "none"}, "Invalid parameter accountid value=none"),
    ({"projectid": "none"}, "Invalid parameter projectid value=none"),
    ({"domainid": "none"}, "Invalid parameter domainid value=none"),
    ({"accountid": ACME.id, "projectid": APOLLO.id}, "can't be specified together"),
    ({"account": "none", "domainid": ACME_DOMAIN.id}, "Unable to find account none"),
]


@pytest.mark.parametrize(("parameters", "said"), BAD_PARAMETERS)
def test_a_bad_parameter_is_431(call, parameters, said):
    answer = call("listUsageRecords", **{**DAY, **parameters})
    assert answer.status_code == 431
    content = answer.json()["listusagerecordsresponse"]
    assert content["errorcode"] == 431
    assert content["cserrorcode"] in (4350, 9999)
    assert content["uuidList"] == []
    assert said in content["errortext"]
    assert answer.headers["X-Description"] == content["errortext"]


# window                                                   days whose records come
WINDOWS = [
    ("2026-11-10", "2026-11-10", "10"),
    ("2026-11-10T00:00:00+0000", "2026-11-10T23:59:59+0000", "10"),
    ("2026-11-10T00:00:00Z", "2026-11-10T23:59:58Z", ""),
    ("2026-11-10T00:00:01Z", "2026-11-10T23:59:59Z", ""),
    ("2026-11-10T12:00:00Z", "2026-11-12T12:00:00Z", "11"),
    ("2026-11-10T00:00:00Z", "2026-11-11T00:00:00Z", "10"),
    ("2026-11-09T00:00:00Z", "2026-11-11T23:59:59Z", "9 10 11"),
    ("2026-11-10T01:00:00+01:00", "2026-11-11T00:59:59+01:00", "10"),
    ("2026-11-10 00:00:00", "2026-11-10 23:59:59", "10"),
    ("2026-11-10T00:00:00Z", "2026-11-10T00:00:00Z", ""),
    ("2026-11-22", "2026-11-30", "22"),
    ("2026-11-23", "2026-12-31", ""),
]


@pytest.mark.parametrize(("start", "end", "days"), WINDOWS)
def test_a_record_comes_if_start_and_end_lie_between_the_bounds(call, start, end, days):
    content = call.usage(startdate=start, enddate=end, pagesize=-1)
    seen = {each["startdate"][8:10].lstrip("0") for each in content.get("usagerecord", [])}
    assert seen == set(days.split())


def test_a_time_zone_of_the_server_moves_bare_days_and_offsets(caller_of):
    with Simulator(today=TODAY, time_zone="Asia/Kolkata") as simulator:
        call = caller_of(simulator)
        assert call.usage() == {}
        content = call.usage(startdate="2026-11-10T00:00:00Z", enddate="2026-11-10T23:59:59Z")
        assert content["usagerecord"][0]["startdate"] == "2026-11-10T05:30:00+0530"
        assert content["usagerecord"][0]["enddate"] == "2026-11-11T05:29:59+0530"


def test_until_4_19_dates_are_quoted_and_paths_are_missing(caller_of):
    with Simulator(today=TODAY, version="4.19", time_zone="Asia/Kolkata") as simulator:
        call = caller_of(simulator)
        content = call.usage(startdate="2026-11-10T00:00:00Z", enddate="2026-11-10T23:59:59Z")
        first = content["usagerecord"][0]
        assert first["startdate"] == "2026-11-10'T'00:00:00+00:00"
        assert first["enddate"] == "2026-11-10'T'23:59:59+00:00"
        assert "domainpath" not in first
        assert "name" not in call.content("listUsageTypes")["usagetype"][0]


@pytest.mark.parametrize("expiration", [-1, 600], ids=["v2", "v3"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_cs_package_pages_through_it(standing, expiration, method):
    client = CloudStack(
        standing.url, BILLING_API_KEY, BILLING_SECRET_KEY, method=method, expiration=expiration
    )
    records = client.listUsageRecords(
        fetch_list=True, startdate="2026-11-01", enddate="2026-11-05T23:59:59+0000"
    )
    assert records == list(standing.records(date(2026, 11, 1), date(2026, 11, 6)))
    assert len(records) > 3 * 500
    assert (
        client.listUsageRecords(fetch_list=True, startdate="2020-01-01", enddate="2020-01-01") == []
    )


@settings(max_examples=8, deadline=None)
@given(size=st.integers(min_value=90, max_value=500), last=st.integers(min_value=10, max_value=12))
def test_any_split_into_pages_gives_the_same_records(standing, size, last):
    client = CloudStack(standing.url, BILLING_API_KEY, BILLING_SECRET_KEY)
    window = {"startdate": "2026-11-10", "enddate": f"2026-11-{last}", "pagesize": size}
    gathered, page = [], 1
    while more := client.listUsageRecords(page=page, **window).get("usagerecord"):
        gathered += more
        page += 1
    assert gathered == list(standing.records(date(2026, 11, 10), date(2026, 11, last + 1)))


def test_given_records_are_served_as_they_are(caller_of):
    quoted = {
        "accountid": ACME.id,
        "domainid": ACME_DOMAIN.id,
        "usagetype": 6,
        "usageid": "v",
        "rawusage": "12,5",
        "startdate": "2026-11-10'T'00:00:00+00:00",
        "enddate": "2026-11-10'T'23:59:59+00:00",
    }
    segment = {**quoted, "usagetype": 25, "startdate": "2026-11-10T03:00:00+0000"}
    crossing = {**quoted, "enddate": "2026-11-11T03:00:00+0000"}
    with Simulator(today=TODAY, records=[quoted, segment, crossing, quoted]) as simulator:
        call = caller_of(simulator)
        assert call.usage() == {"count": 3, "usagerecord": [quoted, segment, quoted]}
        assert call.usage(type=25)["usagerecord"] == [segment]
        assert call.usage(accountid=GLOBEX.id) == {}
        assert call.usage(type=6, usageid="v", page=2, pagesize=1)["usagerecord"] == [quoted]
        assert list(simulator.records()) == [quoted, segment, crossing, quoted]
