"""One fleet in one window: what existed then, and how its rows are made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from local.cloudstack.catalogue import Named
from local.cloudstack.inventory import Fleet, Machine
from local.cloudstack.lives import DAY, Span, first_of_month, instant, month_of, seasonal
from local.cloudstack.quantities import hours_text
from local.cloudstack.selection import Row
from local.cloudstack.versions import Version
from local.cloudstack.windows import Window


@dataclass(frozen=True, slots=True)
class Installation:
    """What the rows depend on besides fleet and window.

    Attributes:
        attached_volumes: volumes have a second row for the hours they were attached (PR 11531).
    """

    seed: int
    version: Version
    attached_volumes: bool = False


class FleetWindow:
    """A fleet, a window, the machines that existed in it with their spans clipped to it."""

    def __init__(self, fleet: Fleet, window: Window, installation: Installation) -> None:
        self.fleet, self.window, self.installation = fleet, window, installation
        self.seed = installation.seed
        self.days = tuple(_days(window))
        first, last = (first_of_month(day) for day in (self.days[0], self.days[-1]))
        self.months = (first,) if first == last else (first, last)
        self.lives = list(self._alive())

    def row(
        self,
        usage_type: int,
        quantity: str,
        resource_id: str,
        fields: Mapping[str, object],
        *,
        about: str,
        name: str,
        unit: str = "Hrs",
        own: Window | None = None,
        zone: Named | None = None,
    ) -> Row:
        """Return a row of the fleet; `zone` where it is not the fleet's."""
        owner, zone = self.fleet.owner, zone or self.fleet.zone
        return Row(owner, zone, usage_type, quantity, unit, resource_id, fields, about, name, own)

    @property
    def all_hours(self) -> str:
        """Return the hours of the whole window."""
        return hours_text(self.window.end - self.window.start)

    def share(self, total: int, day: date) -> int:
        """Return how much of a day's whole number falls into the window, evenly over the day.

        The windows of a day share it out without loss: each gets the difference of two sums.
        """
        opens = instant(day)
        low, high = (
            total * min(max(at - opens, 0), DAY) // DAY
            for at in (self.window.start, self.window.end)
        )
        return high - low

    def _alive(self) -> Iterator[tuple[Machine, tuple[Span, ...]]]:
        lives = [
            (each, tuple(s for month in self.months for s in month_of(each, month, self.seed)))
            for each in self.fleet.machines
        ]
        for month in (first_of_month(self.months[0], -1), *self.months):
            lives += seasonal(self.fleet, month, self.seed)
        for machine, spans in lives:
            clipped = tuple(s for s in spans if self.window.seconds(s.start, s.end))
            if clipped:
                yield machine, clipped


def _days(window: Window) -> Iterator[date]:
    """Yield the UTC days the window touches."""
    day = datetime.fromtimestamp(window.start, UTC).date()
    while day <= window.day:
        yield day
        day += timedelta(days=1)
