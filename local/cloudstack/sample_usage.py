"""The usage of the sample accounts: rows of any day, from the fleets and their lives."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from random import Random

from local.cloudstack.catalogue import (
    DISK_OFFERINGS,
    GIB,
    NETWORK_OFFERING,
    SERVICE_OFFERINGS,
    machine_fields,
)
from local.cloudstack.estate import sample_id
from local.cloudstack.inventory import FLEETS, Fleet, Habit, Machine
from local.cloudstack.lives import (
    DAY,
    SATURDAY,
    Sized,
    Span,
    first_of_month,
    grown_gib,
    instant,
    month_of,
    seasonal,
    snapshots,
)
from local.cloudstack.quantities import hours_text
from local.cloudstack.selection import Row, Selection

ISO_BYTES = 5_368_709_120


class SampleUsage:
    """What the sample accounts used, day by day; the same for a seed whenever it is asked."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rows_of = lru_cache(maxsize=200)(self._generate)

    def count(self, day: date, selection: Selection) -> int:
        """Return how many rows of a day a query asks for."""
        return sum(row.matches(selection) for row in self._rows_of(day))

    def rows(self, day: date, selection: Selection, start: int, stop: int) -> list[Row]:
        """Return the rows `start` to `stop` of those."""
        return [row for row in self._rows_of(day) if row.matches(selection)][start:stop]

    def _generate(self, day: date) -> tuple[Row, ...]:
        rows: list[Row] = []
        for fleet in FLEETS:
            rows += FleetDay(fleet, day, self._seed).rows()
        return tuple(rows)


class FleetDay:
    """One fleet on one day, and the rows the usage server writes about it."""

    def __init__(self, fleet: Fleet, day: date, seed: int) -> None:
        self._fleet, self._day, self._seed = fleet, day, seed
        self._start, self._month = instant(day), first_of_month(day)
        self._lives = list(self._alive())

    def rows(self) -> Iterator[Row]:
        """Yield the rows in the order the usage server's parsers run."""
        for machine, spans in self._lives:
            yield from self._machine(machine, spans)
        yield from self._traffic()
        for machine, spans in self._lives:
            yield from self._volumes(machine, spans)
        yield from self._images()
        yield from self._rules()
        for machine, spans in self._lives:
            yield from self._nics(machine, spans)
        yield from self._addresses()

    def _alive(self) -> Iterator[tuple[Machine, tuple[Span, ...]]]:
        """Yield every machine that existed on the day, with its spans clipped to the day."""
        lives = [(each, month_of(each, self._month, self._seed)) for each in self._fleet.machines]
        for month in (first_of_month(self._month, -1), self._month):
            lives += seasonal(self._fleet, month, self._seed)
        for machine, spans in lives:
            clipped = tuple(span for span in spans if self._seconds(span.start, span.end))
            if clipped:
                yield machine, clipped

    def _seconds(self, start: int, end: int) -> int:
        """Return how many seconds of the day lie between two instants."""
        return max(0, min(end, self._start + DAY) - max(start, self._start))

    def _row(
        self,
        usage_type: int,
        quantity: str,
        resource_id: str,
        fields: Mapping[str, object],
        *,
        about: str,
        name: str,
        unit: str = "Hrs",
    ) -> Row:
        fleet = self._fleet
        return Row(
            fleet.owner, fleet.zone, usage_type, quantity, unit, resource_id, fields, about, name
        )

    def _machine(self, machine: Machine, spans: tuple[Span, ...]) -> Iterator[Row]:
        """Yield running and allocated hours, a row for each offering the day saw."""
        vm = {"virtualmachineid": machine.id, "usageid": machine.id, "name": machine.name}
        for usage_type, about in ((1, "{} running time"), (2, "{} allocated time")):
            seconds: dict[int, int] = {}
            for span in spans:
                if span.running or usage_type == 2:
                    seen = self._seconds(span.start, span.end)
                    seconds[span.offering] = seconds.get(span.offering, 0) + seen
            for offering, total in seconds.items():
                size = SERVICE_OFFERINGS[offering]
                fields = {**vm, **machine_fields(size, machine.template)}
                names = f" (ServiceOffering: {size.name}) (Template: {machine.template.name})"
                yield self._row(
                    usage_type,
                    hours_text(total),
                    machine.id,
                    fields,
                    about=about + names,
                    name=machine.name,
                )

    def _traffic(self) -> Iterator[Row]:
        """Yield the bytes of the fleet's network, sent and received, in pairs."""
        fleet = self._fleet
        if not fleet.daily_bytes:
            return
        draw = Random(f"{self._seed}/{fleet.owner.id}/traffic/{self._day}")
        weekday = 1.0 if self._day.weekday() < SATURDAY else 0.45
        sent = int(fleet.daily_bytes * weekday * draw.uniform(0.7, 1.3))
        received = 0 if draw.random() < 0.04 else int(sent * draw.uniform(0.2, 0.5))
        router = sample_id("router", fleet.owner.id)
        fields: dict[str, object] = {
            "usageid": router,
            "type": "DomainRouter",
            "networkid": sample_id("network", fleet.owner.id),
            "name": f"{fleet.owner.name}-net",
        }
        name = f"{fleet.owner.name}-net"
        for usage_type, count, unit in ((4, sent, "bytes sent"), (5, received, "bytes received")):
            about = f"{unit} for network {{}}"
            yield self._row(
                usage_type, str(count), router, fields, about=about, name=name, unit=unit
            )

    def _volumes(self, machine: Machine, spans: tuple[Span, ...]) -> Iterator[Row]:
        """Yield the root disk for as long as the machine exists, and the data disk by size."""
        born, died = spans[0].start, spans[-1].end
        root = Sized(born, died, machine.template.root_gib)
        fields: dict[str, object] = {"templateid": machine.template.id}
        yield from self._disk(f"ROOT-{machine.name}", sample_id("root", machine.id), fields, root)
        if machine.data_gib:
            name, volume = f"DATA-{machine.name}", sample_id("data", machine.id)
            fields = {"offeringid": DISK_OFFERINGS[0].id}
            for sized in grown_gib(machine, self._month, self._seed):
                yield from self._disk(name, volume, fields, sized)

    def _disk(
        self, name: str, volume: str, fields: dict[str, object], sized: Sized
    ) -> Iterator[Row]:
        seconds = self._seconds(sized.start, sized.end)
        if seconds:
            own = {"usageid": volume, **fields, "size": sized.size_gib * GIB}
            about = "Volume usage: {}"
            yield self._row(6, hours_text(seconds), volume, own, about=about, name=name)

    def _images(self) -> Iterator[Row]:
        """Yield ISO images, all day long, and the snapshots of data disks."""
        for name in self._fleet.isos:
            iso = sample_id("iso", self._fleet.owner.id, name)
            own = {"usageid": iso, "size": ISO_BYTES, "virtualsize": ISO_BYTES}
            yield self._row(8, "24", iso, own, about="Iso usage: {}", name=name)
        for machine in (each for each in self._fleet.machines if each.data_gib):
            for made, sized in snapshots(machine, self._day, self._seed):
                seconds = self._seconds(sized.start, sized.end)
                if seconds:
                    name = f"DATA-{machine.name}-{made:%Y%m%d}"
                    snapshot = sample_id("snapshot", machine.id, str(made))
                    own = {"usageid": snapshot, "size": sized.size_gib * GIB}
                    quantity, about = hours_text(seconds), "Snapshot usage: {}"
                    yield self._row(9, quantity, snapshot, own, about=about, name=name)

    def _rules(self) -> Iterator[Row]:
        """Yield load balancers, port forwardings and VPN users, which never rest."""
        fleet = self._fleet
        for usage_type, names, kind in (
            (11, fleet.balancers, "Load Balancing Policy"),
            (12, fleet.forwardings, "Port Forwarding Rule"),
            (14, fleet.vpn_users, "VPN User"),
        ):
            for name in names:
                rule = sample_id(kind, fleet.owner.id, name)
                about = f"{kind}: {{}} usage time"
                yield self._row(usage_type, "24", rule, {"usageid": rule}, about=about, name=name)

    def _nics(self, machine: Machine, spans: tuple[Span, ...]) -> Iterator[Row]:
        """Yield the running hours of a machine's network cards, summed by network offering."""
        running = sum(self._seconds(span.start, span.end) for span in spans if span.running)
        if running:
            offering = NETWORK_OFFERING
            own = {"offeringid": offering.id, "virtualmachineid": machine.id, "isdefault": True}
            about = f"Network offering: {offering.name} for Vm: {{}} usage time"
            quantity = hours_text(running * machine.nics)
            yield self._row(13, quantity, offering.id, own, about=about, name=machine.name)

    def _lifetimes(self) -> Iterator[tuple[Machine, int]]:
        """Yield the seasonal machines and for how many seconds of the day they existed."""
        for machine, spans in self._lives:
            if machine.habit is Habit.SEASONAL:
                yield machine, self._seconds(spans[0].start, spans[-1].end)

    def _addresses(self) -> Iterator[Row]:
        """Yield the source NAT address of the network, static ones, those of seasonal machines."""
        fleet = self._fleet
        for number in range(fleet.static_ips + 1 if fleet.daily_bytes else 0):
            name = f"203.0.113.{(FLEETS.index(fleet) * 20 + number + 1) % 255}"
            address = sample_id("ip", fleet.owner.id, str(number))
            yield self._address(address, name, DAY, number == 0)
        for machine, seconds in self._lifetimes():
            address = sample_id("ip", machine.id)
            yield self._address(address, f"address of {machine.name}", seconds)

    def _address(self, address: str, name: str, seconds: int, source_nat: bool = False) -> Row:
        own = {"usageid": address, "issourcenat": source_nat, "issystem": False}
        return self._row(3, hours_text(seconds), address, own, about="IPAddress: {}", name=name)
