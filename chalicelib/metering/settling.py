"""What the rows of one sub account in one window come to: counted, copies, or set aside."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import chain
from operator import itemgetter

from chalicelib.metering.columns import Plain, Rows, ShapeGroup, in_columns, is_complete
from chalicelib.metering.identity import Claim, fit, repeated, rule_on
from chalicelib.metering.layouts import Cells, Header, Shape
from chalicelib.metering.merging import Identity, Unbilled, identity_of, key_dimensions
from chalicelib.metering.meters import Meter
from chalicelib.metering.records import Span, comma_read, raw_usage, shortened
from chalicelib.metering.reviews import Reason, Verdict
from chalicelib.metering.usage import UsageGroup
from chalicelib.money import EXACT

_VOLUME = "volume"
_RAW, _RELATED = itemgetter(1), itemgetter(2)
_Record = tuple[ShapeGroup, Plain]
SetAside = Callable[[Shape, Reason, Cells | Plain], None]


@dataclass(slots=True)
class Settled:
    """What rows came to, beside what is billed.

    Attributes:
        records: rows of this window.
        copies: rows that say what another one says.
        unbilled: rows that are set aside, as later readings are compared with.
    """

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

    def settle(self, rows: Iterable[Rows], settled: Settled) -> list[UsageGroup]:
        """Return what all rows of some usage types come to.

        Args:
            settled: what they come to besides is added to it.
        """
        by_meter: dict[str, list[ShapeGroup]] = {}
        for each in rows:
            if not self._is_earlier(each.header):
                settled.records += len(each.cells)
            by_meter.setdefault(each.header.meter.name, []).append(self._read(each, settled))
        billed: list[UsageGroup] = []
        for groups in by_meter.values():
            meter = groups[0].header.meter
            if meter.name == _VOLUME:
                self._count_volumes_once(groups, settled)
            named = list(chain.from_iterable(group.resources() for group in groups))
            if len(set(named)) < len(named):
                self._rule(meter, groups, repeated(named), settled)
            billed += in_columns([each for each in groups if self._is_billed(each)])
        return billed

    def _is_billed(self, group: ShapeGroup) -> bool:
        some = group.cells if group.read is None else group.read
        return bool(some) and not self._is_earlier(group.header)

    def _is_earlier(self, header: Header) -> bool:
        return header.span.end <= self._window_start

    def _refuse(self, group: Rows | ShapeGroup, reason: Reason, row: Cells | Plain) -> None:
        if not self._is_earlier(group.header):
            self._set_aside(group.shape, reason, row)

    def _hold(self, group: ShapeGroup, reason: Reason, entry: Plain, settled: Settled) -> None:
        """Set aside a row that reads well."""
        self._refuse(group, reason, entry)
        settled.unbilled.aside.add(_identity(group.header, entry[:4]))

    def _accepted(self, meter: Meter, reason: Reason) -> bool:
        return self._verdict(meter.usage_type, reason) == "accept"

    def _read(self, rows: Rows, settled: Settled) -> ShapeGroup:
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
        if wrong or not is_complete(cells, rows.header.meter):
            cells = list(self._without_wrong(rows, wrong, texts, settled))
        return ShapeGroup(rows.shape, rows.header, cells, texts)

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
                told = (shortened(resource or ""), _if_accepted(raw), related or "", size or 0)
                settled.unbilled.doubtful.add((_identity(header, told), told[1]))
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

    def _count_volumes_once(self, groups: list[ShapeGroup], settled: Settled) -> None:
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
        self, meter: Meter, groups: list[ShapeGroup], doubtful: set[str], settled: Settled
    ) -> None:
        """Take out the rows that do not count, of the resources that have several."""
        lines: dict[tuple[object, ...], list[_Record]] = {}
        for group in groups:
            key = key_dimensions(meter.name, group.header.dimensions)
            clear = [entry for entry in group.entries if entry[0] not in doubtful]
            for entry in (entry for entry in group.entries if entry[0] in doubtful):
                size = 0 if meter.one_size else entry[3]
                lines.setdefault((*key, entry[0], entry[2], size), []).append((group, entry))
            group.entries = clear
        counted = [one for line in lines.values() for one in self._counted(meter, line, settled)]
        if meter.exclusive:
            counted = list(self._fitting(meter, counted, settled))
        for group, entry in counted:
            group.entries.append(entry)

    def _counted(self, meter: Meter, line: list[_Record], settled: Settled) -> Iterator[_Record]:
        """Yield the records of one line that count."""
        # Of copies the first counts, so their order must not hang on that of the rows.
        line.sort(key=lambda each: (each[0].header.span, each[0].header.dimensions, each[1]))
        accepted = partial(self._accepted, meter)
        for ruling in rule_on(_claims(meter, line), ordinal=meter.ordinal, accepted=accepted):
            group, entry = line[ruling.place]
            if ruling.counted:
                yield group, entry
            elif ruling.reason is not None:
                self._hold(group, ruling.reason, entry, settled)
            else:
                settled.copies += not self._is_earlier(group.header)

    def _fitting(self, meter: Meter, counted: list[_Record], settled: Settled) -> Iterator[_Record]:
        """Yield the records of resources whose hours, over all sizes and offerings, can be.

        A volume that was resized, or removed, and is still charged at its old size besides
        (CloudStack issue 6717) has more hours than its window.
        """
        together: dict[tuple[str, str, Span], list[_Record]] = {}
        for group, entry in counted:
            key = (entry[0], entry[2], group.header.span)
            together.setdefault(key, []).append((group, entry))
        for records in together.values():
            records.sort(key=lambda each: (each[0].header.dimensions, each[1]))
            for ruling in fit(_claims(meter, records), partial(self._accepted, meter)):
                group, entry = records[ruling.place]
                if ruling.reason is None:
                    yield group, entry
                else:
                    self._hold(group, ruling.reason, entry, settled)


def _claims(meter: Meter, records: list[_Record]) -> list[Claim]:
    return [
        Claim(
            group.header.span.start,
            group.header.span.end,
            EXACT.multiply(Decimal(entry[1]), Decimal(entry[3] if meter.one_size else 1)),
            group.header.span.most_hours,
            place,
        )
        for place, (group, entry) in enumerate(records)
    ]


def _identity(header: Header, told: tuple[str, str, str, int]) -> Identity:
    """Return the identity of what a row tells: resource, raw usage, related and size."""
    span = (header.span.start, header.span.end)
    size = told[3] if header.meter.sized else 0
    return identity_of(header.meter.name, span, header.dimensions, (*told[:3], size))


def _if_accepted(text: str | None) -> str:
    """Return the raw usage that a doubtful text would be kept as; "" where it is no number."""
    number = raw_usage(text)
    if isinstance(number, Reason):
        number = comma_read(text or "") or number
    return "" if isinstance(number, Reason) else format(number, "f")
