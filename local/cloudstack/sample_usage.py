"""The usage of the sample accounts: rows of any window, from the fleets and their lives."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from local.cloudstack.fleet_window import FleetWindow, Installation
from local.cloudstack.inventory import FLEETS
from local.cloudstack.machine_usage import backups, machines, network_cards, security_groups
from local.cloudstack.network_usage import addresses, networks, rules, traffic
from local.cloudstack.selection import Row, Selection
from local.cloudstack.storage_usage import (
    buckets,
    disk_counters,
    disks,
    images,
    machine_snapshots,
)
from local.cloudstack.windows import Window

# In the order the usage server's parsers run.
PARSERS: tuple[Callable[[FleetWindow], Iterator[Row]], ...] = (
    machines,
    traffic,
    disk_counters,
    disks,
    images,
    security_groups,
    rules,
    network_cards,
    addresses,
    machine_snapshots,
    backups,
    buckets,
    networks,
)
# Rows are kept of so many windows, counts, which are small, of many more.
KEPT_WINDOWS, KEPT_COUNTS = 200, 1 << 15


class SampleUsage:
    """What the sample accounts used; the same for a seed whenever it is asked."""

    segmented = True

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._rows_of = lru_cache(maxsize=KEPT_WINDOWS)(self._generate)
        self._count_of = lru_cache(maxsize=KEPT_COUNTS)(self._count)

    def count(self, window: Window, selection: Selection) -> int:
        """Return how many rows of a window a query asks for."""
        return self._count_of(window, selection)

    def rows(self, window: Window, selection: Selection, start: int, stop: int) -> list[Row]:
        """Return the rows `start` to `stop` of those."""
        return [row for row in self._rows_of(window) if row.matches(selection)][start:stop]

    def _count(self, window: Window, selection: Selection) -> int:
        return sum(row.matches(selection) for row in self._rows_of(window))

    def _generate(self, window: Window) -> tuple[Row, ...]:
        rows: list[Row] = []
        for fleet in FLEETS:
            at = FleetWindow(fleet, window, self._installation)
            for parser in PARSERS:
                rows += parser(at)
        version = self._installation.version
        return tuple(row for row in rows if version.has_type(row.usage_type))
