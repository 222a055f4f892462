"""Invented exchange rates in files of the European Central Bank's form, up to a given instant."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

# Of the currencies that the bank has; among those it has not are dinars of Kuwait.
USUAL = {
    "USD": Decimal("1.1530"),
    "JPY": Decimal("178.20"),
    "GBP": Decimal("0.88150"),
    "CHF": Decimal("0.9305"),
    "SEK": Decimal("10.9850"),
    "AUD": Decimal("1.7760"),
    "INR": Decimal("102.4150"),
    "SGD": Decimal("1.5020"),
    "ZAR": Decimal("19.8450"),
}
DAILY, LAST_90_DAYS = "eurofxref-daily.xml", "eurofxref-hist-90d.xml"
XML_TYPE = "text/xml"
_DAYS_BACK = 90
_FRANKFURT = ZoneInfo("Europe/Berlin")
_PUBLISHED_AT = 16
_SATURDAY = 5
# Days on which TARGET is closed; those around Easter are not looked up.
_CLOSED = {(1, 1), (5, 1), (12, 25), (12, 26)}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" \
xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender>
\t\t<gesmes:name>Sample rates, invented</gesmes:name>
\t</gesmes:Sender>
\t<Cube>
"""
_FOOT = "\t</Cube>\n</gesmes:Envelope>\n"


def rates_file(name: str, now: datetime) -> bytes | None:
    """Return a file as it is at that instant; None where there is none of that name."""
    days = list(published_days(now))
    if name == DAILY:
        days = days[:1]
    elif name != LAST_90_DAYS:
        return None
    return (_HEAD + "".join(map(_cube, days)) + _FOOT).encode()


def published_days(now: datetime) -> Iterator[date]:
    """Yield the days of the last 90 that have rates, newest first."""
    local = now.astimezone(_FRANKFURT)
    since = 0 if local.hour >= _PUBLISHED_AT else 1
    for days in range(since, _DAYS_BACK + 1):
        day = local.date() - timedelta(days=days)
        if day.weekday() < _SATURDAY and (day.month, day.day) not in _CLOSED:
            yield day


def rate_of(currency: str, day: date) -> Decimal:
    """Return what a euro is worth on a day: within a hundredth of the usual, always the same.

    >>> rate_of("USD", date(2026, 11, 20)) == rate_of("USD", date(2026, 11, 20))
    True
    """
    usual = USUAL[currency]
    drawn = hashlib.sha256(f"{currency}{day}".encode()).digest()
    part = Decimal(int.from_bytes(drawn[:4]) - (1 << 31)) / (1 << 31) / 100
    return (usual * (1 + part)).quantize(usual)


def _cube(day: date) -> str:
    rates = "".join(
        f'\t\t\t<Cube currency="{currency}" rate="{rate_of(currency, day)}"/>\n'
        for currency in USUAL
    )
    return f'\t\t<Cube time="{day}">\n{rates}\t\t</Cube>\n'
