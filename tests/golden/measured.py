"""What CloudStack measures in the stories: raw usage records, and the prices they bear."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal as D
from typing import Any

from chalicelib.rating.tariffs import Model, Per, Tariff, Tier
from local.cloudstack.estate import Account, sample_id
from tests.oracle import Prices
from tests.runs.prices import ALWAYS

Record = dict[str, Any]
RUNNING, ADDRESS, SENT, VOLUME = 1, 3, 4, 6
PRICES = Prices(
    ALWAYS,
    {
        RUNNING: ("hour", "0.0375"),
        ADDRESS: ("month", "3.00"),
        SENT: ("gib", "0.0123456789"),
        VOLUME: ("gib_month", "0.085"),
    },
)
GIB = 2**30
# All traffic of a month costs less once there is more of it.
TRAFFIC = Tariff(
    "network_sent",
    Per.GIB,
    model=Model.VOLUME,
    tiers=(Tier(D(10), D("0.10")), Tier(D(100), D("0.06")), Tier(None, D("0.03"))),
)
BUT_TRAFFIC = Prices(PRICES.since, {of: each for of, each in PRICES.by_type.items() if of != SENT})


def machine(account: Account, name: str, hours: str, *days: str) -> list[Record]:
    """Return that a machine ran so many hours on each of those days."""
    shape = {"cpunumber": 2, "cpuspeed": 2000, "memory": 4096, "type": "KVM"}
    more = {"virtualmachineid": sample_id("vm", name), "offeringid": sample_id("offering", "Small")}
    told = {**shape, **more, "templateid": sample_id("template", "Debian 13")}
    return [_record(account, RUNNING, name, hours, day, **told) for day in days]


def volume(account: Account, name: str, gib: int, *days: str, hours: str = "24") -> list[Record]:
    """Return that a volume of that size was there on each of those days."""
    return [_record(account, VOLUME, name, hours, day, size=gib * GIB) for day in days]


def address(account: Account, name: str, *days: str) -> list[Record]:
    """Return that a public address was held on each of those days."""
    told = {"issourcenat": False, "issystem": False}
    return [_record(account, ADDRESS, name, "24", day, **told) for day in days]


def sent(account: Account, name: str, amount: int, *days: str) -> list[Record]:
    """Return that so many bytes were sent over a network on each of those days."""
    told = {"networkid": sample_id("network", name), "type": "DomainRouter"}
    return [_record(account, SENT, name, str(amount), day, **told) for day in days]


def days_of(records: Iterable[Mapping[str, Any]]) -> set[date]:
    """Return the days that records end on."""
    return {date.fromisoformat(each["enddate"][:10]) for each in records}


def _record(
    account: Account, usage_type: int, name: str, raw: str, day: str, **more: object
) -> Record:
    return {
        "account": account.name,
        "accountid": account.id,
        "domainid": account.domain.id,
        "domain": account.domain.name,
        "domainpath": account.domain.shown_path,
        "zoneid": sample_id("zone", "main"),
        "description": name,
        "usage": raw,
        "usagetype": usage_type,
        "rawusage": raw,
        "usageid": sample_id("thing", name),
        "name": name,
        "startdate": f"{day}T00:00:00+0000",
        "enddate": f"{day}T23:59:59+0000",
        "tags": [],
        **more,
    }
