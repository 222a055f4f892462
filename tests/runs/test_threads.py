"""What CloudStack's known defects do to its records, by the number of the thread that tells of it.

Each story gives the records as the defect produces them, of one day of one account: what is
billed of them, how many are copies, and what the operator sees.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
import pytest

from chalicelib.metering.pages import read_page
from chalicelib.metering.reviews import Decision, Reason, Verdict, Verdicts
from chalicelib.metering.usage import measured, quantity, usage_in
from chalicelib.metering.windows import Window, WindowMeter
from chalicelib.periods import BillingPeriod, Period
from chalicelib.rating.charges import rate
from chalicelib.rating.price_lists import PriceLists
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from tests.runs.prices import cards
from tests.world import TODAY, World

Row = dict[str, Any]
DAY = Period(datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
WINDOW = Window("main", DAY)
GIB = 2**30
DAYTIME = {"startdate": "2026-11-22T00:00:00+0000", "enddate": "2026-11-22T23:59:59+0000"}
# What hours of a machine come to besides.
MACHINE = {"running_vcpus": 2, "running_ghz": 4, "running_memory": 4}


def row(usage_type: int, raw: str | None = "24", **fields: object) -> Row:
    """Return a record of a whole day; a field that is None is missing."""
    told: Row = {
        "account": "acme",
        "accountid": "acme-id",
        "domain": "ROOT",
        "zoneid": "zone",
        "description": "(free text)",
        "usagetype": usage_type,
        "rawusage": raw,
        "usageid": "thing",
        **DAYTIME,
        "tags": [],
        **fields,
    }
    return {name: value for name, value in told.items() if value is not None}


def vm(raw: str = "24", **fields: object) -> Row:
    own = {"virtualmachineid": "vm", "offeringid": "medium", "templateid": "debian", "type": "KVM"}
    size = {"cpunumber": 2, "cpuspeed": 2000, "memory": 4096}
    return row(1, raw, **{**own, **size, "usageid": "vm", **fields})


def hours(count: str) -> dict[str, str]:
    """Return what so many hours of the machine come to."""
    parts = {part: str(Decimal(count) * times) for part, times in MACHINE.items()}
    return {"running_vm": count, **parts}


def between(first: str, last: str) -> dict[str, str]:
    """Return the dates of a record that began and ended within the day."""
    return {"startdate": f"2026-11-22T{first}+0000", "enddate": f"2026-11-22T{last}+0000"}


class Thread(NamedTuple):
    """A defect: the records it produces, and what becomes of them.

    Attributes:
        billed: quantity by meter and part.
        aside: records the operator sees, by reason.
        if_accepted: what is billed once the operator says so; refusing changes nothing.
    """

    number: str
    rows: list[Row]
    billed: dict[str, str]
    copies: int = 0
    aside: Mapping[Reason, int] = MappingProxyType({})
    if_accepted: dict[str, str] | None = None


def nic(raw: str = "24", **fields: object) -> Row:
    return row(
        13, raw, virtualmachineid="vm", offeringid="net-a", isdefault=True, usageid=None, **fields
    )


def network(raw: str, **fields: object) -> Row:
    return row(30, raw, usageid=None, description="Network usage for (ID: 7)", **fields)


def backup(raw: str = "24", **fields: object) -> Row:
    return row(28, raw, usageid="vm", virtualmachineid="vm", description="backup (ID: 3)", **fields)


def snapshot(raw: str, **fields: object) -> Row:
    return row(25, raw, virtualmachineid="vm", size=10 * GIB, offeringid="12", **fields)


def volume(raw: str = "24", gib: int = 10, **fields: object) -> Row:
    return row(6, raw, size=gib * GIB, offeringid="disk", **fields)


OLD_DATES = {"startdate": "2026-11-22'T'00:00:00+00:00", "enddate": "2026-11-22'T'23:59:59+00:00"}
INDIA = {"startdate": "2026-11-22T05:30:00+0530", "enddate": "2026-11-23T05:29:59+0530"}
DAY_BEFORE = {"startdate": "2026-11-21T00:00:00+0000", "enddate": "2026-11-21T23:59:59+0000"}
DAY_AFTER = {"startdate": "2026-11-23T00:00:00+0000", "enddate": "2026-11-23T23:59:59+0000"}
THREADS = [
    # History is processed again: whole windows as copies, the first as a partial one.
    Thread(
        "13399",
        [vm(), vm(), vm(), vm("12", **between("12:00:00", "23:59:59"))],
        hours("24"),
        copies=2,
        aside={Reason.OVERLAP: 1},
        if_accepted=hours("36"),
    ),
    Thread(
        "13399 in runs of an hour",
        [vm(), *(vm("1", **between(f"{n:02}:00:00", f"{n:02}:59:59")) for n in range(5))],
        hours("24"),
        aside={Reason.OVERLAP: 5},
        if_accepted=hours("29"),
    ),
    Thread("13112", [nic()] * 112, {"network_offering": "24"}, copies=111),
    Thread("PR 2058", [volume(), volume()], {"volume": "240"}, copies=1),
    # A network has a record for each of its states; several are right as long as they fit.
    Thread("PR 10712", [network("10"), network("14")], {"network": "24"}),
    Thread(
        "10687",
        [network("24"), network("24")],
        {"network": "24"},
        aside={Reason.TOO_MANY_HOURS_TOGETHER: 1},
        if_accepted={"network": "48"},
    ),
    Thread("10687 removed in the day", [row(12, "6.5")], {"port_forwarding": "6.5"}),
    # Something that was removed cannot be told from something that was not.
    Thread("10789", [row(11)], {"load_balancer": "24"}),
    Thread(
        "PR 9888", [row(26, "24", usageid=None, description="ID: 9")], {"secondary_volume": "24"}
    ),
    Thread("6717 resized", [volume("12", 10), volume("12", 20)], {"volume": "360"}),
    # The old size goes on for all of the day: nobody can have had both.
    Thread(
        "6717 resized, still charged",
        [volume("24", 10), volume("12", 20)],
        {"volume": "240"},
        aside={Reason.TOO_MANY_HOURS_TOGETHER: 1},
        if_accepted={"volume": "480"},
    ),
    Thread("6717 deleted", [volume("3.25")], {"volume": "32.5"}),
    Thread(
        "5662",
        [
            snapshot("8", **between("00:00:00", "07:59:59")),
            snapshot("8", **between("00:00:00", "07:59:59")),
            snapshot("4", **between("08:00:00", "11:59:59")),
        ],
        {"vm_snapshot": "120"},
        copies=1,
    ),
    Thread("5662 dates", [row(3, **OLD_DATES)], {"ip_address": "24"}),
    # Before 4.16 the raw usage of a backup was bytes.
    Thread(
        "PR 5017",
        [backup(str(10 * GIB))],
        {},
        aside={Reason.TOO_MANY_HOURS: 1},
        if_accepted={"backup": str(10 * GIB)},
    ),
    Thread("PR 5259", [backup("0.0833333358168602")], {"backup": "0.0833333358168602"}),
    Thread("4990", [backup("0.038889169692993164")], {"backup": "0.038889169692993164"}),
    Thread("4982", [backup("10"), backup("14")], {"backup": "24"}),
    Thread("12536", [backup()], {"backup": "24"}),
    Thread("PR 12539", [backup(size=5 * GIB)], {"backup": "24", "backup_storage": "120"}),
    Thread(
        "8514",
        [row(27, virtualmachineid="vm", size=50 * GIB)],
        {"vm_snapshot_on_primary": "1200"},
    ),
    # `usage_id` was 1 for all; the offering tells them apart.
    Thread(
        "10697",
        [{**nic(), "usageid": "1"}, {**nic(), "usageid": "1", "offeringid": "net-b"}],
        {"network_offering": "48"},
    ),
    Thread("PR 859", [nic("48")], {"network_offering": "48"}),
    Thread("PR 8136", [nic("72")], {"network_offering": "72"}),
    Thread("9416", [row(9, size=0)], {"snapshot": "0"}),
    Thread("9416 without a size", [row(9)], {}, aside={Reason.NO_SIZE: 1}),
    Thread("3176", [vm()], hours("24")),
    # The locale of the server gives decimal commas.
    Thread(
        "4837",
        [row(3, "12,5")],
        {},
        aside={Reason.DECIMAL_COMMA: 1},
        if_accepted={"ip_address": "12.5"},
    ),
    # The time of a bound was ignored: records of other days came along.
    Thread(
        "PR 4717",
        [row(3, **DAY_BEFORE), row(3), row(3, **DAY_AFTER)],
        {"ip_address": "24"},
        aside={Reason.OUTSIDE_WINDOW: 1},
    ),
    Thread("PR 8243", [row(3, **INDIA)], {"ip_address": "24"}),
    Thread(
        "PR 8230", [row(3, **INDIA), row(3, **OLD_DATES), row(3)], {"ip_address": "24"}, copies=2
    ),
    Thread(
        "8587",
        [row(11, "24"), row(11, "23.5")],
        {"load_balancer": "23.5"},
        aside={Reason.ANOTHER_QUANTITY: 1},
        if_accepted={"load_balancer": "24"},
    ),
    # Two usage servers, or bogus jobs, worked on the same day.
    Thread("12424", [vm(), row(3), vm(), row(3)], {**hours("24"), "ip_address": "24"}, copies=2),
    Thread("12503", [nic("48"), nic("48")], {"network_offering": "48"}, copies=1),
    # A bucket that is empty has a level of nothing; one that was never counted has none.
    Thread("PR 13776", [row(29, "0")], {"bucket": "0"}),
    Thread(
        "PR 13776 without a level",
        [row(29, raw=None), row(29, str(GIB), usageid="other")],
        {"bucket": "24"},
        aside={Reason.NO_RAW_USAGE: 1},
    ),
    Thread(
        "PR 11531",
        [volume(), volume("7", virtualmachineid="vm")],
        {"volume": "240"},
        copies=1,
    ),
    Thread(
        "PR 11531 attached alone",
        [volume("7", virtualmachineid="vm")],
        {},
        aside={Reason.ATTACHED_ALONE: 1},
        if_accepted={"volume": "70"},
    ),
    # No thread: `VMInstanceUsageParser` joins a key without a separator, two machines become one.
    Thread(
        "key collision",
        [vm("48")],
        {},
        aside={Reason.TOO_MANY_HOURS: 1},
        if_accepted=hours("48"),
    ),
]


def metered(rows: list[Row], verdict: Verdict | None = None) -> Any:
    """Return what the rows come to; everything set aside decided on like `verdict`."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    decisions = [
        Decision("main", each, reason, DAY.start, DAY.end, verdict, "admin", at)
        for each in {row["usagetype"] for row in rows}
        for reason in Reason
        if verdict is not None and (verdict == "refuse" or reason.can_accept)
    ]
    meter = WindowMeter(WINDOW, Verdicts(decisions))
    page = read_page(msgspec.json.encode({"listusagerecordsresponse": {"usagerecord": rows}}))
    meter.add(page.rows)
    return meter.metered()


def billed(found: Any) -> dict[str, Decimal]:
    """Return the quantity of every meter and part, and check that all of it has a price."""
    groups = [group for packed in found.usage.values() for group in usage_in(packed)]
    quantities: dict[str, Decimal] = defaultdict(Decimal)
    for group in groups:
        for name, measure in measured(group):
            quantities[name] += quantity(name, measure)
    period = rate(groups, PriceLists("EUR", cards("EUR")), BillingPeriod("2026-11", "UTC"))
    assert not period.unpriced
    for line in period.line_items:
        assert line.quantity == quantities[line.meter]
    return dict(quantities)


def decimals(quantities: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(each) for name, each in quantities.items()}


@pytest.mark.parametrize("thread", THREADS, ids=lambda each: f"#{each.number}")
@pytest.mark.parametrize("backwards", [False, True], ids=["", "backwards"])
def test_a_known_defect(thread: Thread, backwards: bool) -> None:
    rows = thread.rows[::-1] if backwards else thread.rows
    found = metered(rows)
    assert billed(found) == decimals(thread.billed)
    assert found.copies == thread.copies
    assert {each.reason: each.count for each in found.reviews} == thread.aside
    assert all(each.account == "acme" and each.samples for each in found.reviews)
    if thread.if_accepted is not None:
        assert billed(metered(rows, "accept")) == decimals(thread.if_accepted)
    refused = metered(rows, "refuse")
    assert billed(refused) == decimals(thread.billed)
    assert not (refused.count("hold") or refused.count("reject"))
    assert refused.count("refused") == sum(thread.aside.values())


def test_7555_a_machine_that_changes_its_account_is_billed_to_each_for_its_hours() -> None:
    moved = {"accountid": "globex-id", "account": "globex"}
    found = metered([vm("12"), vm("12", **moved)])
    assert not found.reviews and not found.copies
    assert {owner: packed.records for owner, packed in found.usage.items()} == {
        "acme-id": 1,
        "globex-id": 1,
    }
    assert billed(found) == decimals(hours("24"))


def test_2242_tags_are_kept_with_the_usage() -> None:
    tag = {"key": "cost center", "value": "4711", "resourcetype": "UserVm", "resourceid": "vm"}
    (packed,) = metered([vm(tags=[tag])]).usage.values()
    (group,) = usage_in(packed)
    assert [entry.tags for entry in group.entries()] == [(("cost center", "4711"),)]


@pytest.mark.parametrize("version", ["4.13", "4.14", "4.15"])
def test_4191_all_pages_are_read_although_the_count_is_that_of_the_page(
    cloud: Cloud, version: str
) -> None:
    records = [row(3, usageid=f"ip-{number}") for number in range(47)]
    with Simulator(today=TODAY, version=version, records=records) as simulator:
        world = World(cloud, simulator, DAY.start.date(), page_size=20)
        world.now += timedelta(hours=6)
        world.collect_all()
    (window,) = world.wiring.windows.windows("main")
    assert (window.state, window.records, window.copies) == ("complete", 47, 0)
