"""What was used, summed up: equal to what CloudStack's own records come to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.metering.meters import METERS_BY_USAGE_TYPE
from local.cloud import Cloud
from local.cloudstack import tags
from local.cloudstack.catalogue import FRANKFURT, SERVICE_OFFERINGS
from local.cloudstack.commands import offers
from local.cloudstack.estate import ACCOUNTS, ACME, APOLLO, GLOBEX, INITECH, PROJECTS
from local.cloudstack.simulator import Simulator
from tests.app.callers import Callers
from tests.app.conftest import FIRST_DAY, TODAY, callers_with_usage, serving
from tests.oracle import LEVELS, OF_GIB, OF_SIZE, PARTS
from tests.world import World

SPAN = {"from": "2026-10-01", "to": "2026-11-30"}
GROUPS = ["resource", "meter", "offering", "zone", "sub_account", "tag:team", "tag:nobody-has-it"]
READERS = [
    ("acme", ACME.id),
    ("acme", APOLLO.id),
    ("globex-admin", GLOBEX.id),
    ("admin", INITECH.id),
]
FIELDS = {"meter", "meter_name", "service", "unit", "quantity", "records"}
ABOUT = {
    "resource": {
        "resource",
        "name",
        "offering",
        "offering_name",
        "zone",
        "zone_name",
        "sub_account",
        "sub_account_name",
        "tags",
    },
    "meter": set(),
    "offering": {"offering", "offering_name"},
    "zone": {"zone", "zone_name"},
    "sub_account": {"sub_account", "sub_account_name"},
    "tag:team": {"tags"},
}
Row = dict[str, Any]


def used(callers: Callers, user: str, account: str, **asked: str) -> list[Row]:
    """Return all rows of a report, over all its pages."""
    return [row for page in pages(callers, user, account, **asked) for row in page]


def pages(callers: Callers, user: str, account: str, **asked: str) -> Iterator[list[Row]]:
    """Yield the rows of a report, page by page."""
    query = {"account": account, **SPAN, **asked}
    while True:
        answer = callers[user].get("/usage", **query)
        assert answer.status == 200, answer
        yield answer.document["rows"]
        if answer.document["next"] is None:
            return
        query["next"] = answer.document["next"]


def by_meter(rows: Iterable[Row]) -> dict[str, Fraction]:
    """Return the quantity of each meter."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows:
        found[row["meter"]] += Fraction(row["quantity"])
    return dict(found)


def without_parts(quantities: Mapping[str, Fraction]) -> dict[str, Fraction]:
    return {name: each for name, each in quantities.items() if name not in PARTS}


def reckoned(
    records: Iterable[Mapping[str, Any]], owner: str, zone: str, first: str, last: str
) -> dict[str, Fraction]:
    """Return the quantity of each meter and part between two local days, from raw records."""
    start = _midnight(date.fromisoformat(first), zone)
    end = _midnight(date.fromisoformat(last) + timedelta(days=1), zone)
    found: dict[str, Fraction] = defaultdict(Fraction)
    for record in records:
        begins, ends = _instant(record["startdate"]), _instant(record["enddate"]) + 1
        inside = min(end, ends) - max(start, begins)
        if owner not in (record.get("accountid"), record.get("projectid")) or inside <= 0:
            continue
        usage_type = record["usagetype"]
        quantity = Fraction(record["rawusage"]) * Fraction(inside, ends - begins)
        if usage_type in OF_GIB:
            quantity /= 2**30
        if usage_type in LEVELS:
            quantity *= Fraction(ends - begins, 3600)
        if usage_type in OF_SIZE:
            quantity *= Fraction(int(record["size"]), 2**30)
        found[METERS_BY_USAGE_TYPE[usage_type].name] += quantity
        for part, times in PARTS.items() if usage_type == 1 else ():
            found[part] += quantity * times(record)
    return dict(found)


def _midnight(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())


def _instant(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp())


def records_of(callers: Callers) -> list[dict[str, Any]]:
    return list(callers.world.simulator.records(FIRST_DAY, TODAY))


def test_quantities_are_exactly_those_of_the_records(untouched: Callers) -> None:
    # On default terms days begin at midnight UTC, as CloudStack's do: nothing is cut.
    untouched.world.collect_all()
    records = records_of(untouched)
    meters = set()
    for account in (*ACCOUNTS, *PROJECTS):
        for first, last in (("2026-10-31", "2026-11-03"), ("2026-11-01", "2026-11-02")):
            asked = {"group": "meter", "from": first, "to": last}
            found = by_meter(used(untouched, "admin", account.id, **asked))
            expected = reckoned(records, account.id, "UTC", first, last)
            assert found == expected
            meters |= set(found)
    assert len(meters) == len(METERS_BY_USAGE_TYPE) + len(PARTS)


@pytest.mark.parametrize(("user", "account"), READERS)
def test_what_crosses_a_local_midnight_is_cut_there(
    billed: Callers, user: str, account: str
) -> None:
    zone = {each.id: each.time_zone for each in (*ACCOUNTS, *PROJECTS)}[account]
    records = records_of(billed)
    for first, last in (("2026-11-01", "2026-11-02"), ("2026-11-03", "2026-11-03")):
        asked = {"group": "meter", "from": first, "to": last}
        found = by_meter(used(billed, user, account, **asked))
        expected = reckoned(records, account, zone, first, last)
        assert set(found) == set(expected)
        for name, each in expected.items():
            assert abs(found[name] - each) < Fraction(1, 10**9), name


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize(("user", "account"), READERS)
def test_every_grouping_adds_up_to_the_same(
    billed: Callers, user: str, account: str, group: str
) -> None:
    whole = by_meter(used(billed, user, account, group="meter"))
    found = by_meter(used(billed, user, account, group=group))
    assert found == (without_parts(whole) if group == "resource" else whole)


def test_days_add_up_to_their_span(billed: Callers) -> None:
    added: dict[str, Fraction] = defaultdict(Fraction)
    for number in range(6):
        day = (FIRST_DAY + timedelta(days=number - 1)).isoformat()
        rows = used(billed, "acme", "", group="meter", **{"from": day, "to": day})
        for name, each in by_meter(rows).items():
            added[name] += each
    assert dict(added) == by_meter(used(billed, "acme", "", group="meter"))


@pytest.mark.parametrize("group", ABOUT)
def test_a_row_has_the_fields_of_its_grouping_and_no_others(billed: Callers, group: str) -> None:
    rows = used(billed, "acme", "", group=group)
    assert rows and all(set(row) == FIELDS | ABOUT[group] for row in rows)
    order = [METERS_BY_USAGE_TYPE[number].name for number in sorted(METERS_BY_USAGE_TYPE)]
    meters = [row["meter"] for row in rows if row["meter"] in order]
    assert meters == sorted(meters, key=order.index)


def test_a_resource_is_told_with_all_that_is_known_of_it(billed: Callers) -> None:
    assert used(billed, "acme", "") == used(billed, "acme", "", group="resource")
    rows = used(billed, "acme", "")
    (web,) = [row for row in rows if (row["meter"], row["name"]) == ("allocated_vm", "web-1")]
    small = SERVICE_OFFERINGS[0]
    assert (web["offering"], web["offering_name"]) == (small.id, "Small")
    assert (web["zone"], web["zone_name"]) == (FRANKFURT.id, "fra-1")
    assert (web["sub_account"], web["sub_account_name"]) == (ACME.id, "acme")
    assert web["tags"] == {"environment": "production", "team": "shop"}
    assert (web["meter_name"], web["service"]) == ("Allocated VM", "virtual_machines")
    assert (web["unit"], web["quantity"], web["records"]) == ("hour", "96", 4)
    addresses = [row for row in rows if row["meter"] == "ip_address"]
    assert {(row["offering"], row["offering_name"]) for row in addresses} == {(None, None)}


def test_what_has_no_such_tag_comes_under_none(billed: Callers) -> None:
    rows = used(billed, "acme", "", group="tag:team")
    teams = [row["tags"]["team"] for row in rows if row["meter"] == "running_vm"]
    assert teams == ["data", "platform", "shop"]
    # CloudStack has no tags of network offerings.
    assert [row["tags"] for row in rows if row["meter"] == "network_offering"] == [{"team": None}]
    nobody = used(billed, "acme", "", group="tag:nobody-has-it")
    assert {row["tags"]["nobody-has-it"] for row in nobody} == {None}


def test_tags_are_as_of_the_reading_and_the_answer_says_so(
    billed: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> list[Row]:
        document = billed["acme"].get("/usage", **SPAN, group="tag:team").document
        assert "first read" in document["tags_note"]
        found: list[Row] = document["rows"]
        return found

    before = rows()
    monkeypatch.setattr(tags, "TEAMS", (("night", ("",)),))
    span = {"from": "2026-10-31T00:00:00Z", "to": "2026-11-04T00:00:00Z"}
    billed["admin"].post("/admin/runs", {"run": "replay", "connection": "main", **span})
    billed.world.drain()
    assert rows() == before


def test_the_name_of_an_offering_outlives_it(
    untouched: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = untouched.world
    world.collect_all()
    before = used(untouched, "acme", "", group="offering")
    assert "Small" in {row["offering_name"] for row in before}
    renamed = replace(SERVICE_OFFERINGS[1], name="Middle")
    # The id of an offering of the sample follows from its name.
    monkeypatch.setattr(type(renamed), "id", SERVICE_OFFERINGS[1].id)
    monkeypatch.setattr(offers, "SERVICE_OFFERINGS", (renamed,))
    world.advance()
    world.collect_all()
    later = Callers(world)
    named = {row["offering"]: row["offering_name"] for row in used(later, "acme", "")}
    known = {row["offering"]: row["offering_name"] for row in before if row["offering"]}
    known[SERVICE_OFFERINGS[1].id] = "Middle"
    assert known.items() <= named.items()


def test_a_company_shows_the_usage_of_its_members_from_their_day_on(
    cloud: Cloud, cloudstack: Simulator
) -> None:
    own = callers_with_usage(cloud, cloudstack)
    with serving(own.world):
        operator = own["admin"]
        alone = {
            each.id: by_meter(used(own, "admin", each.id, group="meter")) for each in (ACME, APOLLO)
        }
        terms = {"currency": "EUR", "language": "en", "time_zone": "Europe/Berlin"}
        operator.put("/admin/accounts/acme-group", {"name": "Acme Group", **terms})
        roll_up = {"connection": "main", "kind": "domain", "source": "/acme"}
        roll_up |= {"billing_account": "acme-group", "from": "2026-11-02"}
        assert operator.post("/admin/roll-ups", roll_up).status == 201
        shown = used(own, "admin", "acme-group", group="sub_account")
        names = {(row["sub_account"], row["sub_account_name"]) for row in shown}
        assert names == {(ACME.id, "acme"), (APOLLO.id, "apollo")}
        assert own["acme"].get("/usage", account="acme-group", **SPAN).status == 404
        for account, before in alone.items():
            rolled = by_meter(row for row in shown if row["sub_account"] == account)
            kept = by_meter(used(own, "acme", account, group="meter"))
            both = {name: rolled.get(name, 0) + kept.get(name, 0) for name in before}
            assert both == before
            assert rolled["allocated_vm"] > 0 < kept["allocated_vm"]


def test_a_long_report_has_pages_that_make_up_the_whole(cloud: Cloud) -> None:
    first = TODAY - timedelta(days=2)
    with Simulator(today=TODAY, records_per_day=3000, accounts=1) as simulator:
        world = World(cloud, simulator, first)
        with serving(world):
            world.collect_all()
            callers = Callers(world)
            sizes = [len(page) for page in pages(callers, "admin", ACME.id)]
            assert sizes[:-1] == [500] * (len(sizes) - 1) and 0 < sizes[-1] <= 500
            assert len(sizes) > 3
            rows = used(callers, "admin", ACME.id)
            keys = [(row["meter"], row["resource"], row["offering"], row["zone"]) for row in rows]
            assert len(set(keys)) == len(keys)
            whole = by_meter(used(callers, "admin", ACME.id, group="meter"))
            assert by_meter(rows) == without_parts(whole)
            records = sum(row["records"] for row in rows)
            (connection,) = callers["admin"].get("/admin/windows").document["connections"]
            assert records == connection["records"] - connection["copies"]


def test_it_says_up_to_when_usage_is_known(billed: Callers, untouched: Callers) -> None:
    with serving(billed.world):
        told = billed["acme"].get("/usage", **SPAN).document
        assert told["as_of"] == "2026-11-04T00:00:00Z"
        assert (told["from"], told["to"], told["group"]) == (*SPAN.values(), "resource")
        nothing = billed["admin"].get("/usage", **SPAN).document
        assert (nothing["rows"], nothing["next"]) == ([], None)
    with serving(untouched.world):
        untouched.world.plan()
        told = untouched["acme"].get("/usage", **SPAN).document
        assert (told["rows"], told["as_of"]) == ([], None)


def test_usage_nobody_can_be_told_of_is_refused_at_its_field(
    billed: Callers, table: list[dict[str, str]]
) -> None:
    """
    from       | to         | group      | next | field
               |            | meter      |      | from
    2026-11-01 |            | meter      |      | to
    yesterday  | 2026-11-30 | meter      |      | from
    2026-11-01 | 2026-11-31 | meter      |      | to
    20261101   | 2026-11-30 | meter      |      | from
    2026-11-02 | 2026-11-01 | meter      |      | to
    2026-08-01 | 2026-11-01 | meter      |      | from
    1999-12-31 | 1999-12-31 | meter      |      | from
    0001-01-01 | 0001-01-01 | meter      |      | from
    9999-12-31 | 9999-12-31 | meter      |      | from
    2999-12-31 | 3000-01-01 | meter      |      | to
    2026-11-01 | 2026-11-30 | service    |      | group
    2026-11-01 | 2026-11-30 | Meter      |      | group
    2026-11-01 | 2026-11-30 | tag:       |      | group
    2026-11-01 | 2026-11-30 | tag        |      | group
    2026-11-01 | 2026-11-30 | meter      | x    | next
    2026-11-01 | 2026-11-30 | meter      | é    | next
    2026-11-01 | 2026-11-30 | meter      | e30= | next
    2026-11-01 | 2026-11-30 | meter      | W10= | next
    2026-11-01 | 2026-11-30 | meter      | WyJ4Il0= | next
    2026-11-01 | 2026-11-30 | offering   | WzFd | next
    2026-11-01 | 2026-11-30 | offering   | WzEsMl0= | next
    """
    for row in table:
        asked = {name: row[name] for name in ("from", "to", "group")}
        asked |= {"next": row["next"]} if row["next"] else {}
        answer = billed["acme"].get("/usage", **asked)
        assert (answer.status, answer.document["error"]) == (400, "InvalidInput"), row
        assert set(answer.document["fields"]) == {row["field"]}, row
    long = billed["acme"].get("/usage", **SPAN, group=f"tag:{'k' * 256}")
    assert set(long.document["fields"]) == {"group"}


def test_a_quarter_may_be_asked_for_at_once(billed: Callers) -> None:
    asked = {"from": "2026-08-31", "to": "2026-11-30", "group": "meter"}
    assert by_meter(used(billed, "acme", "", **asked)) == by_meter(
        used(billed, "acme", "", group="meter")
    )
