"""Answers of the billing API for the usage view."""

from __future__ import annotations

from typing import Any

from .answers import Json

NOTE = "tags are as of the reading"


def usage(group: str, rows: list[Json], **changes: Any) -> Json:
    """Return one page of the usage of November 2026."""
    return {
        "from": "2026-11-01",
        "to": "2026-11-30",
        "group": group,
        "as_of": "2026-11-22T23:00:00Z",
        "tags_note": NOTE,
        "rows": rows,
        "next": None,
        **changes,
    }


def by_resource() -> list[Json]:
    """Return rows of resources: with tags and without, named and not, whole and endless."""
    return [
        _resource("running_vm", "Running VM", "virtual_machines", "hour", "528", name="web-01"),
        _resource(
            "running_vcpus",
            "vCPUs of running VMs",
            "virtual_machines",
            "vCPU-hour",
            "2112",
            name="web-01",
        ),
        _resource(
            "volume",
            "Volume",
            "volumes",
            "GiB-hour",
            "52800.333333333333",
            name="data-web-01",
            tags={"env": "prod", "cost-centre": "4711"},
            offering_name="SSD 10k",
        ),
        _resource(
            "network_sent",
            "Data sent",
            "data_transfer",
            "GiB",
            "0.000000000931322574615478515625",
            name="acme-net",
            tags={},
            offering=None,
            offering_name=None,
        ),
        _resource(
            "ip_address",
            "IP address",
            "ip_addresses",
            "hour",
            "1234567.5",
            name=None,
            tags={"env": "test", "kept": ""},
            offering=None,
            offering_name=None,
            resource="9a1f3c52-2ff4-4b54-9a0e-0e4d9cbb7a11",
        ),
    ]


def by_tag(key: str) -> list[Json]:
    """Return rows summed up by the values of a tag; what has none comes under null."""
    row = {"meter": "running_vm", "meter_name": "Running VM", "service": "virtual_machines"}
    row |= {"unit": "hour", "records": 22}
    return [
        {**row, "tags": {key: "prod"}, "quantity": "528"},
        {**row, "tags": {key: None}, "quantity": "24.000001"},
    ]


def by(part: str) -> list[Json]:
    """Return two rows summed up by `part`, the second without a name."""
    row = {"meter": "running_vm", "meter_name": "Running VM", "service": "virtual_machines"}
    row |= {"unit": "hour", "records": 22, "quantity": "552.000001"}
    if part == "meter":
        return [row]
    return [
        {**row, part: "b7d0", f"{part}_name": f"the {part}"},
        {**row, part: None, f"{part}_name": None},
    ]


def _resource(
    meter: str,
    meter_name: str,
    service: str,
    unit: str,
    quantity: str,
    *,
    name: str | None,
    **changes: Any,
) -> Json:
    return {
        "meter": meter,
        "meter_name": meter_name,
        "service": service,
        "unit": unit,
        "quantity": quantity,
        "resource": "5f1f0ab0-1c1c-4d6e-9a3e-6e2f0c1d2b3a",
        "name": name,
        "offering": "c1f4",
        "offering_name": "Medium, 4 vCPU",
        "zone": "z1",
        "zone_name": "Frankfurt 1",
        "sub_account": "7c0e",
        "sub_account_name": "acme",
        "tags": {"env": "prod"},
        "records": 22,
        **changes,
    }
