"""Rows about networks: traffic, addresses, rules, VPN users, and since 4.20 networks and VPCs."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from random import Random

from local.cloudstack.catalogue import NETWORK_OFFERING
from local.cloudstack.estate import database_id, sample_id
from local.cloudstack.fleet_window import FleetWindow
from local.cloudstack.inventory import FLEETS, Fleet, Habit
from local.cloudstack.lives import SATURDAY, state_changes
from local.cloudstack.quantities import hours_text
from local.cloudstack.selection import Row

# What the machines of a VPC send, against all others of the fleet.
VPC_PART = 20


def traffic(at: FleetWindow) -> Iterator[Row]:
    """Yield the bytes of networks and VPCs, sent and received, in pairs."""
    fleet = at.fleet
    networks = [
        ("networkid", sample_id("network", fleet.owner.id), f"{fleet.owner.name}-net", 1),
        *(("vpcid", _vpc_id(fleet, name), f"{name}-public", VPC_PART) for name in fleet.vpcs),
    ]
    drawn = {day: _bytes_of(fleet, day, at.seed) for day in at.days}
    for field, network, name, part in networks if fleet.daily_bytes else ():
        sent, received = (
            sum(at.share(pair[way] // part, day) for day, pair in drawn.items()) for way in (0, 1)
        )
        router = sample_id("router", fleet.owner.id if part == 1 else network)
        fields: dict[str, object] = {"usageid": router, "type": "DomainRouter"}
        fields |= {field: network, "name": name}
        pair = ((4, sent, "bytes sent"), (5, received, "bytes received"))
        for usage_type, count, unit in pair if sent or received else ():
            about = f"{unit} for network {{}}"
            yield at.row(usage_type, str(count), router, fields, about=about, name=name, unit=unit)


def rules(at: FleetWindow) -> Iterator[Row]:
    """Yield load balancers, port forwardings and VPN users, which never rest."""
    fleet = at.fleet
    for usage_type, names, kind in (
        (11, fleet.balancers, "Load Balancing Policy"),
        (12, fleet.forwardings, "Port Forwarding Rule"),
        (14, fleet.vpn_users, "VPN User"),
    ):
        for name in names:
            rule = sample_id(kind, fleet.owner.id, name)
            about = f"{kind}: {{}} usage time"
            yield at.row(usage_type, at.all_hours, rule, {"usageid": rule}, about=about, name=name)


def addresses(at: FleetWindow) -> Iterator[Row]:
    """Yield the source NAT address of the network, static ones, those of seasonal machines."""
    fleet, window = at.fleet, at.window
    for number in range(fleet.static_ips + 1 if fleet.daily_bytes else 0):
        name = f"203.0.113.{(FLEETS.index(fleet) * 20 + number + 1) % 255}"
        address = sample_id("ip", fleet.owner.id, str(number))
        yield _address(at, address, name, window.end - window.start, number == 0)
    for machine, spans in at.lives:
        if machine.habit is Habit.SEASONAL:
            seconds = window.seconds(spans[0].start, spans[-1].end)
            name = f"address of {machine.name}"
            yield _address(at, sample_id("ip", machine.id), name, seconds)


def networks(at: FleetWindow) -> Iterator[Row]:
    """Yield the hours of networks and VPCs: a row for every state they were in.

    Only the description tells which network it is, by internal numbers.
    """
    offering = database_id(NETWORK_OFFERING.id)
    for name in at.fleet.networks:
        network = sample_id("network", at.fleet.owner.id, name)
        about = f"Network usage for network ID: {database_id(network)}"
        yield from _states(at, 30, network, f"{about}, network offering: {offering}")
    for name in at.fleet.vpcs:
        vpc = _vpc_id(at.fleet, name)
        yield from _states(at, 31, vpc, f"VPC usage for VPC ID: {database_id(vpc)}")


def _states(at: FleetWindow, usage_type: int, thing: str, about: str) -> Iterator[Row]:
    changes = [
        change
        for day in at.days
        for change in state_changes(thing, day, at.seed)
        if at.window.start < change < at.window.end
    ]
    starts, ends = [at.window.start, *changes], [*changes, at.window.end]
    for start, end in zip(starts, ends, strict=True):
        yield at.row(usage_type, hours_text(end - start), thing, {}, about=about, name="")


def _address(
    at: FleetWindow, address: str, name: str, seconds: int, source_nat: bool = False
) -> Row:
    own = {"usageid": address, "issourcenat": source_nat, "issystem": False}
    return at.row(3, hours_text(seconds), address, own, about="IPAddress: {}", name=name)


@lru_cache(maxsize=512)
def _bytes_of(fleet: Fleet, day: date, seed: int) -> tuple[int, int]:
    """Return the bytes a fleet sent and received on a UTC day."""
    draw = Random(f"{seed}/{fleet.owner.id}/traffic/{day}")
    weekday = 1.0 if day.weekday() < SATURDAY else 0.45
    sent = int(fleet.daily_bytes * weekday * draw.uniform(0.7, 1.3))
    received = 0 if draw.random() < 0.04 else int(sent * draw.uniform(0.2, 0.5))
    return sent, received


def _vpc_id(fleet: Fleet, name: str) -> str:
    return sample_id("vpc", fleet.owner.id, name)
