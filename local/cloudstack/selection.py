"""What a query asks for, and the shape every source of usage records has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from local.cloudstack.catalogue import Named
from local.cloudstack.estate import SubAccount

Record = dict[str, object]
DAY = timedelta(days=1)
LAST_SECOND = timedelta(days=1, seconds=-1)


@dataclass(frozen=True, slots=True)
class Selection:
    """The filters of one query; None means all.

    Attributes:
        owner_id: of an account or a project.
        domain_ids: of every domain whose records may be returned.
        resource_id: what `usageid` names, needs `usage_type`.
    """

    owner_id: str | None = None
    domain_ids: frozenset[str] | None = None
    usage_type: int | None = None
    resource_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the usage table, before it is dressed for an answer.

    Attributes:
        resource_id: what the `usageid` filter compares with.
        fields: what only this usage type carries.
        about: the description, with `{}` where name or database id go.
    """

    owner: SubAccount
    zone: Named
    usage_type: int
    quantity: str
    unit: str
    resource_id: str
    fields: Mapping[str, object]
    about: str
    name: str

    def matches(self, selection: Selection) -> bool:
        """Return whether the query asks for this row."""
        return (
            (selection.owner_id is None or selection.owner_id == self.owner.id)
            and (selection.domain_ids is None or self.owner.domain.id in selection.domain_ids)
            and (selection.usage_type is None or selection.usage_type == self.usage_type)
            and (selection.resource_id is None or selection.resource_id == self.resource_id)
        )


class DailyUsage(Protocol):
    """Usage that was aggregated day by day, in the order of its database ids."""

    def count(self, day: date, selection: Selection) -> int:
        """Return how many rows of a day a query asks for."""
        ...

    def rows(self, day: date, selection: Selection, start: int, stop: int) -> Iterable[Row]:
        """Return the rows `start` to `stop` of those."""
        ...


def whole_days(start: datetime, end: datetime, first: date, today: date) -> list[date]:
    """Return the days whose window 00:00:00-23:59:59 lies between the bounds, inclusive.

    Only days from `first` on that are over count; a window that crosses a bound is left out.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    >>> whole_days(noon, noon + 2 * DAY, date(2026, 8, 1), date(2026, 11, 23))
    [datetime.date(2026, 11, 2)]
    """
    opens = start.date() if _midnight(start) else start.date() + DAY
    closes = (
        end.date()
        if end - datetime.combine(end.date(), datetime.min.time(), end.tzinfo) >= LAST_SECOND
        else end.date() - DAY
    )
    day, last = max(opens, first), min(closes, today - DAY)
    return [day + number * DAY for number in range((last - day).days + 1)]


def _midnight(moment: datetime) -> bool:
    return moment.time() == datetime.min.time()
