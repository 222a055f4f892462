"""Usage records with everything wrong that CloudStack's are known for, beside the sample's."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from local.cloudstack.estate import ACME, GLOBEX, INITECH, Account, sample_id
from local.cloudstack.simulator import Simulator

Record = dict[str, Any]
DAY = timedelta(days=1)


def troubled_records(first: date, today: date) -> list[Record]:
    """Return the sample's usage of those days, and every day six kinds of trouble.

    Of a usage type that nobody knows there are two records a day of globex and one of acme.
    """
    with Simulator(today=today) as sample:
        records: list[Record] = list(sample.records(first, today))
    days = [first + number * DAY for number in range((today - first).days)]
    return records + [record for day in days for record in _trouble(day)]


def _trouble(day: date) -> Iterator[Record]:
    yield _record(day, GLOBEX, 99, usageid="odd-1")
    yield _record(day, GLOBEX, 99, usageid="odd-2")
    yield _record(day, ACME, 99, usageid="odd-3")
    nobody = _record(day, ACME, 3, usageid="nobody-1")
    yield {name: each for name, each in nobody.items() if not name.startswith("account")}
    # A VM that the usage job has measured twice, the second time in part.
    yield _machine(day, "twice", "24")
    half = _machine(day, "twice", "12")
    yield {**half, "startdate": f"{day}T12:00:00+0000"}
    yield _machine(day, "merged", "36.5")
    yield _record(day, INITECH, 3, "12,5", usageid="comma-1")
    yield _record(
        day, ACME, 4, "-5", usageid="router-1", networkid="network-1", type="DomainRouter"
    )


def _machine(day: date, name: str, hours: str) -> Record:
    return _record(
        day,
        ACME,
        1,
        hours,
        virtualmachineid=sample_id("vm", name),
        usageid=sample_id("vm", name),
        name=name,
        offeringid="gone",
        templateid="t",
        type="KVM",
        cpunumber=1,
        cpuspeed=1000,
        memory=1024,
    )


def _record(day: date, owner: Account, usage_type: int, raw: str = "24", **fields: Any) -> Record:
    return {
        "account": owner.name,
        "accountid": owner.id,
        "domainid": owner.domain.id,
        "domain": owner.domain.name,
        "zoneid": "z",
        "description": "trouble",
        "usage": f"{raw} Hrs",
        "usagetype": usage_type,
        "rawusage": raw,
        "startdate": f"{day}T00:00:00+0000",
        "enddate": f"{day}T23:59:59+0000",
        "tags": [],
        **fields,
    }
