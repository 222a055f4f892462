"""One window of one CloudStack installation, metered page by page."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b

import msgspec

from chalicelib.accounts import SubAccount
from chalicelib.errors import InvalidInput
from chalicelib.metering.records import UsageRow, owner_of, read_record
from chalicelib.metering.usage import PackedUsage, Usage, pack, usage_of
from chalicelib.periods import Period

_SAMPLES_KEPT = 5
_LONGEST_SAMPLE = 2000


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A span of time that one connection is asked for at once."""

    connection: str
    period: Period


@dataclass(slots=True)
class RejectGroup:
    """Usage records of one sub account and type refused for one reason.

    Attributes:
        samples: a few of them, as CloudStack sent them; all are in the archive.
    """

    usage_type: int | None
    owner: str
    account: str
    reason: str
    count: int = 0
    samples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MeteredWindow:
    """What a window held.

    Attributes:
        records: rows read; = billable + copies + rejects.
        copies: exact copies of another row, counted once.
        usage: what each sub account used, by its id.
        digest: of everything metered; equal digests mean nothing changed.
    """

    records: int
    copies: int
    usage: dict[str, PackedUsage]
    rejects: list[RejectGroup]
    sub_accounts: list[SubAccount]
    digest: str

    @property
    def rejected(self) -> int:
        """Number of records that could not be read."""
        return sum(group.count for group in self.rejects)


class WindowMeter:
    """Collects the rows of one window and returns what they add up to.

    >>> from datetime import datetime, UTC
    >>> day = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    >>> meter = WindowMeter(Window("main", day))
    >>> meter.add([UsageRow(usagetype=99, accountid="a", account="acme")])
    >>> meter.metered().rejects[0].reason
    'usage type 99 has no meter'
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._start = int(window.period.start.timestamp())
        self._end = int(window.period.end.timestamp())
        self._records = 0
        self._copies = 0
        self._quantities: dict[tuple[object, ...], Decimal] = {}
        self._usage: dict[str, list[Usage]] = defaultdict(list)
        self._rejects: dict[tuple[int | None, str, str], RejectGroup] = {}
        self._sub_accounts: dict[str, SubAccount] = {}

    def add(self, rows: Iterable[UsageRow]) -> None:
        """Meter the rows of a page."""
        for row in rows:
            self._records += 1
            self._remember_owner(row)
            try:
                self._meter(row)
            except InvalidInput as reason:
                self._reject(row, str(reason))

    def add_unreadable(self, row: bytes) -> None:
        """Count a row that is no usage record at all."""
        self._records += 1
        self._reject(UsageRow(), "is not a usage record", row)

    def metered(self) -> MeteredWindow:
        """Return what all rows so far add up to."""
        refused: dict[str, Counter[str]] = defaultdict(Counter)
        for group in self._rejects.values():
            refused[group.owner][group.reason] += group.count
        owners = sorted({*self._usage, *refused} - {""})
        usage = {
            owner: pack(self._usage.get(owner, []), dict(refused.get(owner, {})))
            for owner in owners
        }
        rejects = sorted(
            self._rejects.values(), key=lambda each: (each.usage_type or 0, each.owner, each.reason)
        )
        digests = [[owner, packed.digest] for owner, packed in usage.items()]
        content = msgspec.json.encode([digests, rejects, self._records])
        return MeteredWindow(
            records=self._records,
            copies=self._copies,
            usage=usage,
            rejects=rejects,
            sub_accounts=[self._sub_accounts[owner] for owner in sorted(self._sub_accounts)],
            digest=blake2b(content, digest_size=16).hexdigest(),
        )

    def _meter(self, row: UsageRow) -> None:
        record = read_record(row)
        if record.start < self._start or record.end > self._end:
            raise InvalidInput("lies outside of the window that was asked for")
        seen = self._quantities.get(record.natural_key)
        if seen is None:
            self._quantities[record.natural_key] = record.quantity
            self._usage[record.owner].append(usage_of(record))
        elif seen == record.quantity:
            self._copies += 1
        else:
            raise InvalidInput("the same resource and window again with another quantity")

    def _remember_owner(self, row: UsageRow) -> None:
        if row.owner and row.owner not in self._sub_accounts:
            owner = owner_of(row, self._window.connection)
            if owner is not None:
                self._sub_accounts[owner.id] = owner

    def _reject(self, row: UsageRow, reason: str, raw: bytes | None = None) -> None:
        owner = row.owner or ""
        key = (row.usagetype, owner, reason)
        group = self._rejects.get(key)
        if group is None:
            account = row.account or row.project or ""
            group = self._rejects[key] = RejectGroup(row.usagetype, owner, account, reason)
        group.count += 1
        sample = msgspec.json.encode(row) if raw is None else raw[:_LONGEST_SAMPLE]
        # The first in order of their text, so that the order of the rows does not matter.
        group.samples = sorted([*group.samples, sample.decode("utf-8", "replace")])[:_SAMPLES_KEPT]
