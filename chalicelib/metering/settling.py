"""What the rows of one sub account in one window come to: counted, copies, or set aside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, repeat
from operator import itemgetter

from chalicelib.metering.identity import Claim, Ruling, repeated, rule_on
from chalicelib.metering.layouts import Cells, Header, Shape, pairs
from chalicelib.metering.merging import Identity, Unbilled, key_dimensions
from chalicelib.metering.meters import Meter
from chalicelib.metering.records import comma_read, raw_usage, shortened
from chalicelib.metering.reviews import Reason, Verdict
from chalicelib.metering.usage import Tags, UsageGroup, group_of

_VOLUME = "volume"
_RESOURCE, _RAW, _RELATED = itemgetter(0), itemgetter(1), itemgetter(2)
Plain = tuple[str, str, str, int, str, Tags]
SetAside = Callable[[Shape, Reason, Cells | Plain], None]


@dataclass(slots=True)
class Rows:
    """The rows of one shape."""

    shape: Shape
    header: Header
    cells: list[Cells]


@dataclass(slots=True)
class _Group:
    """The rows of one shape that can be metered; what does not count is taken out.

    Attributes:
        texts: each raw usage as it came, and as it is kept.
        entries: the rows with one way to write every value; made when they are needed.
    """

    shape: Shape
    header: Header
    cells: list[Cells]
    texts: Mapping[str | None, str]
    read: list[Plain] | None = None

    @property
    def entries(self) -> list[Plain]:
        if self.read is None:
            self.read = _entries(self.cells, self.texts, self.header.meter)
        return self.read

    @entries.setter
    def entries(self, entries: list[Plain]) -> None:
        self.read = entries

    def resources(self) -> Iterable[str]:
        """Return the resources of all rows."""
        if self.header.meter.ordinal:
            return [entry[0] for entry in self.entries]
        return map(_RESOURCE, self.cells if self.read is None else self.read)


@dataclass(slots=True)
class Settled:
    """What rows came to.

    Attributes:
        records: rows of this window.
        copies: rows that say what another one says.
        unbilled: rows that are set aside, as later readings are compared with.
    """

    groups: list[UsageGroup] = field(default_factory=list)
    records: int = 0
    copies: int = 0
    unbilled: Unbilled = field(default_factory=Unbilled)


class Settlement:
    """Settles the rows of one sub account.

    Args:
        window_start: epoch seconds; what ends before belongs to an earlier window, and only
            tells what it covers already.
        verdict: of the operator, by usage type and reason.
        set_aside: is told of every row that waits for a decision or was refused.
    """

    def __init__(
        self,
        window_start: int,
        verdict: Callable[[int, Reason], Verdict | None],
        set_aside: SetAside,
    ) -> None:
        self._window_start = window_start
        self._verdict = verdict
        self._set_aside = set_aside

    def settle(self, rows: Iterable[Rows]) -> Settled:
        """Return what all rows of some usage types come to."""
        settled = Settled()
        by_meter: dict[str, list[_Group]] = {}
        for each in rows:
            if not self._is_earlier(each.header):
                settled.records += len(each.cells)
            by_meter.setdefault(each.header.meter.name, []).append(self._read(each, settled))
        for groups in by_meter.values():
            meter = groups[0].header.meter
            if meter.name == _VOLUME:
                self._count_volumes_once(groups, settled)
            named = list(chain.from_iterable(group.resources() for group in groups))
            if len(set(named)) < len(named):
                self._rule(meter, groups, repeated(named), settled)
            settled.groups += [_packed(each) for each in groups if self._is_billed(each)]
        return settled

    def _is_billed(self, group: _Group) -> bool:
        some = group.cells if group.read is None else group.read
        return bool(some) and not self._is_earlier(group.header)

    def _is_earlier(self, header: Header) -> bool:
        return header.span.end <= self._window_start

    def _refuse(self, group: Rows | _Group, reason: Reason, row: Cells | Plain) -> None:
        if not self._is_earlier(group.header):
            self._set_aside(group.shape, reason, row)

    def _hold(self, group: _Group, reason: Reason, entry: Plain, settled: Settled) -> None:
        """Set aside a row that reads well."""
        self._refuse(group, reason, entry)
        settled.unbilled.aside.add(_identity(group.header, entry[0], entry[2], entry[3]))

    def _accepted(self, meter: Meter, reason: Reason) -> bool:
        return self._verdict(meter.usage_type, reason) == "accept"

    def _read(self, rows: Rows, settled: Settled) -> _Group:
        """Return the rows that read well, with one way to write every value."""
        wrong: dict[str | None, Reason] = {}
        texts: dict[str | None, str] = {}
        for text in set(map(_RAW, rows.cells)):
            number = self._number(rows.header, text)
            if isinstance(number, Reason):
                wrong[text] = number
            else:
                texts[text] = format(number, "f")
        cells = rows.cells
        if wrong or not _is_complete(cells, rows.header.meter):
            cells = list(self._without_wrong(rows, wrong, texts, settled))
        return _Group(rows.shape, rows.header, cells, texts)

    def _without_wrong(
        self,
        rows: Rows,
        wrong: Mapping[str | None, Reason],
        texts: Mapping[str | None, str],
        settled: Settled,
    ) -> Iterator[Cells]:
        """Yield the rows that can be metered, setting the others aside."""
        header, meter = rows.header, rows.header.meter
        for cells in rows.cells:
            resource, raw, related, size, _, _ = cells
            if raw in wrong:
                self._refuse(rows, wrong[raw], cells)
                # It may have been accepted before, and must then not be taken for one that is gone.
                aside = _identity(header, shortened(resource or ""), related or "", size or 0)
                settled.unbilled.aside.add(aside)
            elif not resource:
                self._refuse(rows, Reason.NO_RESOURCE, cells)
                trace = (meter.name, header.span.start, header.span.end, texts[raw])
                settled.unbilled.nameless[trace] += 1
            elif meter.sized and (size is None or size < 0):
                self._refuse(rows, Reason.NO_SIZE, cells)
            else:
                yield cells

    def _number(self, header: Header, text: str | None) -> Decimal | Reason:
        """Return the raw usage a text says, or why it is not billed."""
        number = raw_usage(text)
        if number is Reason.DECIMAL_COMMA and self._accepted(header.meter, number):
            number = comma_read(text or "") or number
        if isinstance(number, Reason):
            return number
        too_many = header.meter.bounded and number > header.span.most_hours
        if too_many and not self._accepted(header.meter, Reason.TOO_MANY_HOURS):
            return Reason.TOO_MANY_HOURS
        return number

    def _count_volumes_once(self, groups: list[_Group], settled: Settled) -> None:
        """Take out what tells how long a volume was attached; its own record has the hours.

        CloudStack PR 11531: since then a volume has one record without a VM, for all its hours,
        and one with the VM for those it was attached.
        """
        if not any(any(map(_RELATED, group.cells)) for group in groups):
            return
        own = {
            (entry[0], group.header.span.start, group.header.span.end)
            for group in groups
            for entry in group.entries
            if not entry[2]
        }
        accepted = self._accepted(groups[0].header.meter, Reason.ATTACHED_ALONE)
        for group in groups:
            span, kept = group.header.span, []
            for entry in group.entries:
                if not entry[2]:
                    kept.append(entry)
                elif (entry[0], span.start, span.end) in own:
                    settled.copies += not self._is_earlier(group.header)
                elif accepted:
                    kept.append(entry)
                else:
                    self._hold(group, Reason.ATTACHED_ALONE, entry, settled)
            group.entries = kept

    def _rule(
        self, meter: Meter, groups: list[_Group], doubtful: set[str], settled: Settled
    ) -> None:
        """Take out the rows that do not count, of the resources that have several."""
        lines: dict[tuple[object, ...], list[tuple[_Group, Plain]]] = {}
        for group in sorted(groups, key=lambda each: (each.header.span, each.header.dimensions)):
            key = key_dimensions(meter.name, group.header.dimensions)
            clear = [entry for entry in group.entries if entry[0] not in doubtful]
            for entry in sorted(entry for entry in group.entries if entry[0] in doubtful):
                lines.setdefault((*key, entry[0], entry[2], entry[3]), []).append((group, entry))
            group.entries = clear
        for line in lines.values():
            for ruling in self._rulings(meter, line):
                group, entry = line[ruling.place]
                if ruling.counted:
                    group.entries.append(entry)
                elif ruling.reason is not None:
                    self._hold(group, ruling.reason, entry, settled)
                else:
                    settled.copies += not self._is_earlier(group.header)

    def _rulings(self, meter: Meter, line: list[tuple[_Group, Plain]]) -> Iterator[Ruling]:
        claims = [
            Claim(
                group.header.span.start,
                group.header.span.end,
                Decimal(entry[1]),
                group.header.span.most_hours,
                place,
            )
            for place, (group, entry) in enumerate(line)
        ]
        return rule_on(
            claims,
            ordinal=meter.ordinal,
            accepted=lambda reason: self._accepted(meter, reason),
        )


def _identity(header: Header, resource: str, related: str, size: int) -> Identity:
    meter, span = header.meter, header.span
    dimensions = key_dimensions(meter.name, header.dimensions)
    size = size if meter.sized else 0
    return (meter.name, span.start, span.end, dimensions, resource, related, size)


def _packed(group: _Group) -> UsageGroup:
    header = group.header
    span = header.span
    return group_of(header.meter.name, span.start, span.end, header.dimensions, group.entries)


def _is_complete(cells: Sequence[Cells], meter: Meter) -> bool:
    """Tell whether every row names its resource and, where the meter wants one, a size."""
    if not all(map(_RESOURCE, cells)):
        return False
    return not meter.sized or all(each[3] is not None and each[3] >= 0 for each in cells)


def _entries(cells: Sequence[Cells], texts: Mapping[str | None, str], meter: Meter) -> list[Plain]:
    """Return rows with one way to write every value, column by column: this is the hot path."""
    if not cells:
        return []
    columns = list(zip(*cells, strict=True))
    resources, raw, related, sizes, names, tags = columns
    return list(
        zip(
            map(shortened, resources) if meter.ordinal else resources,
            raw if all(text == plain for text, plain in texts.items()) else map(texts.get, raw),
            [each or "" for each in related] if any(related) else repeat(""),
            sizes if meter.sized else repeat(0),
            [each or "" for each in names] if None in names else names,
            map(pairs, tags) if any(tags) else repeat(()),
            strict=False,
        )
    )
