"""Exchange rates: facts with a day and a source, and what converts one currency into another."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.errors import InvalidInput, UnknownCurrency
from chalicelib.money import EXACT

Source = Literal["hand", "ecb"]
# The European Central Bank tells what one euro is worth in others; two such rates of one day
# convert between those.
CROSSED_OVER = "EUR"
_ONE = Decimal(1)
_HIGHEST = Decimal(10) ** 12
_MOST_DECIMALS = 18


class ExchangeRate(msgspec.Struct, frozen=True):
    """What one unit of `base` is worth in `quote` on a day.

    Attributes:
        rate: units of `quote`, above zero.
        source: who says so: somebody by hand, or the European Central Bank.
    """

    base: str
    quote: str
    date: date
    rate: Decimal
    source: Source


class Conversion(msgspec.Struct, frozen=True):
    """Turns amounts in `source` into amounts in `target`.

    An amount times `numerator` divided by `denominator` is one in `target`; the division comes
    last of all, so that nothing is lost before it.

    Attributes:
        rates: what it is made of: one, or two over the euro, both of one day.
    """

    source: str
    target: str
    numerator: Decimal
    denominator: Decimal
    rates: tuple[ExchangeRate, ...]

    @property
    def date(self) -> date:
        """The day of its rates."""
        return self.rates[0].date


class ToldRates(msgspec.Struct, frozen=True):
    """What a feed tells.

    Attributes:
        unknown: currencies that ISO 4217 does not list any more; their rates are left out.
    """

    rates: tuple[ExchangeRate, ...]
    unknown: tuple[str, ...] = ()

    @property
    def newest(self) -> date:
        """The newest day it tells of."""
        return max(rate.date for rate in self.rates)


class Added(msgspec.Struct, frozen=True):
    """What became of rates that were to be stored.

    Attributes:
        new: those that were not known.
        differing: those of which the same source had told another value; that one stays.
    """

    new: tuple[ExchangeRate, ...] = ()
    differing: tuple[ExchangeRate, ...] = ()


# The newest rate of base and quote that is dated on or before a day; of one day by hand first.
Newest = Callable[[str, str, date], ExchangeRate | None]


def exchange_rate(base: str, quote: str, day: date, rate: Decimal, source: Source) -> ExchangeRate:
    """Return a rate that has been checked, without zeros at its end.

    Raises:
        InvalidInput: an unknown currency, one in itself, or a number that is no rate.
    """
    for name, currency in (("base", base), ("quote", quote)):
        try:
            minor_unit(currency)
        except UnknownCurrency:
            raise _wrong(name, f"unknown currency {currency!r}") from None
    if base == quote:
        raise _wrong("quote", "must be another currency than base")
    exponent = rate.as_tuple().exponent
    decent = rate.is_finite() and 0 < rate <= _HIGHEST
    if not decent or not isinstance(exponent, int) or -exponent > _MOST_DECIMALS:
        raise _wrong(
            "rate",
            f"must be above 0 and at most {_HIGHEST:f}, with at most {_MOST_DECIMALS} decimals",
        )
    plain = Decimal(format(rate.normalize(EXACT), "f"))
    return ExchangeRate(base, quote, day, plain, source)


def conversion(source: str, target: str, on: date, newest: Newest) -> Conversion | None:
    """Return what turns `source` into `target` on a day; None where no rate tells.

    The newest rates dated on or before the day count. Of one day a rate from `source` to `target`
    comes before one from `target` to `source`, and that before two over the euro.
    """
    assert source != target, "nothing is to be converted"
    there, back = newest(source, target, on), newest(target, source, on)
    found = []
    if there is not None:
        found.append(Conversion(source, target, there.rate, _ONE, (there,)))
    if back is not None:
        found.append(Conversion(source, target, _ONE, back.rate, (back,)))
    after = max((each.date for each in found), default=date.min)
    if CROSSED_OVER not in (source, target):
        crossed = _crossed(source, target, on, after, newest)
        found += [] if crossed is None else [crossed]
    # `max` keeps the first of equals.
    return max(found, key=lambda each: each.date, default=None)


def _crossed(source: str, target: str, on: date, after: date, newest: Newest) -> Conversion | None:
    """Return the conversion over the euro with both rates of one day, the newest after `after`."""
    while True:
        down, up = newest(CROSSED_OVER, source, on), newest(CROSSED_OVER, target, on)
        if down is None or up is None or min(down.date, up.date) <= after:
            return None
        if down.date == up.date:
            return Conversion(source, target, up.rate, down.rate, (down, up))
        on = min(down.date, up.date)


def _wrong(name: str, message: str) -> InvalidInput:
    return InvalidInput(f"{name}: {message}", {name: message})
