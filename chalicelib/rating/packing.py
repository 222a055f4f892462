"""A rated period as it is kept: in columns, since it is written anew each day.

What names a line item is written once, and its days are two rows of figures. How much was used of
it on each day is left out: the usage tells, and it would be half of all that is written.
"""

import zlib
from datetime import date, datetime
from decimal import Decimal

import msgspec

from chalicelib.money import Money
from chalicelib.periods import BillingPeriod
from chalicelib.rating.charges import Charge, LineItem, RatedPeriod, Unpriced
from chalicelib.rating.rate_cards import Per, Tariff

_LEVEL = 6


class _Line(msgspec.Struct, array_like=True):
    """A line item; the days and the amounts of its charges are words of one text each."""

    meter: str
    per: Per
    unit_price: Decimal
    effective_from: datetime
    divisor: Decimal
    quantity: Decimal
    amount: Decimal
    days: str
    amounts: str


class _Period(msgspec.Struct, array_like=True):
    period: str
    time_zone: str
    currency: str
    lines: list[_Line]
    unpriced: list[Unpriced]


_decode = msgspec.json.Decoder(_Period).decode


def plain(rated: RatedPeriod) -> bytes:
    """Return a rated period as bytes; equal ones are equal bytes."""
    lines = [_line(each) for each in rated.line_items]
    period = rated.period
    packed = _Period(period.id, period.time_zone, rated.currency, lines, list(rated.unpriced))
    return msgspec.json.encode(packed)


def pack_rated(rated: bytes) -> bytes:
    """Return what `plain` returned, compressed."""
    return zlib.compress(rated, _LEVEL)


def unpack_rated(packed: bytes) -> RatedPeriod:
    """Return the rated period that was packed, without the quantities of its days."""
    kept = _decode(zlib.decompress(packed))
    return RatedPeriod(
        BillingPeriod(kept.period, kept.time_zone),
        kept.currency,
        tuple(_line_item(line, kept) for line in kept.lines),
        tuple(kept.unpriced),
    )


def _line(item: LineItem) -> _Line:
    charges = item.charges
    return _Line(
        item.meter,
        item.tariff.per,
        item.tariff.unit_price,
        item.effective_from,
        item.divisor,
        item.quantity,
        item.amount.amount,
        " ".join([f"{charge.day:%d}" for charge in charges]),
        " ".join([format(charge.amount.amount, "f") for charge in charges]),
    )


def _line_item(line: _Line, kept: _Period) -> LineItem:
    charges = tuple(
        Charge(
            date.fromisoformat(f"{kept.period}-{day}"), None, Money(Decimal(amount), kept.currency)
        )
        for day, amount in zip(line.days.split(), line.amounts.split(), strict=True)
    )
    return LineItem(
        line.meter,
        Tariff(line.meter, line.per, line.unit_price),
        line.effective_from,
        line.divisor,
        line.quantity,
        Money(line.amount, kept.currency),
        charges,
    )
