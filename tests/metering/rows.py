"""Usage records as CloudStack sends them, for the tests of metering."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from chalicelib.metering.records import UsageRow
from chalicelib.metering.reviews import Decision, Reason, Verdict, Verdicts
from chalicelib.metering.usage import Entry, UsageGroup, measured, quantity, unpack
from chalicelib.metering.windows import MeteredWindow, Window, WindowMeter
from chalicelib.periods import Period

DAY = Period(datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC))
WINDOW = Window("main", DAY)
START, END = int(DAY.start.timestamp()), int(DAY.end.timestamp())
GIB = 2**30

# What every record says (`createUsageResponse`).
COMMON = {
    "account": "acme",
    "accountid": "a",
    "domain": "ROOT",
    "domainid": "d",
    "domainpath": "ROOT",
    "zoneid": "z",
    "description": "something",
    "usage": "24 Hrs",
    "startdate": "2026-01-02T00:00:00+0000",
    "enddate": "2026-01-02T23:59:59+0000",
    "tags": [],
}
_MACHINE = {
    "rawusage": "24",
    "virtualmachineid": "vm-1",
    "usageid": "vm-1",
    "name": "web-1",
    "offeringid": "small",
    "templateid": "debian",
    "type": "KVM",
    "cpunumber": 2,
    "cpuspeed": 2500,
    "memory": 4096,
    "ostypeid": "o",
    "osdisplayname": "Debian 12",
    "oscategoryid": "oc",
    "oscategoryname": "Debian",
}
_TRAFFIC = {
    "rawusage": str(3 * GIB),
    "usageid": "router-1",
    "type": "DomainRouter",
    "networkid": "network-1",
    "name": "net-1",
}
_DISK_IO = {
    "rawusage": "3000",
    "usageid": "volume-1",
    "virtualmachineid": "vm-1",
    "type": "VirtualMachine",
}
_STORED = {"rawusage": "24", "usageid": "stored-1", "size": 5 * GIB}
# What the records of each usage type say beside that.
OWN: dict[int, dict[str, Any]] = {
    1: _MACHINE,
    2: _MACHINE,
    3: {"rawusage": "24", "usageid": "ip-1", "issourcenat": True, "issystem": False},
    4: _TRAFFIC,
    5: _TRAFFIC,
    6: {**_STORED, "usageid": "volume-1", "offeringid": "ssd", "templateid": "debian"},
    7: {**_STORED, "virtualsize": 9 * GIB, "templateid": "source"},
    8: {**_STORED, "virtualsize": 5 * GIB},
    9: _STORED,
    10: {"rawusage": "24", "usageid": "group-1", "virtualmachineid": "vm-1"},
    11: {"rawusage": "24", "usageid": "balancer-1"},
    12: {"rawusage": "24", "usageid": "rule-1"},
    13: {"rawusage": "48", "offeringid": "isolated", "virtualmachineid": "vm-1", "isdefault": True},
    14: {"rawusage": "24", "usageid": "user-1"},
    21: _DISK_IO,
    22: _DISK_IO,
    23: {**_DISK_IO, "rawusage": str(3 * GIB)},
    24: {**_DISK_IO, "rawusage": str(3 * GIB)},
    25: {**_STORED, "virtualmachineid": "vm-1", "name": "before", "offeringid": "17"},
    26: {"rawusage": "24", "description": "Volume Id: 7 on secondary"},
    27: {**_STORED, "virtualmachineid": "vm-1", "name": "before"},
    28: {
        "rawusage": "24",
        "usageid": "vm-1",
        "virtualmachineid": "vm-1",
        "name": "web-1",
        "description": "Backup of VM 3",
    },
    29: {"rawusage": str(3 * GIB), "usageid": "bucket-1", "name": "photos"},
    30: {"rawusage": "12", "description": "Network 204 Allocated"},
    31: {"rawusage": "12", "description": "VPC Id: 9"},
}


def row(usage_type: int = 1, **fields: Any) -> UsageRow:
    """Return a row of a usage type; a field given as None is not in it."""
    told = {**COMMON, **OWN.get(usage_type, {}), "usagetype": usage_type, **fields}
    return msgspec.convert({k: v for k, v in told.items() if v is not None}, UsageRow)


def hours(first: int, last: int) -> dict[str, str]:
    """Return the dates of a record from one hour of the day to another, less a second."""

    def text(seconds: int) -> str:
        return f"{datetime.fromtimestamp(START + seconds, UTC):%Y-%m-%dT%H:%M:%S}+0000"

    return {"startdate": text(first * 3600), "enddate": text(last * 3600 - 1)}


def decided(verdict: Verdict, *about: tuple[int | None, Reason]) -> Verdicts:
    """Return the verdicts of an operator who decided the same of each."""
    return Verdicts(
        Decision("main", usage_type, reason, DAY.start, DAY.end, verdict, "op", DAY.end)
        for usage_type, reason in about
    )


def metered(
    *rows: UsageRow, verdicts: Verdicts | None = None, page: int = 500, bad: Sequence[bytes] = ()
) -> MeteredWindow:
    """Return what rows come to, page by page."""
    meter = WindowMeter(WINDOW, verdicts)
    for start in range(0, len(rows), page):
        meter.add(rows[start : start + page])
    for each in bad:
        meter.add_unreadable(each)
    return meter.metered()


def groups(window: MeteredWindow, owner: str = "a") -> list[UsageGroup]:
    """Return what one sub account used."""
    return list(unpack(window.usage[owner].body)) if owner in window.usage else []


def entries(window: MeteredWindow, owner: str = "a") -> list[Entry]:
    """Return all entries of one sub account."""
    return [entry for group in groups(window, owner) for entry in group.entries()]


def billed(window: MeteredWindow) -> int:
    """Return how many records of a window are billed."""
    return sum(len(entries(window, owner)) for owner in window.usage)


def quantities(found: Iterable[UsageGroup]) -> dict[str, Decimal]:
    """Return the quantity of each meter and part."""
    sums: dict[str, Decimal] = {}
    for group in found:
        for name, measure in measured(group):
            sums[name] = sums.get(name, Decimal(0)) + quantity(name, measure)
    return sums


def reviewed(window: MeteredWindow) -> list[tuple[int | None, str, str, int]]:
    """Return (usage type, owner, reason, records) of everything set aside."""
    return [(each.usage_type, each.owner, each.reason.value, each.count) for each in window.reviews]


Reader = Callable[..., MeteredWindow]
