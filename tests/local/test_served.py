"""Records that break the page they are on, and records that change while the simulator runs."""

from datetime import date

import pytest

from local.cloudstack import Simulator
from local.cloudstack.estate import ACME, ACME_DOMAIN

TODAY = date(2026, 11, 23)


def given(number, **fields):
    return {
        "accountid": ACME.id,
        "domainid": ACME_DOMAIN.id,
        "usagetype": 6,
        "usageid": f"volume-{number}",
        "rawusage": "24",
        "startdate": "2026-11-10T00:00:00+0000",
        "enddate": "2026-11-10T23:59:59+0000",
        **fields,
    }


TEN = [given(number, **({"_poison": True} if number == 6 else {})) for number in range(10)]

# page, pagesize                       records, None for 530
PAGES = [
    ({}, None),
    ({"pagesize": -1}, None),
    ({"page": 1, "pagesize": 10}, None),
    ({"page": 1, "pagesize": 6}, "0 1 2 3 4 5"),
    ({"page": 2, "pagesize": 6}, None),
    ({"page": 7, "pagesize": 1}, None),
    ({"page": 8, "pagesize": 1}, "7"),
    ({"page": 3, "pagesize": 3}, None),
    ({"page": 4, "pagesize": 3}, "9"),
    ({"page": 99, "pagesize": 500}, ""),
    ({"type": 6, "usageid": "volume-7"}, "7"),
    ({"type": 6, "usageid": "volume-6"}, None),
]


@pytest.mark.parametrize(("parameters", "shown"), PAGES)
def test_poison_spoils_the_page_it_is_on_and_no_other(caller_of, parameters, shown):
    with Simulator(today=TODAY, records=TEN) as simulator:
        bounds = {"startdate": "2026-11-10", "enddate": "2026-11-10"}
        answer = caller_of(simulator)("listUsageRecords", **bounds, **parameters)
    content = answer.json()["listusagerecordsresponse"]
    if shown is None:
        assert answer.status_code == content["errorcode"] == 530
        assert content["cserrorcode"] == 9999
        assert content["errortext"].startswith("Internal error executing command")
        assert answer.headers["X-Description"] == content["errortext"]
    else:
        records = content.get("usagerecord", [])
        assert [each["usageid"] for each in records] == [f"volume-{n}" for n in shown.split()]
        assert content["count"] == (1 if "type" in parameters else 10)


def test_the_mark_of_poison_is_never_served(caller_of):
    false = given(1, _poison=False)
    with Simulator(today=TODAY, records=[false]) as simulator:
        assert caller_of(simulator).usage()["usagerecord"] == [given(1)]
        assert list(simulator.records()) == [given(1)]


def test_generated_records_can_be_poison_too(caller_of):
    def poison(record):
        return record["usagetype"] == 14

    with Simulator(today=TODAY, poison=poison) as simulator:
        call = caller_of(simulator)
        bounds = {"startdate": "2026-11-10", "enddate": "2026-11-10"}
        assert call("listUsageRecords", **bounds).status_code == 530
        assert call("listUsageRecords", **bounds, type=14).status_code == 530
        assert call.usage(accountid=ACME.id, type=1)["count"] > 0


def test_records_change_while_it_runs(caller_of):
    late, purged = given(1), {k: v for k, v in given(0).items() if k != "usageid"}
    with Simulator(today=TODAY, records=[given(0)]) as simulator:
        call = caller_of(simulator)
        assert call.usage()["usagerecord"] == [given(0)]
        simulator.serve([purged, late])
        assert call.usage() == {"count": 2, "usagerecord": [purged, late]}
        simulator.serve([])
        assert call.usage() == {}
        simulator.serve(None)
        assert call.usage()["count"] > 100
        assert call.usage()["usagerecord"] == list(
            simulator.records(date(2026, 11, 10), date(2026, 11, 11))
        )
