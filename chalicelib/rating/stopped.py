"""Allocated hours of machines that do not pay while they are stopped."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from msgspec.structs import replace

from chalicelib.metering.usage import UsageGroup
from chalicelib.money import EXACT

_RUNNING, _ALLOCATED = "running_vm", "allocated_vm"
# What a machine is in one window: its id, the window, and its dimensions.
_Machine = tuple[str, int, int, tuple[str, ...]]


def while_running(usages: Iterable[UsageGroup]) -> list[UsageGroup]:
    """Return usage in which allocated machines (type 2) count only while they ran (type 1).

    Each window and size of a machine is looked at by itself: of its allocated hours as many are
    kept as it ran in them. All else stays as it is.
    """
    groups = list(usages)
    ran: dict[_Machine, Decimal] = defaultdict(Decimal)
    for group in groups:
        if group.meter == _RUNNING:
            for machine, raw in zip(group.resources, group.raw, strict=True):
                key = (machine, group.start, group.end, group.dimensions)
                ran[key] = EXACT.add(ran[key], Decimal(raw))
    return [_shortened(each, ran) if each.meter == _ALLOCATED else each for each in groups]


def _shortened(group: UsageGroup, ran: dict[_Machine, Decimal]) -> UsageGroup:
    raw = []
    for machine, allocated in zip(group.resources, group.raw, strict=True):
        key = (machine, group.start, group.end, group.dimensions)
        kept = min(Decimal(allocated), ran.get(key, Decimal(0)))
        ran[key] = EXACT.subtract(ran.get(key, Decimal(0)), kept)
        raw.append(format(kept, "f"))
    return replace(group, raw=raw)
