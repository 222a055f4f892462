"""Rows about storage: disks and what they did, images, snapshots, buckets."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from random import Random

from local.cloudstack.catalogue import DISK_OFFERINGS, FRANKFURT, GIB, TEMPLATES
from local.cloudstack.estate import database_id, sample_id
from local.cloudstack.fleet_window import FleetWindow
from local.cloudstack.inventory import Machine
from local.cloudstack.lives import Sized, Span, detached, grown_gib, snapshots, vm_snapshots
from local.cloudstack.quantities import hours_text
from local.cloudstack.selection import Row
from local.cloudstack.windows import Window

ISO_BYTES = 5_368_709_120
TEMPLATE_GIB = 20
# Type, unit and size of one request in bytes (1 where requests are counted), read before write.
DISK_COUNTERS = (
    (21, "io read", 0),
    (22, "io write", 1),
    (23, "bytes read", 0),
    (24, "bytes write", 1),
)
REQUEST_BYTES = (16384, 8192)
# A bucket grows by so much a day, and is emptied at New Year.
BUCKET_STEP_BYTES = 157_286_411


def disk_counters(at: FleetWindow) -> Iterator[Row]:
    """Yield requests and bytes of the disks of data base machines, in fours."""
    for machine, volume, name in _volumes(at):
        drawn = {day: _requests(volume, day, at.seed) for day in at.days}
        own = {"usageid": volume, "virtualmachineid": machine.id, "type": "VirtualMachine"}
        requests = [sum(at.share(pair[way], day) for day, pair in drawn.items()) for way in (0, 1)]
        for usage_type, unit, way in DISK_COUNTERS if any(requests) else ():
            size = REQUEST_BYTES[way] if unit.startswith("bytes") else 1
            about = f"Disk {unit} of VM {machine.name} and volume {{}}"
            quantity = str(requests[way] * size)
            yield at.row(usage_type, quantity, volume, own, about=about, name=name, unit=unit)


def disks(at: FleetWindow) -> Iterator[Row]:
    """Yield root disks for as long as their machine exists, and data disks by size."""
    for machine, spans in at.lives:
        root = [Sized(spans[0].start, spans[-1].end, machine.template.root_gib)]
        fields: dict[str, object] = {"templateid": machine.template.id}
        yield from _disk(at, machine, "ROOT", fields, root)
        if machine.data_gib:
            fields = {"offeringid": DISK_OFFERINGS[0].id}
            sizes = [s for month in at.months for s in grown_gib(machine, month, at.seed)]
            yield from _disk(at, machine, "DATA", fields, sizes)


def images(at: FleetWindow) -> Iterator[Row]:
    """Yield templates and ISO images, snapshots of data disks, volumes on secondary storage."""
    owner = at.fleet.owner.id
    for name in at.fleet.templates:
        template, size = sample_id("own-template", owner, name), TEMPLATE_GIB * GIB
        own = {"usageid": template, "size": size // 4, "virtualsize": size}
        own |= {"templateid": TEMPLATES[0].id}
        yield at.row(7, at.all_hours, template, own, about="Template usage for {}", name=name)
    for name in at.fleet.isos:
        iso = sample_id("iso", owner, name)
        own = {"usageid": iso, "size": ISO_BYTES, "virtualsize": ISO_BYTES}
        yield at.row(8, at.all_hours, iso, own, about="Iso usage: {}", name=name)
    yield from _snapshots(at)
    for name, size_gib in at.fleet.secondary_volumes:
        volume = sample_id("secondary-volume", owner, name)
        about = "Volume on secondary storage usage for {} with size "
        about += f"({size_gib}.00 GB) {size_gib * GIB}"
        yield at.row(26, at.all_hours, volume, {}, about=about, name=name)


def machine_snapshots(at: FleetWindow) -> Iterator[Row]:
    """Yield the newest snapshot of each disk by the segment, then every snapshot on primary.

    Times are those of the segment, or of the snapshot's life, never before or after the window.
    """
    on_primary = []
    for name in at.fleet.snapshotted:
        machine = next(each for each in at.fleet.machines if each.name == name)
        made = sorted(vm_snapshots(machine, at.window.day, at.seed), key=lambda each: each.start)
        yield from _segments(at, machine, made)
        on_primary += [(machine, life) for life in made if _seen(at, life)]
    for machine, life in on_primary:
        snapshot, name = _snapshot_id(machine, life), _snapshot_name(machine, life)
        own = _clipped(at, life.start, life.end)
        size = (machine.template.root_gib + machine.data_gib) * GIB
        fields = {"usageid": snapshot, "virtualmachineid": machine.id, "name": name, "size": size}
        about = f"VMSnapshot on primary storage usage Id: {{}} for VM {machine.name}"
        quantity = hours_text(own.end - own.start)
        yield at.row(27, quantity, snapshot, fields, about=about, name=snapshot, own=own)


def buckets(at: FleetWindow) -> Iterator[Row]:
    """Yield how many bytes buckets hold: a level, in the first zone wherever they are."""
    for name, base_gib in at.fleet.buckets:
        bucket = sample_id("bucket", at.fleet.owner.id, name)
        held = base_gib * GIB + at.window.day.timetuple().tm_yday * BUCKET_STEP_BYTES
        own = {"usageid": bucket, "name": name}
        about = f"Bucket usage for {{}} ({bucket})"
        yield at.row(
            29, str(held), bucket, own, about=about, name=name, unit="bytes", zone=FRANKFURT
        )


def _volumes(at: FleetWindow) -> Iterator[tuple[Machine, str, str]]:
    """Yield machine, id and name of the disks that count requests."""
    for machine, _ in at.lives if at.fleet.counts_requests else ():
        for kind in ("ROOT", "DATA") if machine.data_gib else ():
            yield machine, sample_id(kind.lower(), machine.id), f"{kind}-{machine.name}"


@lru_cache(maxsize=512)
def _requests(volume: str, day: date, seed: int) -> tuple[int, int]:
    """Return how often a disk was read and written on a UTC day."""
    draw = Random(f"{seed}/{volume}/requests/{day}")
    return draw.randrange(40_000, 400_000), draw.randrange(20_000, 900_000)


def _disk(
    at: FleetWindow, machine: Machine, kind: str, fields: Mapping[str, object], sizes: list[Sized]
) -> Iterator[Row]:
    """Yield a disk's rows by size; with `attached_volumes` once more for the hours attached."""
    volume, name = sample_id(kind.lower(), machine.id), f"{kind}-{machine.name}"
    twice = at.installation.attached_volumes
    loose = (
        [span for month in at.months for span in detached(machine, month, at.seed)]
        if twice and kind == "DATA"
        else []
    )
    for size_gib in dict.fromkeys(sized.size_gib for sized in sizes):
        seconds = attached = 0
        for sized in (each for each in sizes if each.size_gib == size_gib):
            seen = at.window.seconds(sized.start, sized.end)
            seconds += seen
            attached += seen - sum(_overlap(at, sized, span) for span in loose)
        own = {"usageid": volume, **fields, "size": size_gib * GIB}
        about = "Volume usage: {}"
        if seconds:
            yield at.row(6, hours_text(seconds), volume, own, about=about, name=name)
        if attached and twice:
            own = {**own, "virtualmachineid": machine.id}
            about += f" attached to VM {machine.name} ({machine.id})"
            yield at.row(6, hours_text(attached), volume, own, about=about, name=name)


def _snapshots(at: FleetWindow) -> Iterator[Row]:
    for machine in (each for each in at.fleet.machines if each.data_gib):
        for made, sized in snapshots(machine, at.window.day, at.seed):
            seconds = at.window.seconds(sized.start, sized.end)
            if seconds:
                name = f"DATA-{machine.name}-{made:%Y%m%d}"
                snapshot = sample_id("snapshot", machine.id, str(made))
                own = {"usageid": snapshot, "size": sized.size_gib * GIB}
                quantity, about = hours_text(seconds), "Snapshot usage: {}"
                yield at.row(9, quantity, snapshot, own, about=about, name=name)


def _segments(at: FleetWindow, machine: Machine, made: list[Sized]) -> Iterator[Row]:
    """Yield type 25: from a snapshot to the next one, for each disk of the machine."""
    for kind, part in (("ROOT", 8), ("DATA", 2)):
        disk_gib = machine.template.root_gib if kind == "ROOT" else machine.data_gib
        ends = [later.start for later in made[1:]] + [at.window.end]
        for life, end in zip(made, ends, strict=True):
            if at.window.seconds(life.start, end):
                own, snapshot = _clipped(at, life.start, end), _snapshot_id(machine, life)
                name = _snapshot_name(machine, life)
                fields = {
                    "usageid": snapshot,
                    "virtualmachineid": machine.id,
                    "name": name,
                    "size": disk_gib * GIB // part + life.size_gib * GIB // 64,
                    "offeringid": str(database_id(DISK_OFFERINGS[0].id)),
                }
                about = f"VMSnapshot usage Id: {{}} for VM {machine.name}"
                quantity = hours_text(own.end - own.start)
                yield at.row(25, quantity, snapshot, fields, about=about, name=snapshot, own=own)


def _clipped(at: FleetWindow, start: int, end: int) -> Window:
    return Window(max(start, at.window.start), min(end, at.window.end))


def _seen(at: FleetWindow, life: Sized) -> bool:
    return at.window.seconds(life.start, life.end) > 0


def _overlap(at: FleetWindow, sized: Sized, span: Span) -> int:
    start, end = max(sized.start, span.start), min(sized.end, span.end)
    return at.window.seconds(start, end)


def _snapshot_id(machine: Machine, life: Sized) -> str:
    return sample_id("vm-snapshot", machine.id, str(life.start))


def _snapshot_name(machine: Machine, life: Sized) -> str:
    return f"{machine.name}-before-update-{life.start % 1000:03}"
