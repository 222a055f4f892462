"""Amounts, dates and months as a reader writes them.

Babel only formats: what it gets is already rounded, and its digits are forced to ISO 4217's.
"""

import copy
import re
from datetime import date, datetime
from decimal import Decimal, localcontext
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_interval, format_skeleton
from babel.numbers import NumberPattern, get_currency_symbol

from chalicelib.currencies import minor_unit
from chalicelib.money import EXACT, Money
from chalicelib.periods import BillingPeriod, time_zone_named

_FALLBACK = "en"


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Return the locale of a BCP 47 tag; its language alone, or English, where CLDR has none.

    >>> str(locale_of("en-KW")), str(locale_of("de-AT")), str(locale_of("xx"))
    ('en', 'de_AT', 'en')
    """
    for tag in (language, language.split("-", maxsplit=1)[0], _FALLBACK):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("CLDR has English")


def amount_text(money: Money, language: str) -> str:
    """Return a rounded amount with its currency, as it is written in `language`.

    >>> amount_text(Money.of("1234567.80", "INR"), "en-IN")
    '₹12,34,567.80'
    """
    locale = locale_of(language)
    digits = minor_unit(money.currency)
    pattern = _pattern(locale.currency_formats["standard"], digits)
    text = str(pattern.apply(money.amount, locale, currency=money.currency, currency_digits=False))
    return _spaced(text, get_currency_symbol(money.currency, locale))


def plain_amount_text(money: Money, language: str) -> str:
    """Return a rounded amount without its currency, for columns whose head names it.

    >>> plain_amount_text(Money.of("-1234.50", "KWD"), "de")
    '-1.234,500'
    """
    return number_text(money.amount, language, least=minor_unit(money.currency))


def number_text(number: Decimal, language: str, *, least: int = 0) -> str:
    """Return a number with all its decimals but zeros at the end, and at least `least`.

    >>> number_text(Decimal("1440.500"), "de"), number_text(Decimal(5), "en", least=2)
    ('1.440,5', '5.00')
    """
    locale = locale_of(language)
    return _exact(locale.decimal_formats[None], number, locale, least)


def percent_text(percent: Decimal, language: str) -> str:
    """Return a percentage.

    >>> percent_text(Decimal("5.50"), "de"), percent_text(Decimal("18"), "en")
    ('5,5\xa0%', '18%')
    """
    locale = locale_of(language)
    return _exact(locale.percent_formats[None], percent.scaleb(-2), locale, 0, scale=2)


def month_text(period: BillingPeriod, language: str) -> str:
    """Return the name of a billing period.

    >>> month_text(BillingPeriod("2026-11", "Europe/Berlin"), "de")
    'November 2026'
    """
    local = period.span.start.astimezone(time_zone_named(period.time_zone))
    return str(format_skeleton("yMMMM", local, locale=locale_of(language)))


def date_text(day: date, language: str) -> str:
    """Return a day with the name of its month.

    >>> date_text(date(2026, 11, 1), "de"), date_text(date(2026, 11, 1), "en-IN")
    ('1. November 2026', '1 November 2026')
    """
    return str(format_date(day, "long", locale=locale_of(language)))


def days_text(first: date, last: date, language: str) -> str:
    """Return the days from `first` to `last`.

    >>> days_text(date(2026, 11, 1), date(2026, 11, 15), "de")
    '1.\u201315. Nov. 2026'
    """
    if first == last:
        return str(format_skeleton("yMMMd", first, locale=locale_of(language)))
    return str(format_interval(first, last, "yMMMd", locale=locale_of(language)))


def local_time_text(at: datetime, time_zone: str, language: str) -> str:
    """Return an instant in the reader's time zone, with the zone's offset."""
    zone = time_zone_named(time_zone)
    text = format_datetime(at.astimezone(zone), "medium", tzinfo=zone, locale=locale_of(language))
    return f"{text} ({at.astimezone(zone):%Z})"


def _spaced(text: str, symbol: str) -> str:
    """Return `text` with a space between letters of a currency and digits: KWD 1.500.

    CLDR asks for it (currencySpacing of UTS 35, part 3); Babel 2.18 leaves it out.
    """
    if symbol[-1:].isalpha():
        text = re.sub(rf"({re.escape(symbol)})(?=\d)", "\\1\N{NO-BREAK SPACE}", text)
    return text


def _exact(
    known: NumberPattern, number: Decimal, locale: Locale, least: int, scale: int = 0
) -> str:
    """Return `number` in a pattern that has room for all its decimals, so nothing is rounded."""
    exponent = number.normalize(EXACT).as_tuple().exponent
    assert isinstance(exponent, int), "an amount is finite"
    digits = max(least, -exponent - scale)
    with localcontext(EXACT):
        return str(_pattern(known, digits).apply(number, locale))


def _pattern(known: NumberPattern, digits: int) -> NumberPattern:
    pattern = copy.copy(known)
    pattern.frac_prec = (digits, digits)
    return pattern
