"""Usage records as an answer carries them: dressed rows of windows, or what a test gave."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from math import ceil, floor
from typing import Protocol

from local.cloudstack.dates import DateStyle, read_returned
from local.cloudstack.estate import SubAccount, database_id
from local.cloudstack.selection import AggregatedUsage, Record, Row, Selection
from local.cloudstack.tags import owner_fields, tags_of
from local.cloudstack.versions import DEFAULT_VERSION, Version
from local.cloudstack.windows import Aggregation, Window


@dataclass(frozen=True, slots=True)
class Dress:
    """How rows become records: dates, version, and whether tags and database ids show."""

    dates: DateStyle = field(default_factory=DateStyle)
    version: Version = field(default_factory=lambda: Version.read(DEFAULT_VERSION))
    tags: bool = False
    old_format: bool = False


class Listing(Protocol):
    """The records one query asks for, in the order of their database ids."""

    @property
    def total(self) -> int:
        """Return how many there are."""
        ...

    def records(self, start: int, stop: int | None) -> Iterator[Record]:
        """Yield those from `start` up to `stop`."""
        ...


class UsageRecords(Protocol):
    """Where `listUsageRecords` reads."""

    def select(self, start: datetime, end: datetime, selection: Selection, dress: Dress) -> Listing:
        """Return the records whose start and end both lie between the bounds, inclusive."""
        ...


class AggregatedRecords:
    """Records of the usage server: those of a window exist once the window is over."""

    def __init__(
        self,
        usage: AggregatedUsage,
        aggregation: Aggregation,
        first: Callable[[], int],
        over: Callable[[], int],
    ) -> None:
        self._usage, self._aggregation = usage, aggregation
        self._first, self._over = first, over

    def select(
        self, start: datetime, end: datetime, selection: Selection, dress: Dress
    ) -> "AggregatedListing":
        """Return the records of the windows between the bounds.

        Of a window that crosses a bound only the rows come that have times of their own there.
        """
        bounds = Window(ceil(start.timestamp()), floor(end.timestamp()) + 1)
        first, over = self._first(), self._over()
        parts = []
        for window in self._aggregation.touching(max(bounds.start, first), min(bounds.end, over)):
            if window.start < first or window.end > over:
                continue
            if _within(window, bounds):
                parts.append(WholeWindow(self._usage, window, selection))
            elif self._usage.segmented:
                parts.append(CutWindow(self._usage, window, selection, bounds))
        return AggregatedListing(parts, dress)


class WholeWindow:
    """All rows of a window that a query asks for: counted first, made only where needed."""

    def __init__(self, usage: AggregatedUsage, window: Window, selection: Selection) -> None:
        self.window, self._usage, self._selection = window, usage, selection
        self.count = usage.count(window, selection)

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Yield the rows `start` to `stop`."""
        yield from self._usage.rows(self.window, self._selection, start, stop)


class CutWindow(WholeWindow):
    """The rows of a window that crosses a bound of the query, but whose own times do not."""

    def __init__(
        self, usage: AggregatedUsage, window: Window, selection: Selection, bounds: Window
    ) -> None:
        super().__init__(usage, window, selection)
        self._rows = [
            row
            for row in usage.rows(window, selection, 0, self.count)
            if row.own is not None and _within(row.own, bounds)
        ]
        self.count = len(self._rows)

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Yield the rows `start` to `stop`."""
        return iter(self._rows[start:stop])


class AggregatedListing:
    """A query over windows."""

    def __init__(self, parts: Sequence[WholeWindow], dress: Dress) -> None:
        self._parts, self._dress = parts, dress
        self.total = sum(part.count for part in parts)

    def records(self, start: int, stop: int | None) -> Iterator[Record]:
        """Yield the records from `start` up to `stop`."""
        stop = self.total if stop is None else min(stop, self.total)
        floor = 0
        for part in self._parts:
            low, high = max(start - floor, 0), min(stop - floor, part.count)
            if low < high:
                yield from dressed(part.rows(low, high), part.window, self._dress)
            floor += part.count


class GivenRecords:
    """Records a test wants served as they are: only selected, never changed."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = [
            (read_returned(str(each["startdate"])), read_returned(str(each["enddate"])), each)
            for each in records
        ]

    def select(
        self, start: datetime, end: datetime, selection: Selection, dress: Dress
    ) -> "GivenListing":
        """Return the records whose start and end both lie between the bounds, inclusive."""
        return GivenListing(
            [
                record
                for opens, closes, record in self._records
                if start <= opens <= end and start <= closes <= end and _asked(record, selection)
            ]
        )


class GivenListing:
    """A query over given records."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self.total = len(records)

    def records(self, start: int, stop: int | None) -> Iterator[Record]:
        """Yield the records from `start` up to `stop`."""
        return iter(self._records[start:stop])


def dressed(rows: Iterator[Row], window: Window, dress: Dress) -> Iterator[Record]:
    """Yield the records of rows; fields without a value are left out, as CloudStack does."""
    whole, missing = _dates(window, dress), dress.version.missing_fields()
    for row in rows:
        name = f"(ID: {database_id(row.resource_id)})" if dress.old_format else row.name
        record = {
            **_place(row.owner),
            "zoneid": row.zone.id,
            "description": row.about.format(name),
            "usage": f"{row.quantity} {row.unit}",
            "usagetype": row.usage_type,
            "rawusage": row.quantity,
            **row.fields,
            **(whole if row.own is None else _dates(row.own, dress)),
            "tags": tags_of(row) if dress.tags else [],
        }
        yield _as_of(dress.version, missing, record) if missing else record


def _as_of(version: Version, missing: frozenset[str], record: Record) -> Record:
    """Return the record with the fields an older version has."""
    kept = {name: value for name, value in record.items() if name not in missing}
    if version.guest_system_by_number and "ostypeid" in kept:
        kept["ostypeid"] = str(database_id(str(kept["ostypeid"])))
    return kept


def _dates(window: Window, dress: Dress) -> Mapping[str, object]:
    """Return start and end; the end is the last second, not the next window's start."""
    starts, ends = (datetime.fromtimestamp(at, UTC) for at in (window.start, window.end - 1))
    return {"startdate": dress.dates.of_record(starts), "enddate": dress.dates.of_record(ends)}


@lru_cache(maxsize=4096)
def _place(owner: SubAccount) -> Record:
    """Return whose a record is, and in which domain."""
    domain = owner.domain
    place: Record = {"domainid": domain.id, "domain": domain.name, "domainpath": domain.shown_path}
    return {**owner_fields(owner), **place}


def _within(window: Window, bounds: Window) -> bool:
    return bounds.start <= window.start and window.end <= bounds.end


def _asked(record: Record, selection: Selection) -> bool:
    """Return whether a given record passes the filters."""
    owner = record.get("accountid", record.get("projectid"))
    named = record.get("offeringid" if record.get("usagetype") == 13 else "usageid")
    return (
        selection.owner_id in (None, owner)
        and (selection.domain_ids is None or record.get("domainid") in selection.domain_ids)
        and selection.usage_type in (None, record.get("usagetype"))
        and selection.resource_id in (None, named)
    )
