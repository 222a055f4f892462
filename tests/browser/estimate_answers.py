"""Answers of the billing API for the estimate view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .answers import Json, money

_MACHINE = [
    "zone",
    "offering",
    "template",
    "operating_system",
    "hypervisor",
    "vcpus",
    "mhz",
    "memory_mib",
]
# Usage types by meter.
_TYPES = {
    "running_vm": 1,
    "running_vcpus": 1,
    "ip_address": 3,
    "network_sent": 4,
    "volume": 6,
    "disk_reads": 21,
}


def catalogue(**changes: Any) -> Json:
    """Return what can be planned: machines, their parts, volumes, traffic, requests, a service."""
    return {
        "meters": [
            meter("running_vm", "Running VM", "virtual_machines", "hour", _MACHINE),
            meter(
                "running_vcpus",
                "vCPUs of running VMs",
                "virtual_machines",
                "vCPU-hour",
                _MACHINE,
                part_of="running_vm",
            ),
            meter("ip_address", "IP address", "ip_addresses", "hour", ["zone"]),
            meter("network_sent", "Data sent", "data_transfer", "GiB", ["zone", "device"]),
            meter("volume", "Volume", "volumes", "GiB-hour", ["zone", "offering", "template"]),
            meter("disk_reads", "Disk reads", "disk_io", "request", ["zone"]),
        ],
        "names": {
            "offering": [
                offering("d1", "Archive", "volumes"),
                offering("o1", "Small", "machines"),
                offering("o2", "Medium", "machines", ("2", "2000", "4096")),
            ],
            "zone": [{"id": "z1", "name": "Frankfurt 1"}],
            "template": [],
        },
        "services": [{"id": "gold_support", "title": "Gold support", "per": "month"}],
        **changes,
    }


def meter(
    name: str,
    title: str,
    service: str,
    unit: str,
    dimensions: list[str],
    *,
    part_of: str | None = None,
) -> Json:
    """Return one meter of the catalogue."""
    return {
        "name": name,
        "title": title,
        "service": service,
        "usage_type": _TYPES[name],
        "unit": unit,
        "per": ["hour", "month"],
        "dimensions": dimensions,
        "part_of": part_of,
    }


def offering(
    name_id: str, name: str, offers: str, size: tuple[str, str, str] | None = None
) -> Json:
    """Return one offering; `size` is the vCPUs, MHz and MiB that it gives a machine."""
    sizes = size and dict(zip(("vcpus", "mhz", "memory_mib"), size, strict=True))
    return {"id": name_id, "name": name, "offers": offers, "size": sizes}


def estimate(**changes: Any) -> Json:
    """Return what two machines, a volume and a service cost."""
    return {
        "currency": "EUR",
        "items": [
            item(
                "2 x Running VM Small",
                ("0.07931507", "1.90356164", "57.90", "0.00"),
                [("Running VM", "29.20"), ("vCPUs of running VMs", "28.70")],
            ),
            item("Volume 50 GiB", ("0.00547945", "0.13150685", "4.00", "0.00")),
        ],
        "services": [
            item(
                "Gold support",
                ("0.20547945", "4.93150685", "150.00", "25.00"),
                [("Gold support", "150.00"), ("Gold support, set up", "25.00", True)],
            )
        ],
        "totals": amounts("0.29027397", "6.96657534", "211.90", "25.00"),
        "missing": [],
        "exchange_rates": [],
        **changes,
    }


def item(
    name: str,
    parts: tuple[str, str, str, str],
    lines: Sequence[tuple[str, str] | tuple[str, str, bool]] | None = None,
    currency: str = "EUR",
) -> Json:
    """Return one row of the answer; without `lines` it has one, of its own name."""
    shown = [(name, parts[2])] if lines is None else lines
    return {
        "name": name,
        **amounts(*parts, currency=currency),
        "lines": [
            {"name": title, "amount": money(amount, currency), "once": bool(once)}
            for title, amount, *once in shown
        ],
    }


def nothing(name: str) -> Json:
    """Return a row that has no price."""
    return item(name, ("0.00000000", "0.00000000", "0.00", "0.00"), [])


def amounts(hour: str, day: str, month: str, once: str, currency: str = "EUR") -> Json:
    """Return the amounts by hour, day and month, and what is paid once."""
    return {
        "hour": money(hour, currency),
        "day": money(day, currency),
        "month": money(month, currency),
        "once": money(once, currency),
    }
