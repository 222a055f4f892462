"""Who owns what: the fleets of the sample accounts, before time touches them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from local.cloudstack.catalogue import FRANKFURT, KUWAIT, MUMBAI, TEMPLATES, Named, Template
from local.cloudstack.estate import (
    ACME,
    APOLLO,
    GLOBEX,
    GLOBEX_ADMIN,
    INITECH,
    SubAccount,
    sample_id,
)

SMALL, MEDIUM, LARGE, EXTRA_LARGE = range(4)
DEBIAN, WINDOWS = TEMPLATES


class Habit(Enum):
    """How a virtual machine spends a month."""

    STEADY = "runs; in some months it is stopped for days or resized for a while"
    RESIZED = "every month it is a size larger for some days in the middle"
    OFFICE = "runs on weekdays from morning to evening, stopped otherwise"
    SEASONAL = "is created and deleted again within weeks"


@dataclass(frozen=True, slots=True)
class Machine:
    """A virtual machine of a fleet; `data_gib` is its data disk at first, 0 for none."""

    owner: SubAccount
    name: str
    offering: int
    habit: Habit = Habit.STEADY
    nics: int = 1
    data_gib: int = 0
    template: Template = DEBIAN

    @property
    def id(self) -> str:
        """Return the machine's id."""
        return sample_id("vm", self.owner.id, self.name)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Everything an account or project owns.

    Attributes:
        seasonal: machines created, and later deleted, each month.
        daily_bytes: sent on an average weekday.
        security_groups: name, and what the names of its machines begin with.
        counts_requests: whether disks of machines with a data disk count what they read and write.
        snapshotted: names of machines that are snapshotted as a whole.
        backups: name of a machine, and to how many backup offerings it is assigned.
        secondary_volumes: name and GiB of volumes on secondary storage.
        buckets: name and GiB of buckets at first.
    """

    owner: SubAccount
    zone: Named
    machines: tuple[Machine, ...]
    seasonal: int = 0
    static_ips: int = 0
    daily_bytes: int = 0
    balancers: tuple[str, ...] = ()
    forwardings: tuple[str, ...] = ()
    isos: tuple[str, ...] = ()
    vpn_users: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    security_groups: tuple[tuple[str, str], ...] = ()
    counts_requests: bool = False
    snapshotted: tuple[str, ...] = ()
    backups: tuple[tuple[str, int], ...] = ()
    secondary_volumes: tuple[tuple[str, int], ...] = ()
    buckets: tuple[tuple[str, int], ...] = ()
    networks: tuple[str, ...] = ()
    vpcs: tuple[str, ...] = ()


def machines(
    owner: SubAccount,
    prefix: str,
    count: int,
    offering: int,
    *,
    habit: Habit = Habit.STEADY,
    nics: int = 1,
    data_gib: int = 0,
    template: Template = DEBIAN,
) -> Iterator[Machine]:
    """Yield `count` machines named `prefix-1`, `prefix-2`…, alike but for a resized first one."""
    for number in range(1, count + 1):
        first = Habit.RESIZED if number == 1 and habit is Habit.STEADY else habit
        yield Machine(owner, f"{prefix}-{number}", offering, first, nics, data_gib, template)


FLEETS = (
    Fleet(
        ACME,
        FRANKFURT,
        (
            *machines(ACME, "web", 3, SMALL),
            *machines(ACME, "app", 3, MEDIUM),
            *machines(ACME, "db", 2, LARGE, nics=2, data_gib=100),
            *machines(ACME, "cache", 1, MEDIUM),
            *machines(ACME, "dev", 2, SMALL, habit=Habit.OFFICE),
        ),
        seasonal=1,
        static_ips=2,
        daily_bytes=9_000_000_000,
        balancers=("web-http", "web-https"),
        forwardings=("bastion-ssh", "vpn-udp"),
        isos=("rescue-13",),
        templates=("acme-base",),
        security_groups=(("front", "web"),),
        counts_requests=True,
        snapshotted=("db-1",),
        backups=(("db-1", 2), ("db-2", 1)),
        secondary_volumes=(("archive-2024", 50),),
        buckets=(("acme-assets", 120), ("acme-logs", 8)),
        networks=("acme-net", "acme-lab"),
        vpcs=("acme-vpc",),
    ),
    Fleet(
        APOLLO,
        FRANKFURT,
        (
            *machines(APOLLO, "lander", 1, MEDIUM),
            *machines(APOLLO, "telemetry", 1, SMALL, data_gib=50),
        ),
        static_ips=1,
        daily_bytes=700_000_000,
        forwardings=("lander-ssh",),
    ),
    Fleet(
        GLOBEX,
        MUMBAI,
        (
            *machines(GLOBEX, "web", 10, MEDIUM),
            *machines(GLOBEX, "app", 10, MEDIUM),
            *machines(GLOBEX, "db", 4, EXTRA_LARGE, nics=2, data_gib=400),
            *machines(GLOBEX, "worker", 8, LARGE),
            *machines(GLOBEX, "dev", 4, SMALL, habit=Habit.OFFICE),
            *machines(GLOBEX, "win", 2, LARGE, template=WINDOWS),
        ),
        seasonal=3,
        static_ips=6,
        daily_bytes=64_000_000_000,
        balancers=("shop-http", "shop-https", "api-https"),
        forwardings=("bastion-ssh", "win-rdp", "mail-smtp", "metrics"),
        isos=("rescue-13", "virtio-win"),
        vpn_users=("ravi", "meera"),
        templates=("globex-shop",),
        networks=("globex-net",),
    ),
    Fleet(GLOBEX_ADMIN, MUMBAI, (*machines(GLOBEX_ADMIN, "jump", 1, SMALL, habit=Habit.OFFICE),)),
    Fleet(
        INITECH,
        KUWAIT,
        (
            *machines(INITECH, "web", 1, SMALL),
            *machines(INITECH, "db", 1, MEDIUM, nics=2, data_gib=60),
            *machines(INITECH, "files", 1, SMALL, data_gib=500, template=WINDOWS),
        ),
        seasonal=1,
        static_ips=1,
        daily_bytes=1_500_000_000,
        balancers=("portal",),
        forwardings=("files-smb",),
    ),
)
