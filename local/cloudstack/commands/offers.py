"""What there is to buy and where: offerings, templates, zones, usage types, capabilities."""

from collections.abc import Iterable

from local.cloudstack.arguments import Arguments
from local.cloudstack.catalogue import (
    DISK_OFFERINGS,
    GIB,
    NETWORK_OFFERINGS,
    SERVICE_OFFERINGS,
    TEMPLATES,
    USAGE_TYPES,
    ZONES,
)
from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.envelopes import Content, listing
from local.cloudstack.errors import UNSPECIFIED, BadParameter
from local.cloudstack.estate import Role, User, sample_id

# Which of the templates a filter shows: the sample has public, featured ones only.
SHOWING_FILTERS = frozenset({"featured", "executable", "all"})
TEMPLATE_FILTERS = SHOWING_FILTERS | {"self", "selfexecutable", "sharedexecutable", "community"}


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
                "tags": offering.storage_tags,
                "state": "Active",
            }
            for offering in DISK_OFFERINGS
        ),
        arguments,
    )


def list_network_offerings(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the kinds of networks."""
    return _named(
        "networkoffering",
        (
            {
                "id": offering.id,
                "name": offering.name,
                "displaytext": offering.name,
                "traffictype": "Guest",
                "guestiptype": "L2" if offering.name == "L2" else "Isolated",
                "availability": "Optional",
                "isdefault": False,
                "forvpc": offering.name.startswith("VPC"),
                "state": "Enabled",
            }
            for offering in NETWORK_OFFERINGS
        ),
        arguments,
    )


def list_templates(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the templates a filter shows.

    Raises:
        BadParameter: there is no filter, it is unknown, or it is the root admin's.
    """
    shown = arguments.text("templatefilter")
    if shown is None:
        raise BadParameter(
            "Unable to execute API command listtemplates due to missing parameter templatefilter",
            UNSPECIFIED,
        )
    if shown not in TEMPLATE_FILTERS:
        raise BadParameter("Please specify a valid template filter")
    if shown == "all" and caller.account.role is not Role.ROOT_ADMIN:
        raise BadParameter("Filter all can be specified by root admin only")
    return _named(
        "template",
        (
            {
                "id": template.id,
                "name": template.name,
                "displaytext": template.name,
                "ispublic": True,
                "isready": True,
                "isfeatured": True,
                "format": "QCOW2",
                "hypervisor": "KVM",
                "ostypeid": sample_id("os", template.os_name),
                "ostypename": template.os_name,
                "size": template.root_gib * GIB,
                "tags": [],
            }
            for template in (TEMPLATES if shown in SHOWING_FILTERS else ())
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
