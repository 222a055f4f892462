"""What there is to buy and where: offerings, zones, usage types, capabilities."""

from collections.abc import Iterable

from local.cloudstack.arguments import Arguments
from local.cloudstack.catalogue import (
    DISK_OFFERINGS,
    SERVICE_OFFERINGS,
    USAGE_TYPES,
    ZONES,
)
from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.envelopes import Content, listing
from local.cloudstack.estate import User, sample_id


def list_service_offerings(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the sizes of virtual machines."""
    return _named(
        "serviceoffering",
        (
            {
                "id": offering.id,
                "name": offering.name,
                "displaytext": f"{offering.name} machine",
                "cpunumber": offering.cpu_number,
                "cpuspeed": offering.cpu_speed_mhz,
                "memory": offering.memory_mib,
                "iscustomized": False,
                "issystem": False,
                "storagetype": "shared",
                "state": "Active",
            }
            for offering in SERVICE_OFFERINGS
        ),
        arguments,
    )


def list_disk_offerings(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the kinds of data disks."""
    return _named(
        "diskoffering",
        (
            {
                "id": offering.id,
                "name": offering.name,
                "displaytext": offering.name,
                "disksize": offering.size_gib,
                "iscustomized": offering.size_gib == 0,
                "storagetype": "shared",
                "tags": "",
                "state": "Active",
            }
            for offering in DISK_OFFERINGS
        ),
        arguments,
    )


def list_zones(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the zones."""
    return _named(
        "zone",
        (
            {
                "id": zone.id,
                "name": zone.name,
                "networktype": "Advanced",
                "allocationstate": "Enabled",
                "zonetoken": sample_id("token", zone.name),
                "type": "Core",
                "tags": [],
            }
            for zone in ZONES
        ),
        arguments,
    )


def list_usage_types(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the usage types; their names only since 4.20. This command has no pages."""
    types: list[Content] = [
        {"id": number, "description": description}
        if not cloud.version.since(4, 20)
        else {"id": number, "name": name, "description": description}
        for number, name, description in USAGE_TYPES
        if cloud.version.has_type(number)
    ]
    return listing("usagetype", len(types), types)


def list_capabilities(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return what the installation can do; the cheapest way to try a signature."""
    capability = {
        "securitygroupsenabled": False,
        "dynamicrolesenabled": True,
        "cloudstackversion": cloud.version.full,
        "userpublictemplateenabled": True,
        "supportELB": "false",
        "projectinviterequired": False,
        "allowusercreateprojects": True,
        "customdiskofferingminsize": 1,
        "customdiskofferingmaxsize": 1024,
        "regionsecondaryenabled": False,
        "kvmsnapshotenabled": True,
        "defaultuipagesize": 20,
    }
    return {"capability": capability}


def _named(kind: str, things: Iterable[Content], arguments: Arguments) -> Content:
    """Return the page of things that have the asked id and name."""
    thing_id, name = arguments.text("id"), arguments.text("name")
    chosen = [
        thing
        for thing in things
        if thing_id in (None, thing["id"]) and name in (None, thing["name"])
    ]
    page = arguments.page()
    return listing(kind, len(chosen), chosen[page.start : page.stop])
