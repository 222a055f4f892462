"""Dates as CloudStack reads and writes them, before and since 4.20."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

ZONED = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:'?Z'?)?([+-]\d\d:?\d\d|Z)?")
OLD_QUOTED = re.compile(r"(\d{4}-\d\d-\d\d)'T'(\d\d:\d\d:\d\d)([+-]\d\d:\d\d)")
PLAIN_INSTANT = re.compile(r"\d{4}-\d\d?-\d\d? \d\d?:\d\d?:\d\d?")
PLAIN_DAY = re.compile(r"\d{4}-\d\d?-\d\d?")


def read_zoned(text: str) -> datetime:
    """Return the instant of a date that names its offset.

    Raises:
        ValueError: it is no date, or has no offset.

    >>> read_zoned("2026-11-01T01:30:00+0530").isoformat()
    '2026-10-31T20:00:00+00:00'
    """
    match = ZONED.fullmatch(text)
    if match is None or not (match[3] or text.rstrip("'").endswith("Z")):
        raise ValueError(f"not a date with an offset: {text!r}")
    moment = datetime.fromisoformat(match[1] + (match[3] or "Z")).astimezone(UTC)
    return moment + timedelta(seconds=float(f"0.{match[2]}")) if match[2] else moment


def read_bound(text: str, zone: tzinfo, last: bool) -> datetime:
    """Return the instant a query bound means; a bare day is its first or its `last` second.

    Dates without an offset are read in the zone of the management server.

    Raises:
        ValueError: it is no date.

    >>> read_bound("2026-11-01", UTC, last=True).isoformat()
    '2026-11-01T23:59:59+00:00'
    """
    if PLAIN_INSTANT.fullmatch(text):
        plain = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
        return plain.astimezone(UTC)
    if PLAIN_DAY.fullmatch(text):
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone)
        return (day.replace(hour=23, minute=59, second=59) if last else day).astimezone(UTC)
    return read_zoned(text)


def read_returned(text: str) -> datetime:
    """Return the instant of a date in either style that records come back in.

    >>> read_returned("2021-11-03'T'17:11:53+00:00").isoformat()
    '2021-11-03T17:11:53+00:00'
    """
    return read_zoned(OLD_QUOTED.sub(r"\1T\2\3", text))


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a management server writes dates: `zone` is that of its Java machine.

    Until 4.19 the dates of usage records had literal quotes and the offset of `aggregation_zone`.
    """

    zone: tzinfo = UTC
    quoted: bool = False
    aggregation_zone: tzinfo = UTC

    def of_record(self, moment: datetime) -> str:
        """Return the start or end of a usage record.

        >>> DateStyle(quoted=True).of_record(datetime(2021, 11, 3, 17, 11, 53, tzinfo=UTC))
        "2021-11-03'T'17:11:53+00:00"
        """
        if self.quoted:
            return moment.astimezone(self.aggregation_zone).isoformat().replace("T", "'T'")
        return self.of_answer(moment)

    def of_answer(self, moment: datetime) -> str:
        """Return any other date of an answer.

        >>> DateStyle().of_answer(datetime(2026, 1, 1, tzinfo=UTC))
        '2026-01-01T00:00:00+0000'
        """
        return moment.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M:%S%z")
