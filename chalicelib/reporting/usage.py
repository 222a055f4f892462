"""What was used, summed up by what the reader chooses: exact quantities, without prices."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.metering.catalogue import Catalogue
from chalicelib.metering.meters import METERS, meter_of, title_of, unit_of
from chalicelib.metering.usage import Entry, Tags, UsageGroup, measured, quantity
from chalicelib.money import EXACT
from chalicelib.reporting.documents import Document, number_text

TAGS_NOTE = (
    "Tags are those that a resource had when its usage was first read from CloudStack,"
    " which keeps none of earlier times."
)
ROWS_A_PAGE = 500
# Adding up a million takes four seconds on the third of a CPU that the function has, of 29 in all.
MOST_RECORDS = 2_000_000
# Raw usages of one row are added up whenever so many have come.
_LOOSE = 10_000
_RESOURCE, _TAG = "resource", "tag:"
_OF_GROUPS = {"meter": (), "offering": ("offering",), "zone": ("zone",)}
# Usage type, then what the rows are told apart by.
Place = tuple[int | str, ...]


class Used(msgspec.Struct, frozen=True):
    """What a sub account used, cut to the days that are asked for."""

    sub_account: str
    groups: Iterable[UsageGroup]


class Names(msgspec.Struct, frozen=True):
    """What to call things; ids are UUIDs, so those of several connections do not clash."""

    catalogue: Catalogue
    sub_accounts: Mapping[str, str]


class _Sum(msgspec.Struct):
    """What a row adds up.

    Attributes:
        loose: (raw usages, sizes) still to be added up, by the seconds that a level lasted and
            by the dimensions that parts are multiplied by.
        newest: when the usage ended that name and tags are of.
    """

    meter: str
    measures: dict[str, Decimal] = msgspec.field(default_factory=dict)
    loose: dict[tuple[int, tuple[str, ...]], tuple[list[str], list[int]]] = msgspec.field(
        default_factory=dict
    )
    records: int = 0
    named_at: int = -1
    name: str = ""
    tagged_at: int = -1
    tags: Tags = ()

    def add(self, group: UsageGroup, raw: Iterable[str], sizes: Iterable[int]) -> None:
        """Add entries of a group."""
        key = (group.end - group.start, group.dimensions)
        if key not in self.loose:
            self.loose[key] = ([], [])
        kept_raw, kept_sizes = self.loose[key]
        before = len(kept_raw)
        kept_raw.extend(raw)
        kept_sizes.extend(sizes)
        self.records += len(kept_raw) - before
        if len(kept_raw) > _LOOSE:
            self._settle()

    def describe(self, entry: Entry, at: int) -> None:
        """Take the name and tags of an entry, unless newer ones are known."""
        if entry.name and at >= self.named_at:
            self.name, self.named_at = entry.name, at
        if at >= self.tagged_at:
            self.tags, self.tagged_at = entry.tags, at

    def quantities(self) -> Iterator[tuple[str, Decimal]]:
        """Yield the quantity of the meter, and of each of its parts."""
        self._settle()
        for name, measure in self.measures.items():
            yield name, quantity(name, measure)

    def _settle(self) -> None:
        for (seconds, dimensions), (raw, sizes) in self.loose.items():
            group = UsageGroup(self.meter, 0, seconds, dimensions, [], raw, sizes=sizes)
            for name, measure in measured(group):
                known = self.measures.get(name, Decimal(0))
                self.measures[name] = EXACT.add(known, measure)
        self.loose = {}


class UsageReport:
    """One page of rows, made while all usage passes by.

    It keeps the first rows behind a place, however many there are: a row that falls behind
    enough others is forgotten, and does not come back.

    Args:
        grouping: `resource`, `meter`, `offering`, `zone`, `sub_account` or `tag:<key>`.
        after: place of the last row of the page before.
    """

    def __init__(self, grouping: str, after: Place | None = None, rows: int = ROWS_A_PAGE) -> None:
        self._grouping = grouping
        self._after = after
        self._rows = rows
        self._sums: dict[Place, _Sum] = {}
        self._last: Place | None = None
        self._records = 0

    def add(self, used: Used) -> None:
        """Add what a sub account used.

        Raises:
            InvalidInput: that is more than can be added up at once.
        """
        for group in used.groups:
            self._records += len(group.resources)
            if self._records > MOST_RECORDS:
                message = "is too far back: that is too much usage at once, ask for fewer days"
                raise InvalidInput(f"`from` {message}", {"from": message})
            self._add(used.sub_account, group)
            if len(self._sums) > 4 * self._rows:
                self._forget()

    def page(self, names: Names) -> tuple[list[Document], Place | None]:
        """Return the rows, and the place behind which more follow."""
        rows: list[Document] = []
        last: Place | None = None
        for place in sorted(self._sums):
            found = self._documents(place, self._sums[place], names)
            if len(rows) + len(found) > self._rows:
                return rows, last
            rows += found
            last = place
        return rows, None

    def _add(self, sub_account: str, group: UsageGroup) -> None:
        if self._grouping == _RESOURCE:
            self._add_resources(sub_account, group)
        elif self._grouping.startswith(_TAG):
            self._add_tagged(group)
        else:
            names = _OF_GROUPS.get(self._grouping)
            told = [sub_account] if names is None else [_dimension(group, each) for each in names]
            found = self._sum(group.meter, *told)
            if found is not None:
                found.add(group, group.raw, group.sizes)

    def _add_resources(self, sub_account: str, group: UsageGroup) -> None:
        places = [_dimension(group, name) for name in ("offering", "zone")]
        for entry in group.entries():
            told = (sub_account, entry.resource, entry.related, *places)
            found = self._sum(group.meter, *told)
            if found is not None:
                found.add(group, (entry.raw,), (entry.size,) if group.sizes else ())
                found.describe(entry, group.end)

    def _add_tagged(self, group: UsageGroup) -> None:
        """Add usage by the value of a tag; what has no such tag comes last."""
        key = self._grouping.removeprefix(_TAG)
        entries: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in group.entries():
            value = next((value for name, value in entry.tags if name == key), None)
            entries["1" if value is None else "0", value or ""].append(entry)
        for told, some in entries.items():
            found = self._sum(group.meter, *told)
            if found is not None:
                sizes = [entry.size for entry in some] if group.sizes else []
                found.add(group, [entry.raw for entry in some], sizes)

    def _sum(self, meter: str, *told: str) -> _Sum | None:
        """Return where the usage of a row is added up, None where it is on another page."""
        place: Place = (METERS[meter].usage_type, *told)
        found = self._sums.get(place)
        if found is None:
            before = self._after is not None and place <= self._after
            if before or (self._last is not None and place > self._last):
                return None
            found = self._sums[place] = _Sum(meter)
        return found

    def _forget(self) -> None:
        """Forget the rows that are not on this page; one more tells that there are any."""
        kept = sorted(self._sums)[: self._rows + 1]
        self._sums = {place: self._sums[place] for place in kept}
        self._last = kept[-1]

    def _documents(self, place: Place, found: _Sum, names: Names) -> list[Document]:
        """Return the rows of one sum: its meter, and unless it is a resource its parts."""
        about = self._about(place, found, names)
        return [
            {
                "meter": name,
                "meter_name": title_of(name),
                "service": meter_of(name).service.id,
                "unit": unit_of(name).value,
                "quantity": number_text(EXACT.normalize(amount)),
                **about,
                "records": found.records,
            }
            for name, amount in found.quantities()
            if name == found.meter or self._grouping != _RESOURCE
        ]

    def _about(self, place: Place, found: _Sum, names: Names) -> Document:
        told = [str(each) for each in place[1:]]
        if self._grouping == _RESOURCE:
            sub_account, resource, _, offering, zone = told
            return {
                "resource": resource,
                "name": found.name or None,
                **_offering(offering, names),
                **_zone(zone, names),
                **_sub_account(sub_account, names),
                "tags": dict(found.tags),
            }
        if self._grouping.startswith(_TAG):
            has_none, value = told
            key = self._grouping.removeprefix(_TAG)
            return {"tags": {key: None if has_none == "1" else value}}
        describe = {"offering": _offering, "zone": _zone, "sub_account": _sub_account}
        return describe[self._grouping](told[0], names) if told else {}


def width_of(grouping: str) -> int:
    """Return of how many parts the place of a row is made."""
    if grouping.startswith(_TAG):
        return 3
    return {_RESOURCE: 6, "meter": 1}.get(grouping, 2)


def _dimension(group: UsageGroup, name: str) -> str:
    position = METERS[group.meter].position(name)
    return "" if position < 0 else group.dimensions[position]


def _offering(offering: str, names: Names) -> Document:
    name = names.catalogue.name_of("offering", offering)
    return {"offering": offering or None, "offering_name": name}


def _zone(zone: str, names: Names) -> Document:
    return {"zone": zone or None, "zone_name": names.catalogue.name_of("zone", zone)}


def _sub_account(sub_account: str, names: Names) -> Document:
    name = names.sub_accounts.get(sub_account)
    return {"sub_account": sub_account, "sub_account_name": name}
