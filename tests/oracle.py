"""What usage costs, reckoned again from CloudStack's raw records.

Written from the product's promises alone; shares no code with its metering and rating, and
reckons in fractions: a record is cut at local midnights and at changes of price, quantities are
added up by usage type and price, multiplied, divided by the hours of the month where the price is
for a month, and rounded half up once.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

SERVICES = {
    1: "virtual_machines",
    2: "virtual_machines",
    3: "ip_addresses",
    4: "data_transfer",
    5: "data_transfer",
    6: "volumes",
    7: "templates",
    8: "isos",
    9: "snapshots",
    10: "security_groups",
    11: "load_balancing",
    12: "port_forwarding",
    13: "networks",
    14: "vpn",
    21: "disk_io",
    22: "disk_io",
    23: "disk_io",
    24: "disk_io",
    25: "snapshots",
    26: "secondary_storage",
    27: "snapshots",
    28: "backups",
    29: "object_storage",
    30: "networks",
    31: "networks",
}
# What a running machine is measured by besides its hours, and how much of it one of it is.
PARTS: Mapping[str, Callable[[Mapping[str, Any]], Fraction]] = {
    "running_vcpus": lambda vm: Fraction(vm["cpunumber"]),
    "running_ghz": lambda vm: Fraction(vm["cpunumber"] * vm["cpuspeed"], 1000),
    "running_memory": lambda vm: Fraction(vm["memory"], 1024),
}
OF_PARTS = dict.fromkeys(PARTS, "virtual_machines")
DIGITS = {"EUR": 2, "INR": 2, "JPY": 0, "KWD": 3, "USD": 2}
OF_MANY = {"thousand_requests": 1000, "million_requests": 1_000_000}
OF_GIB = {4, 5, 23, 24, 29}
OF_SIZE = {6, 7, 8, 9, 25, 27}
LEVELS = {29}


@dataclass(frozen=True)
class Prices:
    """What each usage type costs from an instant on: (per, price).

    Attributes:
        by_offering: the same, of machines and disks of some offerings.
        tiers: of usage types that are graduated: (up to, price), the last up to "".
    """

    since: datetime
    by_type: Mapping[int | str, tuple[str, str]]
    by_offering: Mapping[tuple[int | str, str], tuple[str, str]] = field(default_factory=dict)
    tiers: Mapping[int | str, Sequence[tuple[str, str]]] = field(default_factory=dict)


def month_bounds(month: str, zone: str) -> tuple[datetime, datetime]:
    year, number = map(int, month.split("-"))
    after = (year + number // 12, number % 12 + 1)
    here = ZoneInfo(zone)
    first = datetime(year, number, 1, tzinfo=here).astimezone(UTC)
    return first, datetime(*after, 1, tzinfo=here).astimezone(UTC)


def services_of(
    records: Iterable[Mapping[str, Any]],
    prices: Sequence[Prices],
    *,
    owner: str,
    month: str,
    zone: str,
    currency: str,
) -> dict[str, Decimal]:
    """Return the amount of each service of one account and month."""
    first, last = month_bounds(month, zone)
    quantities: dict[tuple[int | str, str, int], Fraction] = defaultdict(Fraction)
    for record in records:
        if owner in (record.get("accountid"), record.get("projectid")):
            for index, quantity in _priced_parts(record, prices, first, last):
                usage_type, offering = record["usagetype"], record.get("offeringid", "")
                if (usage_type, offering) not in prices[index].by_offering:
                    offering = ""
                quantities[usage_type, offering, index] += quantity
                for part, times in PARTS.items() if usage_type == 1 else ():
                    quantities[part, "", index] += quantity * times(record)
    hours = Fraction(int((last - first).total_seconds()), 3600)
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for (of, offering, index), quantity in quantities.items():
        if of in PARTS and of not in prices[index].by_type:
            continue
        service = OF_PARTS[of] if isinstance(of, str) else SERVICES[of]
        if of in prices[index].tiers:
            earlier = [quantities.get((of, "", number), Fraction(0)) for number in range(index)]
            before = sum(earlier, Fraction(0))
            tiers = prices[index].tiers[of]
            exact = _graduated(before + quantity, tiers) - _graduated(before, tiers)
            amounts[service] += _half_up(exact, DIGITS[currency])
            continue
        by_offering = prices[index].by_offering
        per, price = by_offering[of, offering] if offering else prices[index].by_type[of]
        exact = quantity * Fraction(price) / (hours if per.endswith("month") else 1)
        amounts[service] += _half_up(exact / OF_MANY.get(per, 1), DIGITS[currency])
    return dict(amounts)


def _graduated(quantity: Fraction, tiers: Sequence[tuple[str, str]]) -> Fraction:
    """Return what a quantity costs tier by tier."""
    cost, floor_of_tier = Fraction(0), Fraction(0)
    for up_to, price in tiers:
        top = min(quantity, Fraction(up_to)) if up_to else quantity
        cost += max(top - floor_of_tier, Fraction(0)) * Fraction(price)
        floor_of_tier = max(top, floor_of_tier)
    return cost


def billed_to(
    billing_account: str,
    records: Iterable[Mapping[str, Any]],
    members: Iterable[tuple[str, datetime, datetime]],
) -> list[dict[str, Any]]:
    """Return the records of a billing account as if it had used the resources itself.

    Args:
        members: (owner, since, until): whose usage is its own, and when.
    """
    found = []
    for record in records:
        start, end = _date(record["startdate"]), _date(record["enddate"]) + timedelta(seconds=1)
        for owner, since, until in members:
            left, right = max(start, since), min(end, until)
            if owner in (record.get("accountid"), record.get("projectid")) and left < right:
                part = Fraction(_seconds(right - left), _seconds(end - start))
                if record["usagetype"] in LEVELS:
                    part = Fraction(1)
                last = right - timedelta(seconds=1)
                cut = {
                    "accountid": billing_account,
                    "startdate": left.strftime("%Y-%m-%dT%H:%M:%S+0000"),
                    "enddate": last.strftime("%Y-%m-%dT%H:%M:%S+0000"),
                    "rawusage": str(Fraction(record["rawusage"]) * part),
                }
                found.append({**record, **cut})
    return found


def _priced_parts(
    record: Mapping[str, Any], prices: Sequence[Prices], first: datetime, last: datetime
) -> Iterable[tuple[int, Fraction]]:
    """Yield (index of the prices, quantity) for the parts of a record inside of the month."""
    usage_type = record["usagetype"]
    if usage_type not in SERVICES:
        return
    start, end = _date(record["startdate"]), _date(record["enddate"]) + timedelta(seconds=1)
    quantity = Fraction(record["rawusage"])
    if usage_type in OF_GIB:
        quantity /= 2**30
    if usage_type in LEVELS:
        quantity *= Fraction(_seconds(end - start), 3600)
    if usage_type in OF_SIZE:
        quantity *= Fraction(int(record["size"]), 2**30)
    changes = [*(each.since for each in prices), datetime.max.replace(tzinfo=UTC)]
    for index, (since, until) in enumerate(itertools.pairwise(changes)):
        left, right = max(start, first, since), min(end, last, until)
        if left < right:
            yield index, quantity * Fraction(_seconds(right - left), _seconds(end - start))


def _date(text: str) -> datetime:
    plain = text.replace("'", "")
    return datetime.strptime(plain, "%Y-%m-%dT%H:%M:%S%z").astimezone(UTC)


def _half_up(exact: Fraction, digits: int) -> Decimal:
    return Decimal(floor(exact * 10**digits + Fraction(1, 2))).scaleb(-digits)


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
