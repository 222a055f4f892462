"""The Quota plugin's list of tariffs, as its versions answer it."""

from datetime import UTC, date, datetime

import pytest

from local.cloudstack import Simulator
from local.cloudstack.estate import ACME_USER
from local.cloudstack.quota import SAMPLE_TARIFFS, QuotaTariff

TODAY = date(2026, 11, 23)
LISTED = [each for each in SAMPLE_TARIFFS if each.removed is None]


def names(call, **parameters) -> list[str]:
    listed = call.content("quotaTariffList", **parameters).get("quotatariff", [])
    return [tariff["name"] for tariff in listed]


def test_a_tariff_carries_value_unit_and_dates(call):
    listed = call.content("quotaTariffList", name="VPN user 2024")
    tariff = SAMPLE_TARIFFS[[each.name for each in SAMPLE_TARIFFS].index("VPN user 2024")]
    assert listed == {
        "count": 1,
        "quotatariff": [
            {
                "usageType": 14,
                "usageName": "VPN_USERS",
                "usageUnit": "Policy*Month",
                "usageDiscriminator": "None",
                "tariffValue": 5,
                "effectiveDate": "2020-01-01T00:00:00+0000",
                "usageTypeDescription": "VPN users usage",
                "currency": "$",
                "name": "VPN user 2024",
                "endDate": "2024-12-31T23:59:59+0000",
                "id": tariff.id,
                "position": 1,
            }
        ],
    }


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"usagetype": 1}, "Support share, Running VM"),
        (
            {"usagetype": 14, "listall": "true"},
            "VPN user to come, VPN user, VPN user 2024, VPN user by mistake",
        ),
        ({"usagetype": 14, "startdate": "2026-01-01"}, "VPN user to come"),
        ({"usagetype": 14, "enddate": "2024-12-31"}, "VPN user 2024"),
        ({"usagetype": 14, "enddate": "2024-12-30"}, ""),
        ({"name": "Backup"}, "Backup"),
        ({"id": SAMPLE_TARIFFS[3].id}, "Public IP"),
        ({"usagetype": 99}, ""),
    ],
)
def test_tariffs_are_chosen(call, asked, shown):
    assert sorted(names(call, **asked)) == sorted(filter(None, shown.split(", ")))


def test_the_list_has_pages_and_an_order(call):
    first = call.content("quotaTariffList", page=1, pagesize=10)
    assert (first["count"], len(first["quotatariff"])) == (len(LISTED), 10)
    types = [row["usageType"] for row in call.content("quotaTariffList")["quotatariff"]]
    assert types == sorted(types, reverse=True)
    assert call.content("quotaTariffList", page=9, pagesize=10) == {"count": len(LISTED)}
    assert call.content("quotaTariffList", usagetype=99) == {}


@pytest.mark.parametrize(
    "bad",
    [{"usagetype": "vm"}, {"startdate": "soon"}, {"enddate": "2026-13-01"}, {"page": 1}],
    ids=str,
)
def test_bad_parameters_are_refused(call, bad):
    assert call("quotaTariffList", **bad).status_code == 431


def test_an_ended_tariff_is_still_listed_and_a_removed_one_only_on_demand(call):
    assert "VPN user 2024" in names(call)
    assert "VPN user by mistake" not in names(call)
    removed = call.content("quotaTariffList", name="VPN user by mistake", listall="true")
    assert removed["quotatariff"][0]["removed"] == "2023-05-02T09:30:00+0000"


# version  fields that are there beside those of a number
FIELDS = """
4.15       description
4.17       description
4.18       usageTypeDescription name uuid activationRule
4.19       usageTypeDescription name uuid activationRule
4.20       usageTypeDescription name id activationRule position
4.22       usageTypeDescription name id activationRule position
"""
ALWAYS = {"usageType", "usageName", "usageUnit", "usageDiscriminator", "tariffValue"}
ALWAYS |= {"effectiveDate", "currency"}


@pytest.mark.parametrize("line", FIELDS.strip().split("\n"), ids=lambda line: line.split()[0])
def test_a_version_tells_what_it_knows(caller_of, line):
    version, *fields = line.split()
    with Simulator(today=TODAY, version=version) as simulator:
        simulator.quota.tariffs = [
            QuotaTariff(9, "Snapshot", "0.04", "true" if len(fields) > 1 else ""),
        ]
        (tariff,) = caller_of(simulator).content("quotaTariffList")["quotatariff"]
        assert set(tariff) == ALWAYS | set(fields)


def test_before_4_18_the_newest_of_each_type_is_listed(caller_of):
    with Simulator(today=TODAY, version="4.17") as simulator:
        simulator.quota.tariffs = [
            QuotaTariff(1, "old", "10"),
            QuotaTariff(1, "new", "12", since=datetime(2026, 1, 1, tzinfo=UTC)),
            QuotaTariff(1, "next", "14", since=datetime(2027, 1, 1, tzinfo=UTC)),
            QuotaTariff(3, "address", "3"),
        ]
        call = caller_of(simulator)

        def values(**parameters):
            rows = call.content("quotaTariffList", **parameters)["quotatariff"]
            return [row["tariffValue"] for row in rows]

        assert values() == [12, 3]
        assert values(startdate="2025-06-01") == [10, 3]
        assert values(startdate="2027-06-01", usagetype=1) == [14]


def test_rules_are_hidden_from_who_may_not_change_tariffs(caller_of):
    for version, hidden in (("4.19", False), ("4.22", True)):
        with Simulator(today=TODAY, version=version) as simulator:
            simulator.quota.shows_rules = False
            call = caller_of(simulator)
            rows = call.content("quotaTariffList")["quotatariff"]
            assert any("activationRule" in row for row in rows) != hidden
            assert call("listApis", name="quotaTariffUpdate").status_code == 530
            assert call.content("listApis", name="quotaTariffList")["count"] == 1


def test_what_one_may_call_is_listed(call):
    assert call.content("listApis", name="quotaTariffUpdate")["count"] == 1
    assert call("listApis", name="quotaTariffUpdate", user=ACME_USER).status_code == 530
    mine = {api["name"] for api in call.content("listApis", user=ACME_USER)["api"]}
    assert "listUsers" in mine and "listUsageRecords" not in mine


def test_without_the_plugin_the_command_is_unknown(caller_of):
    with Simulator(today=TODAY, quota=False) as simulator:
        call = caller_of(simulator)
        assert call("quotaTariffList").status_code == 401
        session = call.login("admin", "password", "/").json()["loginresponse"]["sessionkey"]
        known = call.in_session("quotaTariffList", sessionkey=session)
        assert known.status_code == 432
        assert known.json()["errorresponse"]["errorcode"] == 432
