"""CloudStack's usage records, read and checked; the only module that sees a closed end."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import attrgetter

import msgspec

from chalicelib.accounts import SubAccount, domain_path
from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import METERS_BY_USAGE_TYPE, Meter, Unit
from chalicelib.periods import Period

# CloudStack computes hours in 32-bit floating point: 24 hours carry an error below two millionths.
_HOURS_NOISE = Decimal("0.00001")


class UsageRow(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """One row of `listUsageRecords`, as it came (UsageRecordResponse.java); all may be missing."""

    usagetype: int | None = None
    rawusage: str | None = None
    startdate: str | None = None
    enddate: str | None = None
    account: str | None = None
    accountid: str | None = None
    project: str | None = None
    projectid: str | None = None
    domain: str | None = None
    domainpath: str | None = None
    zoneid: str | None = None
    usageid: str | None = None
    virtualmachineid: str | None = None
    name: str | None = None
    offeringid: str | None = None
    size: int | None = None
    networkid: str | None = None
    vpcid: str | None = None
    cpunumber: int | None = None
    cpuspeed: int | None = None
    memory: int | None = None

    @property
    def owner(self) -> str | None:
        """UUID of the account or project that used the resource."""
        return self.accountid or self.projectid


class UsageRecord(msgspec.Struct, frozen=True, gc=False):
    """A usage record that can be billed.

    Attributes:
        start, end: epoch seconds, `[start, end)`; CloudStack's inclusive end plus one second.
        quantity: consumed, in the meter's unit.
        natural_key: equal for copies of one record, and only for them.
    """

    meter: Meter
    owner: str
    start: int
    end: int
    quantity: Decimal
    resource: str
    name: str
    offering: str
    zone: str
    natural_key: tuple[object, ...]


_RESOURCE = {
    meter.usage_type: attrgetter(meter.resource_field) for meter in METERS_BY_USAGE_TYPE.values()
}
_IDENTITY = {
    meter.usage_type: attrgetter(*meter.key_fields) for meter in METERS_BY_USAGE_TYPE.values()
}


def read_record(row: UsageRow) -> UsageRecord:
    """Return the record a row describes.

    Raises:
        InvalidInput: the row cannot be billed; the message is the reason of its reject.
    """
    meter = METERS_BY_USAGE_TYPE.get(row.usagetype or 0)
    if meter is None:
        raise InvalidInput(f"usage type {row.usagetype} has no meter")
    owner, resource = row.owner, _RESOURCE[meter.usage_type](row)
    if not owner:
        raise InvalidInput("names neither an account nor a project")
    if not resource:
        raise InvalidInput(f"usage type {meter.usage_type} without {meter.resource_field}")
    start, end, most_hours = _window(row.startdate, row.enddate)
    raw = _raw_usage(row.rawusage)
    if meter.bounded and raw > most_hours:
        raise InvalidInput("more hours than its window has")
    if meter.unit is Unit.GIB_HOUR and (row.size is None or row.size < 0):
        raise InvalidInput(f"usage type {meter.usage_type} without a size")
    size = None if row.size is None else Decimal(row.size)
    return UsageRecord(
        meter=meter,
        owner=owner,
        start=start,
        end=end,
        quantity=meter.quantity(raw, size),
        resource=resource,
        name=row.name or "",
        offering=row.offeringid or "",
        zone=row.zoneid or "",
        natural_key=(
            meter.usage_type,
            owner,
            row.zoneid,
            start,
            end,
            _IDENTITY[meter.usage_type](row),
        ),
    )


def owner_of(row: UsageRow, connection: str) -> SubAccount | None:
    """Return the sub account a row names, or None when it names none.

    Usage outlives accounts: this is all that is known of one deleted before it was first seen.
    """
    if not row.owner:
        return None
    return SubAccount(
        id=row.owner,
        connection=connection,
        kind="account" if row.accountid else "project",
        name=row.account or row.project or row.owner,
        domain=domain_path(row.domainpath or row.domain or ""),
        state="unknown",
    )


@lru_cache(maxsize=4096)
def _window(start: str | None, end: str | None) -> tuple[int, int, Decimal]:
    """Return the half-open window of CloudStack's inclusive one, and the most hours it can hold."""
    if not start or not end:
        raise InvalidInput("has no start or no end")
    first, last = instant(start), instant(end)
    if last < first:
        raise InvalidInput("ends before it starts")
    period = Period(first, last + timedelta(seconds=1))
    bounds = int(period.start.timestamp()), int(period.end.timestamp())
    return *bounds, period.hours + _HOURS_NOISE


def instant(text: str) -> datetime:
    """Return the UTC instant CloudStack wrote.

    Up to 4.19 it writes `2026-01-01'T'00:00:00+00:00` with the quotes, from 4.20 on
    `2026-01-01T00:00:00+0000`; the offset is the management server's.

    >>> instant("2026-01-01'T'05:30:00+05:30")
    datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        at = datetime.fromisoformat(text.replace("'", ""))
    except ValueError:
        raise InvalidInput("has a date that cannot be read") from None
    if at.utcoffset() is None:
        raise InvalidInput("has a date without an offset")
    return at.astimezone(UTC)


@lru_cache(maxsize=4096)
def _raw_usage(text: str | None) -> Decimal:
    """Return the raw usage, zero or more."""
    if text is None:
        raise InvalidInput("has no raw usage")
    try:
        raw = Decimal(text)
    except InvalidOperation:
        raise InvalidInput("raw usage is not a number") from None
    if not raw.is_finite():
        raise InvalidInput("raw usage is not a number")
    if raw < 0:
        raise InvalidInput("raw usage is negative")
    return raw
