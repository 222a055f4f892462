"""The meters of all usage types that CloudStack measures, and the parts of some.

The usage types and their fields are those of CloudStack's `UsageTypes.java` and of
`ApiResponseHelper.createUsageResponse`, versions 4.13 to 4.23.
"""

from decimal import Decimal

from chalicelib.metering.kinds import Dimension, Meter, Part, Rule, Service, Unit

VIRTUAL_MACHINES = Service("virtual_machines", "Virtual machines")
VOLUMES = Service("volumes", "Volumes")
TEMPLATES = Service("templates", "Templates")
ISOS = Service("isos", "ISO images")
SNAPSHOTS = Service("snapshots", "Snapshots")
IP_ADDRESSES = Service("ip_addresses", "IP addresses")
DATA_TRANSFER = Service("data_transfer", "Data transfer")
SECURITY_GROUPS = Service("security_groups", "Security groups")
LOAD_BALANCING = Service("load_balancing", "Load balancing")
PORT_FORWARDING = Service("port_forwarding", "Port forwarding")
NETWORKS = Service("networks", "Networks")
VPN = Service("vpn", "VPN")
DISK_IO = Service("disk_io", "Disk I/O")
SECONDARY_STORAGE = Service("secondary_storage", "Secondary storage")
BACKUPS = Service("backups", "Backups")
OBJECT_STORAGE = Service("object_storage", "Object storage")

ZONE = Dimension("zone", "zoneid")
OFFERING = Dimension("offering", "offeringid")
TEMPLATE = Dimension("template", "templateid")
_MACHINE = (
    ZONE,
    OFFERING,
    TEMPLATE,
    Dimension("operating_system", "osdisplayname"),
    Dimension("hypervisor", "type"),
    Dimension("vcpus", "cpunumber"),
    Dimension("mhz", "cpuspeed"),
    Dimension("memory_mib", "memory"),
)
_MACHINE_KEY = ("offering", "vcpus", "mhz", "memory_mib")


def _machine(name: str, title: str, usage_type: int) -> Meter:
    return Meter(
        name,
        title,
        usage_type,
        Unit.HOUR,
        Rule.HOURS,
        VIRTUAL_MACHINES,
        "virtualmachineid",
        dimensions=_MACHINE,
        key=_MACHINE_KEY,
        exclusive=True,
    )


def _hours(
    name: str,
    title: str,
    usage_type: int,
    service: Service,
    *dimensions: Dimension,
    related: tuple[str, ...] = (),
) -> Meter:
    """Return a meter that counts the hours of something with an id of its own."""
    return Meter(
        name,
        title,
        usage_type,
        Unit.HOUR,
        Rule.HOURS,
        service,
        "usageid",
        related=related,
        dimensions=(ZONE, *dimensions),
    )


def _stored(
    name: str,
    title: str,
    usage_type: int,
    service: Service,
    *dimensions: Dimension,
    related: tuple[str, ...] = (),
    key: tuple[str, ...] = (),
    one_size: bool = False,
    exclusive: bool = False,
) -> Meter:
    """Return a meter of something that takes so much storage for so long."""
    return Meter(
        name,
        title,
        usage_type,
        Unit.GIB_HOUR,
        Rule.SIZED_HOURS,
        service,
        "usageid",
        related=related,
        dimensions=(ZONE, *dimensions),
        key=key,
        sized=True,
        one_size=one_size,
        exclusive=exclusive,
    )


def _traffic(name: str, title: str, usage_type: int) -> Meter:
    return Meter(
        name,
        title,
        usage_type,
        Unit.GIB,
        Rule.BYTES,
        DATA_TRANSFER,
        "usageid",
        related=("networkid", "vpcid"),
        dimensions=(ZONE, Dimension("device", "type")),
        bounded=False,
    )


def _disk_io(name: str, title: str, usage_type: int, unit: Unit, rule: Rule) -> Meter:
    return Meter(
        name,
        title,
        usage_type,
        unit,
        rule,
        DISK_IO,
        "usageid",
        related=("virtualmachineid",),
        dimensions=(ZONE,),
        bounded=False,
    )


def _described(name: str, title: str, usage_type: int, service: Service) -> Meter:
    """Return a meter of something CloudStack describes but gives no id of."""
    return Meter(
        name,
        title,
        usage_type,
        Unit.HOUR,
        Rule.HOURS,
        service,
        "description",
        dimensions=(ZONE,),
        ordinal=True,
    )


ALL_METERS = (
    _machine("running_vm", "Running VM", 1),
    _machine("allocated_vm", "Allocated VM", 2),
    _hours(
        "ip_address",
        "IP address",
        3,
        IP_ADDRESSES,
        Dimension("source_nat", "issourcenat"),
        Dimension("system", "issystem"),
    ),
    _traffic("network_sent", "Data sent", 4),
    _traffic("network_received", "Data received", 5),
    # A record with a VM tells how long the volume was attached (CloudStack PR 11531).
    _stored(
        "volume",
        "Volume",
        6,
        VOLUMES,
        OFFERING,
        TEMPLATE,
        related=("virtualmachineid",),
        key=("offering",),
        exclusive=True,
    ),
    _stored("template", "Template", 7, TEMPLATES, one_size=True),
    _stored("iso", "ISO image", 8, ISOS, one_size=True),
    _stored("snapshot", "Snapshot", 9, SNAPSHOTS, one_size=True),
    _hours("security_group", "Security group", 10, SECURITY_GROUPS, related=("virtualmachineid",)),
    _hours("load_balancer", "Load balancer rule", 11, LOAD_BALANCING),
    _hours("port_forwarding", "Port forwarding rule", 12, PORT_FORWARDING),
    # CloudStack sums the hours of all NICs of one offering: two of them are 48 hours a day.
    Meter(
        "network_offering",
        "Network offering",
        13,
        Unit.HOUR,
        Rule.HOURS,
        NETWORKS,
        "virtualmachineid",
        dimensions=(ZONE, OFFERING, Dimension("default", "isdefault")),
        key=("offering",),
        bounded=False,
    ),
    _hours("vpn_user", "VPN user", 14, VPN),
    _disk_io("disk_reads", "Disk reads", 21, Unit.REQUEST, Rule.REQUESTS),
    _disk_io("disk_writes", "Disk writes", 22, Unit.REQUEST, Rule.REQUESTS),
    _disk_io("disk_read", "Data read from disks", 23, Unit.GIB, Rule.BYTES),
    _disk_io("disk_written", "Data written to disks", 24, Unit.GIB, Rule.BYTES),
    _stored("vm_snapshot", "VM snapshot", 25, SNAPSHOTS, OFFERING, related=("virtualmachineid",)),
    _described("secondary_volume", "Volume on secondary storage", 26, SECONDARY_STORAGE),
    _stored(
        "vm_snapshot_on_primary",
        "VM snapshot on primary storage",
        27,
        SNAPSHOTS,
        related=("virtualmachineid",),
    ),
    Meter(
        "backup",
        "Backup",
        28,
        Unit.HOUR,
        Rule.HOURS,
        BACKUPS,
        "virtualmachineid",
        # Several backups of one machine differ in nothing else.
        related=("description",),
        dimensions=(ZONE, OFFERING, Dimension("size", "size")),
        key=("size",),
        ordinal=True,
    ),
    Meter(
        "bucket",
        "Bucket",
        29,
        Unit.GIB_HOUR,
        Rule.LEVEL,
        OBJECT_STORAGE,
        "usageid",
        dimensions=(ZONE,),
        bounded=False,
    ),
    _described("network", "Network", 30, NETWORKS),
    _described("vpc", "VPC", 31, NETWORKS),
)
ALL_PARTS = (
    Part(
        "running_vcpus",
        "vCPUs of running VMs",
        "running_vm",
        Unit.VCPU_HOUR,
        ("vcpus",),
        Decimal(1),
    ),
    Part(
        "running_ghz",
        "GHz of running VMs",
        "running_vm",
        Unit.GHZ_HOUR,
        ("vcpus", "mhz"),
        Decimal(1000),
    ),
    Part(
        "running_memory",
        "Memory of running VMs",
        "running_vm",
        Unit.GIB_HOUR,
        ("memory_mib",),
        Decimal(1024),
    ),
    # CloudStack tells the size of a backup since PR 12539 of 2026.
    Part("backup_storage", "Backup storage", "backup", Unit.GIB_HOUR, ("size",), Decimal(2**30)),
)
