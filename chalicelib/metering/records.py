"""CloudStack's usage records as they come; the only module that sees a closed end."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Annotated

import msgspec

from chalicelib.accounts import SubAccount, domain_path
from chalicelib.metering.reviews import Reason, Refused
from chalicelib.periods import Period

# CloudStack computes hours in 32-bit floating point: 24 hours carry an error below two millionths.
HOURS_NOISE = Decimal("0.00001")
# More than CloudStack writes, on either side of the point; sums and products of it stay exact.
_MOST_DIGITS = 20
_LONGEST_TEXT = 300
# A Java long, which all of CloudStack's numbers are.
Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class Tag(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A tag of a resource, as CloudStack has it when it is asked."""

    key: str = ""
    value: str = ""


class UsageRow(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """One row of `listUsageRecords`, as it came (UsageRecordResponse.java); all may be missing.

    Attributes:
        lost: not CloudStack's: why it could not show this row.
    """

    # In CloudStack's own order for machines, which are most of its rows: a field that comes where
    # it is expected is found at once.
    account: str | None = None
    accountid: str | None = None
    domain: str | None = None
    domainpath: str | None = None
    zoneid: str | None = None
    description: str | None = None
    usagetype: Whole | None = None
    rawusage: str | None = None
    usageid: str | None = None
    virtualmachineid: str | None = None
    name: str | None = None
    offeringid: str | None = None
    templateid: str | None = None
    type: str | None = None
    cpunumber: Whole | None = None
    cpuspeed: Whole | None = None
    memory: Whole | None = None
    osdisplayname: str | None = None
    startdate: str | None = None
    enddate: str | None = None
    tags: tuple[Tag, ...] | None = ()
    size: Whole | None = None
    networkid: str | None = None
    vpcid: str | None = None
    issourcenat: bool | None = None
    issystem: bool | None = None
    isdefault: bool | None = None
    project: str | None = None
    projectid: str | None = None
    lost: str | None = None

    @property
    def owner(self) -> str | None:
        """UUID of the account or project that used the resource."""
        return self.accountid or self.projectid


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


class Span(msgspec.Struct, frozen=True, order=True, gc=False):
    """When something was measured.

    Attributes:
        start, end: epoch seconds, `[start, end)`; CloudStack's inclusive end plus one second.
        most_hours: the most hours one resource can have used in it.
    """

    start: int
    end: int
    most_hours: Decimal


@lru_cache(maxsize=4096)
def span_of(start: str | None, end: str | None) -> Span:
    """Return the half-open span of CloudStack's inclusive one.

    Raises:
        Refused: there is none.
    """
    if not start or not end:
        raise Refused(Reason.NO_DATES)
    try:
        first, after = instant(start), instant(end) + timedelta(seconds=1)
    except (ValueError, OverflowError):
        raise Refused(Reason.UNREADABLE_DATE) from None
    if after <= first:
        raise Refused(Reason.ENDS_BEFORE_START)
    period = Period(first, after)
    bounds = int(period.start.timestamp()), int(period.end.timestamp())
    return Span(*bounds, period.hours + HOURS_NOISE)


def instant(text: str) -> datetime:
    """Return the UTC instant CloudStack wrote.

    Up to 4.19 it writes `2026-01-01'T'00:00:00+00:00` with the quotes, from 4.20 on
    `2026-01-01T00:00:00+0000`; the offset is the management server's.

    Raises:
        ValueError: that is no instant, or has no offset.

    >>> instant("2026-01-01'T'05:30:00+05:30")
    datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    at = datetime.fromisoformat(text.replace("'", ""))
    if at.utcoffset() is None:
        raise ValueError(text)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None


@lru_cache(maxsize=4096)
def raw_usage(text: str | None) -> Decimal | Reason:
    """Return the raw usage, zero or more, or why it is none.

    A management server with a German locale writes 12.5 as `12,5`.

    >>> raw_usage("12.50"), raw_usage("12,5").name
    (Decimal('12.50'), 'DECIMAL_COMMA')
    """
    if text is None:
        return Reason.NO_RAW_USAGE
    try:
        raw = Decimal(text)
    except InvalidOperation:
        return Reason.NOT_A_NUMBER if comma_read(text) is None else Reason.DECIMAL_COMMA
    if not raw.is_finite() or not _is_written_out(raw):
        return Reason.NOT_A_NUMBER
    return Reason.NEGATIVE if raw < 0 else raw


def comma_read(text: str) -> Decimal | None:
    """Return the number that a text with one decimal comma means, or None."""
    if text.count(",") != 1 or "." in text:
        return None
    number = raw_usage(text.replace(",", "."))
    return number if isinstance(number, Decimal) else None


def _is_written_out(number: Decimal) -> bool:
    """Tell whether a finite number has no more digits than one of CloudStack's can."""
    exponent = number.as_tuple().exponent
    return number.adjusted() <= _MOST_DIGITS and int(exponent) >= -_MOST_DIGITS


def shortened(text: str) -> str:
    """Return a text that cannot fill a table by itself."""
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
