"""What a cloud of the simulator offers: zones, offerings, templates, usage types."""

from dataclasses import dataclass
from functools import lru_cache

from local.cloudstack.estate import sample_id

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with a kind and a name; its id follows from both."""

    kind: str
    name: str

    @property
    def id(self) -> str:
        """Return the thing's id."""
        return sample_id(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class ServiceOffering:
    """A size of virtual machine: processors, MHz each, MiB of memory."""

    name: str
    cpu_number: int
    cpu_speed_mhz: int
    memory_mib: int

    @property
    def id(self) -> str:
        """Return the offering's id."""
        return sample_id("service-offering", self.name)


@dataclass(frozen=True, slots=True)
class DiskOffering:
    """A kind of data disk; `size_gib` is 0 where the buyer chooses the size.

    Attributes:
        storage_tags: which storage it may lie on; a comma between two.
    """

    name: str
    size_gib: int
    storage_tags: str = ""

    @property
    def id(self) -> str:
        """Return the offering's id."""
        return sample_id("disk-offering", self.name)


@dataclass(frozen=True, slots=True)
class Template:
    """A disk image machines are made from."""

    name: str
    root_gib: int
    os_name: str
    os_category: str

    @property
    def id(self) -> str:
        """Return the template's id."""
        return sample_id("template", self.name)


SERVICE_OFFERINGS = (
    ServiceOffering("Small", 1, 2000, 2048),
    ServiceOffering("Medium", 2, 2000, 4096),
    ServiceOffering("Large", 4, 2400, 16384),
    ServiceOffering("Extra Large", 8, 2400, 32768),
)
DISK_OFFERINGS = (DiskOffering("Standard SSD", 0, "ssd"), DiskOffering("Archive HDD 500", 500))
NETWORK_OFFERINGS = (
    Named("network-offering", "Isolated with Source NAT"),
    Named("network-offering", "VPC tier"),
    Named("network-offering", "L2"),
)
NETWORK_OFFERING = NETWORK_OFFERINGS[0]
BACKUP_OFFERINGS = (Named("backup-offering", "Nightly"), Named("backup-offering", "Weekly"))
TEMPLATES = (
    Template("Debian 13", 20, "Debian GNU/Linux 13 (64-bit)", "Debian"),
    Template("Windows Server 2025", 60, "Windows Server 2025 (64-bit)", "Windows"),
)
ZONES = (Named("zone", "fra-1"), Named("zone", "bom-1"), Named("zone", "kwi-1"))
FRANKFURT, MUMBAI, KUWAIT = ZONES

# Number, name, description: UsageTypes.java of CloudStack 4.22 (cloudstack.md section 1).
USAGE_TYPES = (
    (1, "RUNNING_VM", "Running Vm Usage"),
    (2, "ALLOCATED_VM", "Allocated Vm Usage"),
    (3, "IP_ADDRESS", "IP Address Usage"),
    (4, "NETWORK_BYTES_SENT", "Network Usage (Bytes Sent)"),
    (5, "NETWORK_BYTES_RECEIVED", "Network Usage (Bytes Received)"),
    (6, "VOLUME", "Volume Usage"),
    (7, "TEMPLATE", "Template Usage"),
    (8, "ISO", "ISO Usage"),
    (9, "SNAPSHOT", "Snapshot Usage"),
    (10, "SECURITY_GROUP", "Security Group Usage"),
    (11, "LOAD_BALANCER_POLICY", "Load Balancer Usage"),
    (12, "PORT_FORWARDING_RULE", "Port Forwarding Usage"),
    (13, "NETWORK_OFFERING", "Network Offering Usage"),
    (14, "VPN_USERS", "VPN users usage"),
    (21, "VM_DISK_IO_READ", "VM Disk usage(I/O Read)"),
    (22, "VM_DISK_IO_WRITE", "VM Disk usage(I/O Write)"),
    (23, "VM_DISK_BYTES_READ", "VM Disk usage(Bytes Read)"),
    (24, "VM_DISK_BYTES_WRITE", "VM Disk usage(Bytes Write)"),
    (25, "VM_SNAPSHOT", "VM Snapshot storage usage"),
    (26, "VOLUME_SECONDARY", "Volume on secondary storage usage"),
    (27, "VM_SNAPSHOT_ON_PRIMARY", "VM Snapshot on primary storage usage"),
    (28, "BACKUP", "Backup storage usage"),
    (29, "BUCKET", "Bucket storage usage"),
    (30, "NETWORK", "Network usage"),
    (31, "VPC", "VPC usage"),
)


@lru_cache(maxsize=len(SERVICE_OFFERINGS) * len(TEMPLATES))
def machine_fields(size: ServiceOffering, template: Template) -> dict[str, object]:
    """Return what a record of usage type 1 or 2 says about a machine's size and system."""
    return {
        "offeringid": size.id,
        "templateid": template.id,
        "type": "KVM",
        "cpunumber": size.cpu_number,
        "cpuspeed": size.cpu_speed_mhz,
        "memory": size.memory_mib,
        "ostypeid": sample_id("os", template.os_name),
        "osdisplayname": template.os_name,
        "oscategoryid": sample_id("os-category", template.os_category),
        "oscategoryname": template.os_category,
    }
