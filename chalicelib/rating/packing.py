"""A rated period as it is kept: in columns, since it is written anew each day.

What names a line item is written once, and its days are two rows of figures. How much was used of
it on each day is left out: the usage tells, and it would be half of all that is written. So are
the steps of a line that has a single one, which say what the line says.
"""

import zlib
from datetime import date, datetime
from decimal import Decimal

import msgspec

from chalicelib.exchange_rates import Conversion
from chalicelib.money import EXACT, Money
from chalicelib.periods import BillingPeriod
from chalicelib.rating.line_items import Charge, LineItem, Pricing, RatedPeriod, Unpriced
from chalicelib.rating.price_lists import Origin
from chalicelib.rating.pricing import Kind, Step
from chalicelib.rating.tariffs import Per, Tariff

_LEVEL = 6


class _Line(msgspec.Struct, array_like=True):
    """A line item; the days and the amounts of its charges are words of one text each.

    Attributes:
        tariff: None where `per` and `unit_price` say it all.
        steps: None where there is but one, of a flat price.
    """

    meter: str
    quantity: Decimal | None
    amount: Decimal
    days: str
    amounts: str
    per: Per | None = None
    unit_price: Decimal | None = None
    effective_from: datetime | None = None
    divisor: Decimal | None = None
    origin: Origin = Origin.LIST
    tariff: Tariff | None = None
    steps: tuple[Step, ...] | None = None


class _Period(msgspec.Struct, array_like=True):
    period: str
    time_zone: str
    currency: str
    lines: list[_Line]
    unpriced: list[Unpriced]
    conversion: Conversion | None = None


_decode = msgspec.json.Decoder(_Period).decode


def plain(rated: RatedPeriod) -> bytes:
    """Return a rated period as bytes; equal ones are equal bytes."""
    lines = [_line(each) for each in rated.line_items]
    period = rated.period
    unpriced, conversion = list(rated.unpriced), rated.conversion
    packed = _Period(period.id, period.time_zone, rated.currency, lines, unpriced, conversion)
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
    charges, pricing = item.charges, item.pricing
    line = _Line(
        item.meter,
        item.quantity,
        item.amount.amount,
        " ".join([f"{charge.day:%d}" for charge in charges]),
        " ".join([format(charge.amount.amount, "f") for charge in charges]),
    )
    if pricing is not None:
        tariff = pricing.tariff
        line.per, line.unit_price = tariff.per, tariff.unit_price
        line.effective_from, line.divisor = pricing.effective_from, pricing.divisor
        line.origin = pricing.origin
        plainly = Tariff(item.meter, tariff.per, tariff.unit_price)
        line.tariff = None if tariff == plainly else tariff
        quantity = item.quantity or Decimal(0)
        line.steps = None if pricing.steps == _only(quantity, tariff) else pricing.steps
    return line


def _only(quantity: Decimal, tariff: Tariff) -> tuple[Step, ...]:
    """Return the steps of a line with a flat price and nothing else."""
    amount = EXACT.multiply(quantity, tariff.unit_price)
    return (Step(Kind.FLAT, amount, quantity, tariff.unit_price),)


def _line_item(line: _Line, kept: _Period) -> LineItem:
    charges = tuple(
        Charge(
            date.fromisoformat(f"{kept.period}-{day}"), None, Money(Decimal(amount), kept.currency)
        )
        for day, amount in zip(line.days.split(), line.amounts.split(), strict=True)
    )
    amount = Money(line.amount, kept.currency)
    return LineItem(line.meter, line.quantity, amount, charges, _pricing(line, kept))


def _pricing(line: _Line, kept: _Period) -> Pricing | None:
    if line.per is None or line.unit_price is None:
        return None
    assert line.effective_from is not None and line.divisor is not None, "written with the price"
    tariff = line.tariff or Tariff(line.meter, line.per, line.unit_price)
    steps = line.steps
    if steps is None:
        steps = _only(line.quantity or Decimal(0), tariff)
    conversion = kept.conversion if line.origin is Origin.BASE else None
    return Pricing(tariff, line.origin, line.effective_from, line.divisor, steps, conversion)
