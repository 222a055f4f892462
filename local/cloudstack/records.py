"""Usage records as an answer carries them: dressed rows of days, or exactly what a test gave."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Protocol

from local.cloudstack.dates import DateStyle, read_returned
from local.cloudstack.estate import Account, SubAccount
from local.cloudstack.selection import LAST_SECOND, DailyUsage, Record, Row, Selection, whole_days

UNTAGGED_TYPES = frozenset({13, 14, 26, 29, 30, 31})
TAGGED_TYPES = frozenset({1, 2})


@dataclass(frozen=True, slots=True)
class Dress:
    """How rows become records: dates, and whether paths of domains, tags and names show."""

    dates: DateStyle = field(default_factory=DateStyle)
    domain_paths: bool = True
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


class DailyRecords:
    """Records of the daily aggregation: those of a day exist once the day is over."""

    def __init__(
        self, usage: DailyUsage, first: Callable[[], date], today: Callable[[], date]
    ) -> None:
        self._usage, self._first, self._today = usage, first, today

    def select(
        self, start: datetime, end: datetime, selection: Selection, dress: Dress
    ) -> "DailyListing":
        """Return the records of the whole days between the bounds."""
        days = whole_days(start, end, self._first(), self._today())
        return DailyListing(self._usage, days, selection, dress)


class DailyListing:
    """A query over whole days: counts first, rows only where a page needs them."""

    def __init__(
        self, usage: DailyUsage, days: Sequence[date], selection: Selection, dress: Dress
    ) -> None:
        self._usage, self._selection, self._dress = usage, selection, dress
        self._counts = [(day, usage.count(day, selection)) for day in days]
        self.total = sum(count for _, count in self._counts)

    def records(self, start: int, stop: int | None) -> Iterator[Record]:
        """Yield the records from `start` up to `stop`."""
        stop = self.total if stop is None else min(stop, self.total)
        floor = 0
        for day, count in self._counts:
            low, high = max(start - floor, 0), min(stop - floor, count)
            if low < high:
                opens = datetime.combine(day, time(), UTC)
                starts = self._dress.dates.of_record(opens)
                ends = self._dress.dates.of_record(opens + LAST_SECOND)
                for row in self._usage.rows(day, self._selection, low, high):
                    yield dressed(row, starts, ends, self._dress)
            floor += count


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


def dressed(row: Row, start: str, end: str, dress: Dress) -> Record:
    """Return the record of a row; fields without a value are left out, as CloudStack does."""
    name = f"(ID: {int(row.resource_id[-6:], 16)})" if dress.old_format else row.name
    return {
        **_place(row.owner, dress.domain_paths),
        "zoneid": row.zone.id,
        "description": row.about.format(name),
        "usage": f"{row.quantity} {row.unit}",
        "usagetype": row.usage_type,
        "rawusage": row.quantity,
        **row.fields,
        "startdate": start,
        "enddate": end,
        "tags": _tags(row) if dress.tags else [],
    }


@lru_cache(maxsize=4096)
def _place(owner: SubAccount, with_path: bool) -> Record:
    """Return whose a record is, and in which domain."""
    domain = owner.domain
    place: Record = {**owner_fields(owner), "domainid": domain.id, "domain": domain.name}
    return {**place, "domainpath": domain.shown_path} if with_path else place


def owner_fields(owner: SubAccount) -> Record:
    """Return account and its id, or project and its id; never both."""
    kind = "account" if isinstance(owner, Account) else "project"
    return {kind: owner.name, f"{kind}id": owner.id}


def _tags(row: Row) -> list[Record]:
    """Return the tags a machine has now; the sample estate tags nothing else."""
    if row.usage_type in UNTAGGED_TYPES or row.usage_type not in TAGGED_TYPES:
        return []
    tag: Record = {
        "key": "environment",
        "value": "test" if row.name.startswith(("dev", "batch")) else "production",
        "resourcetype": "UserVm",
        "resourceid": row.resource_id,
        **owner_fields(row.owner),
        "domainid": row.owner.domain.id,
        "domain": row.owner.domain.name,
    }
    return [tag]


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
