"""One window of one CloudStack installation, metered page by page."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter

import msgspec

from chalicelib.accounts import SubAccount
from chalicelib.metering.columns import Plain, Rows
from chalicelib.metering.layouts import (
    LAYOUTS,
    Cells,
    Layout,
    Shape,
    header_of,
    sample_of,
)
from chalicelib.metering.merging import Unbilled
from chalicelib.metering.meters import METERS
from chalicelib.metering.owner_rows import OwnerRows
from chalicelib.metering.progress import Window
from chalicelib.metering.records import UsageRow, owner_of, span_of
from chalicelib.metering.reviews import (
    SAMPLES_KEPT,
    Reason,
    Refused,
    ReviewGroup,
    Verdicts,
)
from chalicelib.metering.settling import Settled, Settlement
from chalicelib.metering.usage import PackedUsage, UsageGroup, pack

__all__ = ["MeteredWindow", "Window", "WindowMeter", "state_of"]
_LONGEST_SAMPLE = 2000
_USAGE_TYPE = attrgetter("usagetype")
# So many rows are held as they came; then they are put aside, packed by sub account.
_LOOSE_ROWS = 40_000


@dataclass(slots=True)
class MeteredWindow:
    """What a window held.

    Attributes:
        starts: when the first record of it begins, the window's own start or before.
        records: rows of this window; = billable + copies + set aside.
        copies: rows that say what another one says, counted once.
        usage: what each sub account used, by its id.
        reviews: what was set aside: rejects, holds, and what was refused of both.
        unbilled: by sub account, rows that are not billed, where there are any.
    """

    starts: datetime
    pages: int
    records: int
    copies: int
    usage: dict[str, PackedUsage]
    reviews: list[ReviewGroup]
    sub_accounts: list[SubAccount]
    unbilled: dict[str, Unbilled] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Digest of everything metered; equal digests mean that nothing changed."""
        digests = [[owner, packed.digest] for owner, packed in self.usage.items()]
        content = msgspec.json.encode([digests, self.reviews, self.records, self.copies])
        return blake2b(content, digest_size=16).hexdigest()

    def count(self, kind: str) -> int:
        """Return how many records are `reject` or `hold` and open, or `refused`."""
        return sum(group.count for group in self.reviews if state_of(group) == kind)

    @property
    def lost(self) -> int:
        """How many open rejects are rows that CloudStack could not show."""
        return sum(group.count for group in self.reviews if group.is_lost)

    def recognize(self, owner: str, nameless: Counter[str]) -> None:
        """Take records, counted by meter, out of the rejects: what they are about is known."""
        for meter, count in nameless.items():
            for group in self.reviews:
                named = (METERS[meter].usage_type, owner, Reason.NO_RESOURCE)
                if (group.usage_type, group.owner, group.reason) == named:
                    group.count -= count
        self.reviews = [group for group in self.reviews if group.count > 0]


def state_of(group: ReviewGroup) -> str:
    """Return whether the records of a group are `refused`, or else their kind.

    Accepted ones are billed and in no group.
    """
    return "refused" if group.verdict == "refuse" else group.reason.kind


class WindowMeter:
    """Collects the rows of one window and returns what they add up to.

    >>> from datetime import datetime, UTC
    >>> from chalicelib.periods import Period
    >>> day = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    >>> meter = WindowMeter(Window("main", day))
    >>> meter.add([UsageRow(usagetype=99, accountid="a", account="acme")])
    >>> meter.metered().reviews[0].reason.text
    'has a usage type without a meter'
    """

    def __init__(self, window: Window, verdicts: Verdicts | None = None) -> None:
        self._window = window
        self._start = int(window.period.start.timestamp())
        self._end = int(window.period.end.timestamp())
        self._verdicts = verdicts or Verdicts([])
        self._starts = window.period.start
        self._pages = 0
        self._refused = 0
        self._loose = 0
        self._append: dict[Shape, Callable[[Cells], None]] = {}
        self._owners: dict[str, OwnerRows] = defaultdict(OwnerRows)
        self._reviews: dict[tuple[int | None, str, Reason], ReviewGroup] = {}
        self._sub_accounts: dict[str, SubAccount] = {}

    @property
    def crosses(self) -> bool:
        """Whether a record so far began before the window: what it overlaps is to be read too."""
        return self._starts < self._window.period.start

    def add(self, rows: Sequence[UsageRow]) -> None:
        """Meter the rows of a page."""
        self._pages += 1
        appender_of = self._append.get
        for usage_type, run in groupby(rows, _USAGE_TYPE):
            alike = list(run)
            layout = LAYOUTS.get(usage_type or 0)
            if layout is None:
                for row in alike:
                    self._refuse(row, Reason.UNKNOWN_TYPE if row.lost is None else Reason.LOST)
                continue
            shapes, cells = map(layout.shape, alike), map(layout.cells, alike)
            for row, shape, each in zip(alike, shapes, cells, strict=True):
                append = appender_of(shape) or self._open(layout, shape, row)
                if append is not None:
                    append(each)
        self._loose += len(rows)
        if self._loose > _LOOSE_ROWS:
            self._put_aside()

    def add_unreadable(self, row: bytes) -> None:
        """Count a row that is no usage record at all."""
        self._refuse(UsageRow(), Reason.NOT_A_RECORD, row)

    def metered(self) -> MeteredWindow:
        """Return what all rows so far add up to. The meter is empty after that."""
        usage: dict[str, PackedUsage] = {}
        unbilled: dict[str, Unbilled] = {}
        totals = Settled()
        refused = {owner for _, owner, _ in self._reviews}
        for owner in self.owners():
            settled = Settled()
            packed = pack(self.segments(owner, settled), partial(self._open_counts, owner))
            if not settled.records and owner not in refused:
                continue
            usage[owner] = packed
            totals.records += settled.records
            totals.copies += settled.copies
            if settled.unbilled != Unbilled():
                unbilled[owner] = settled.unbilled
        reviews = sorted(
            self._reviews.values(), key=lambda each: (each.usage_type or 0, each.owner, each.reason)
        )
        return MeteredWindow(
            starts=self._starts,
            pages=self._pages,
            records=self._refused + totals.records,
            copies=totals.copies,
            usage=usage,
            reviews=reviews,
            sub_accounts=[self._sub_accounts[owner] for owner in sorted(self._sub_accounts)],
            unbilled=unbilled,
        )

    def owners(self) -> list[str]:
        """Return every sub account that rows name, in one order."""
        return sorted({*self._owners, *(owner for _, owner, _ in self._reviews)} - {""})

    def segments(self, owner: str, totals: Settled) -> Iterator[list[UsageGroup]]:
        """Yield what the rows of a sub account come to, so much at once as fits into memory.

        Its rows are gone after that.

        Args:
            totals: what the segments come to together is added to it.
        """
        account = self._sub_accounts[owner].name if owner in self._sub_accounts else owner
        settlement = Settlement(
            self._start,
            self._verdicts.of,
            lambda shape, reason, cells: self._set_aside(owner, account, shape, reason, cells),
        )
        for share in self._owners.pop(owner, OwnerRows()).shares():
            billed = settlement.settle(share, totals)
            if billed:
                yield billed

    def _open(self, layout: Layout, shape: Shape, row: UsageRow) -> Callable[[Cells], None] | None:
        """Return where the cells of rows of this shape go; None where they cannot be metered."""
        try:
            header = header_of(shape)
        except Refused as refused:
            self._refuse(row, refused.reason)
            return None
        if header.span.end > self._end:
            self._refuse(row, Reason.OUTSIDE_WINDOW)
            return None
        if header.span.start < self._start < header.span.end:
            self._starts = min(self._starts, datetime.fromtimestamp(header.span.start, UTC))
        self._remember_owner(row)
        rows = Rows(shape, header, [])
        self._owners[header.owner].loose.append(rows)
        append: Callable[[Cells], None] = rows.cells.append
        self._append[shape] = append
        return append

    def _put_aside(self) -> None:
        """Pack all loose rows: a million of them would not fit into memory as they are."""
        for owner in self._owners.values():
            owner.put_aside()
        self._append.clear()
        self._loose = 0

    def _remember_owner(self, row: UsageRow) -> None:
        if row.owner and row.owner not in self._sub_accounts:
            owner = owner_of(row, self._window.connection)
            if owner is not None:
                self._sub_accounts[owner.id] = owner

    def _refuse(self, row: UsageRow, reason: Reason, raw: bytes | None = None) -> None:
        """Set aside a row that has no shape to be metered by."""
        if self._is_earlier(row):
            return
        self._refused += 1
        self._remember_owner(row)
        account = row.account or row.project or ""
        sample = msgspec.json.encode(row) if raw is None else raw[:_LONGEST_SAMPLE]
        text = sample.decode("utf-8", "replace")
        self._count(row.usagetype, row.owner or "", account, reason, text)

    def _is_earlier(self, row: UsageRow) -> bool:
        """Tell whether a row ends before the window: it is told of in the one it belongs to."""
        try:
            return span_of(row.startdate, row.enddate).end <= self._start
        except Refused:
            return False

    def _set_aside(
        self, owner: str, account: str, shape: Shape, reason: Reason, cells: Cells | Plain
    ) -> None:
        usage_type = int(str(shape[0]))
        self._count(usage_type, owner, account, reason, sample_of(shape, account, cells))

    def _count(
        self, usage_type: int | None, owner: str, account: str, reason: Reason, sample: str
    ) -> None:
        key = (usage_type, owner, reason)
        group = self._reviews.get(key)
        if group is None:
            verdict = self._verdicts.of(usage_type, reason)
            group = ReviewGroup(usage_type, owner, account, reason, verdict)
            self._reviews[key] = group
        group.count += 1
        # The first in order of their text, so that the order of the rows does not matter.
        if len(group.samples) < SAMPLES_KEPT or sample < group.samples[-1]:
            group.samples = sorted([*group.samples, sample])[:SAMPLES_KEPT]

    def _open_counts(self, owner: str, kind: str) -> dict[str, int]:
        """Return how many records of a sub account are open, by the words of their reason."""
        counts: Counter[str] = Counter()
        for group in self._reviews.values():
            if group.owner == owner and state_of(group) == kind:
                counts[group.reason.text] += group.count
        return counts
