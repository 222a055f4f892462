"""Rows about virtual machines: running, allocated, network cards, security groups, backups."""

from collections.abc import Iterator

from local.cloudstack.catalogue import (
    BACKUP_OFFERINGS,
    GIB,
    NETWORK_OFFERING,
    SERVICE_OFFERINGS,
    machine_fields,
)
from local.cloudstack.estate import database_id, sample_id
from local.cloudstack.fleet_window import FleetWindow
from local.cloudstack.inventory import Machine
from local.cloudstack.lives import Span
from local.cloudstack.quantities import hours_text
from local.cloudstack.selection import Row


def machines(at: FleetWindow) -> Iterator[Row]:
    """Yield running and allocated hours, a row for each offering the window saw."""
    for machine, spans in at.lives:
        vm = {"virtualmachineid": machine.id, "usageid": machine.id, "name": machine.name}
        for usage_type, about in ((1, "{} running time"), (2, "{} allocated time")):
            for offering, total in _seconds_by_offering(at, spans, usage_type).items():
                size = SERVICE_OFFERINGS[offering]
                names = f" (ServiceOffering: {size.name}) (Template: {machine.template.name})"
                yield at.row(
                    usage_type,
                    hours_text(total),
                    machine.id,
                    {**vm, **machine_fields(size, machine.template)},
                    about=about + names,
                    name=machine.name,
                )


def security_groups(at: FleetWindow) -> Iterator[Row]:
    """Yield the hours machines were in security groups, by machine and group."""
    for group, prefix in at.fleet.security_groups:
        group_id = sample_id("security-group", at.fleet.owner.id, group)
        for machine, spans in at.lives:
            if machine.name.startswith(prefix):
                seconds = at.window.seconds(spans[0].start, spans[-1].end)
                yield at.row(
                    10,
                    hours_text(seconds),
                    group_id,
                    {"usageid": group_id, "virtualmachineid": machine.id},
                    about=f"Security group {{}} ({group_id}) usage for VM {machine.name}",
                    name=group,
                )


def network_cards(at: FleetWindow) -> Iterator[Row]:
    """Yield the running hours of machines' network cards, summed by network offering."""
    for machine, spans in at.lives:
        running = sum(at.window.seconds(span.start, span.end) for span in spans if span.running)
        if running:
            offering = NETWORK_OFFERING
            own = {"offeringid": offering.id, "virtualmachineid": machine.id, "isdefault": True}
            about = f"Network offering: {offering.name} for Vm: {{}} usage time"
            quantity = hours_text(running * machine.nics)
            yield at.row(13, quantity, offering.id, own, about=about, name=machine.name)


def backups(at: FleetWindow) -> Iterator[Row]:
    """Yield backups: for every offering a machine is assigned to, alike but for the description."""
    for name, offerings in at.fleet.backups:
        machine = _named(at, name)
        instance = f"i-{database_id(at.fleet.owner.id)}-{database_id(machine.id)}-VM"
        own = {"usageid": machine.id, "virtualmachineid": machine.id, "name": instance}
        held_gib = machine.data_gib + machine.template.root_gib
        for offering in BACKUP_OFFERINGS[:offerings]:
            in_bytes = at.installation.version.backups_in_bytes
            yield at.row(
                28,
                str(held_gib * GIB) if in_bytes else at.all_hours,
                machine.id,
                own,
                about=f"Backup usage for VM {{}} and backup offering {offering.name}"
                f" with size ({held_gib}.00 GB) {held_gib * GIB}",
                name=name,
                unit="bytes" if in_bytes else "Hrs",
            )


def _named(at: FleetWindow, name: str) -> Machine:
    return next(machine for machine in at.fleet.machines if machine.name == name)


def _seconds_by_offering(
    at: FleetWindow, spans: tuple[Span, ...], usage_type: int
) -> dict[int, int]:
    """Return how long a machine ran, or existed, with each offering."""
    seconds: dict[int, int] = {}
    for span in spans:
        if span.running or usage_type == 2:
            seen = at.window.seconds(span.start, span.end)
            seconds[span.offering] = seconds.get(span.offering, 0) + seen
    return seconds
