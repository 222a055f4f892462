"""Answers of the billing API for the estimate view."""

from __future__ import annotations

from typing import Any

from .answers import Json, money

_MACHINE = ["zone", "offering", "template", "operating_system", "vcpus", "mhz", "memory_mib"]


def catalogue(**changes: Any) -> Json:
    """Return what can be planned: machines, their parts, volumes, traffic, requests, a service."""
    return {
        "meters": [
            meter("running_vm", "Running VM", "virtual_machines", "hour", _MACHINE),
            meter(
                "vcpu",
                "vCPU of running VMs",
                "virtual_machines",
                "vCPU-hour",
                [],
                part_of="running_vm",
            ),
            meter("ip_address", "IP address", "ip_addresses", "hour", ["zone"]),
            meter("network_sent", "Data sent", "data_transfer", "GiB", ["zone"]),
            meter("volume", "Volume", "volumes", "GiB-hour", ["zone", "offering"]),
            meter("disk_reads", "Disk reads", "disk_io", "request", ["zone"]),
        ],
        "names": {
            "offering": [{"id": "o1", "name": "Small"}, {"id": "o2", "name": "Medium"}],
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
        "usage_type": 1,
        "unit": unit,
        "per": ["hour", "month"],
        "dimensions": dimensions,
        "part_of": part_of,
    }


def estimate(**changes: Any) -> Json:
    """Return what two machines, a volume and a service cost."""
    return {
        "currency": "EUR",
        "items": [
            item(
                "Running VM, Small",
                ("0.07932", "1.90368", "57.90", "0.00"),
                [("Running VM", "29.20"), ("vCPU of running VMs", "28.70")],
            ),
            item("Volume, 50 GiB", ("0.0054794520547945", "0.131506", "4.00", "0.00")),
        ],
        "services": [item("Gold support", ("0.205479", "4.931507", "150.00", "25.00"))],
        "totals": amounts("0.2902784520547945", "6.966693", "211.90", "25.00"),
        "missing": [],
        "exchange_rates": [],
        **changes,
    }


def item(
    name: str,
    parts: tuple[str, str, str, str],
    lines: list[tuple[str, str]] | None = None,
    currency: str = "EUR",
) -> Json:
    """Return one row of the answer; without `lines` it has one, of its own name."""
    shown = [(name, parts[2])] if lines is None else lines
    return {
        "name": name,
        **amounts(*parts, currency=currency),
        "lines": [{"name": title, "month": money(month, currency)} for title, month in shown],
    }


def amounts(hour: str, day: str, month: str, once: str, currency: str = "EUR") -> Json:
    """Return the amounts by hour, day and month, and what is paid once."""
    return {
        "hour": money(hour, currency),
        "day": money(day, currency),
        "month": money(month, currency),
        "once": money(once, currency),
    }
