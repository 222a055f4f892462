"""What differs from version to version (cloudstack.md)."""

from datetime import date

import pytest
import requests

from local.cloudstack import Simulator
from local.cloudstack.catalogue import NETWORK_OFFERING
from local.cloudstack.estate import GLOBEX_ADMIN_USER
from local.cloudstack.versions import VERSIONS, Version

TODAY = date(2026, 11, 23)
DAY = {"startdate": "2026-11-10", "enddate": "2026-11-10"}
SYSTEM = {"ostypeid", "osdisplayname", "oscategoryid", "oscategoryname"}

# version  quoted  count  path  system  metrics  names  types
DIFFERENCES = """
4.13       yes     page   no    0       no       no     28 29 30 31
4.14       yes     page   no    0       no       no     29 30 31
4.15       yes     total  no    1       no       no     29 30 31
4.15.2     yes     total  no    4       no       no     29 30 31
4.17       yes     total  no    4       yes      no     29 30 31
4.18       yes     total  no    4       yes      no     29 30 31
4.19       yes     total  no    4       yes      no     30 31
4.19.3     yes     total  yes   4       yes      no     30 31
4.20       no      total  yes   4       yes      yes    -
4.22       no      total  yes   4       yes      yes    -
"""
ROWS = [line.split(maxsplit=7) for line in DIFFERENCES.strip().split("\n")]


def test_the_table_has_every_version():
    assert {row[0] for row in ROWS} >= set(VERSIONS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_version_is_served_as_it_is(caller_of, row):
    version, quoted, count, path, system, metrics, names, missing = row
    with Simulator(today=TODAY, version=version) as simulator:
        call = caller_of(simulator)
        content = call.usage(page=1, pagesize=100)
        every = list(simulator.records(date(2026, 11, 10), date(2026, 11, 11)))
        assert content["usagerecord"] == every[:100]
        assert content["count"] == (100 if count == "page" else len(every))
        assert call.usage(page=99, pagesize=100) == (
            {} if count == "page" else {"count": len(every)}
        )
        first = content["usagerecord"][0]
        assert first["startdate"] == (
            "2026-11-10'T'00:00:00+00:00" if quoted == "yes" else "2026-11-10T00:00:00+0000"
        )
        assert ("domainpath" in first) == (path == "yes")
        assert len(SYSTEM & set(first)) == int(system)
        lacking = {*range(1, 15), *range(21, 32)} - {r["usagetype"] for r in every}
        assert lacking == {int(word) for word in missing.replace("-", "").split()}
        answer = call("listUsageServerMetrics")
        assert answer.status_code == (200 if metrics == "yes" else 401)
        types = call.content("listUsageTypes")["usagetype"]
        assert ("name" in types[0]) == (names == "yes")
        assert not lacking & {each["id"] for each in types}
        capability = call.content("listCapabilities")["capability"]
        numbers = [*version.split("."), "0", "0"][:3]
        assert capability["cloudstackversion"] == ".".join([*numbers, "0"])


def test_before_4_17_the_watermark_is_an_unknown_command(caller_of):
    with Simulator(today=TODAY, version="4.15") as simulator:
        call = caller_of(simulator)
        signed = call("listUsageServerMetrics")
        assert (signed.status_code, signed.json()["errorresponse"]["errorcode"]) == (401, 401)
        session = call.login("admin", "password", "/").json()["loginresponse"]["sessionkey"]
        known = call.in_session("listUsageServerMetrics", sessionkey=session)
        assert known.status_code == 432
        assert known.json()["errorresponse"]["errorcode"] == 432
        unsigned = requests.get(
            call.url, params={"command": "listUsageServerMetrics", "response": "json"}
        )
        assert unsigned.status_code == 401


def test_the_guest_system_was_a_number_at_first(caller_of):
    with Simulator(today=TODAY, version="4.15") as simulator:
        first = next(simulator.records(date(2026, 11, 10)))
        assert first["ostypeid"].isdigit()


def test_backups_were_bytes_at_first(caller_of):
    with Simulator(today=TODAY, version="4.15") as old, Simulator(today=TODAY) as new:
        day = (date(2026, 11, 10), date(2026, 11, 11))
        before = [r for r in old.records(*day) if r["usagetype"] == 28]
        now = [r for r in new.records(*day) if r["usagetype"] == 28]
    assert {r["usage"] for r in before} == {"128849018880 bytes"}
    assert {r["usage"] for r in now} == {"24 Hrs"}


@pytest.mark.parametrize(("version", "found"), [("4.15", 1), ("4.17", 2), ("4.22", 2)])
def test_subdomains_are_read_since_4_15_1(caller_of, version, found):
    with Simulator(today=TODAY, version=version) as simulator:
        content = caller_of(simulator).usage(
            user=GLOBEX_ADMIN_USER, isrecursive="true", pagesize=-1
        )
        assert len({r["account"] for r in content["usagerecord"]}) == found


@pytest.mark.parametrize(("version", "found"), [("4.20", False), ("4.20.1", True), ("4.22", True)])
def test_network_offerings_are_found_by_id_since_4_20_1(caller_of, version, found):
    with Simulator(today=TODAY, version=version) as simulator:
        content = caller_of(simulator).usage(type=13, usageid=NETWORK_OFFERING.id)
        assert bool(content) == found


def test_a_line_has_later_releases():
    assert Version.read("4.19.3") > Version.read("4.19") > Version.read("4.18.2")
