"""Amounts, dates and months as a reader writes them.

Babel only formats: what it gets is already rounded, and its digits are forced to ISO 4217's.
"""

import copy
import re
from datetime import datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_skeleton
from babel.numbers import get_currency_symbol

from chalicelib.currencies import minor_unit
from chalicelib.money import Money
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
    pattern = copy.copy(locale.currency_formats["standard"])
    digits = minor_unit(money.currency)
    pattern.frac_prec = (digits, digits)
    text = str(pattern.apply(money.amount, locale, currency=money.currency, currency_digits=False))
    return _spaced(text, get_currency_symbol(money.currency, locale))


def _spaced(text: str, symbol: str) -> str:
    """Return `text` with a space between letters of a currency and digits: KWD 1.500.

    CLDR asks for it (currencySpacing of UTS 35, part 3); Babel 2.18 leaves it out.
    """
    if symbol[-1:].isalpha():
        text = re.sub(rf"({re.escape(symbol)})(?=\d)", "\\1\N{NO-BREAK SPACE}", text)
    return text


def month_text(period: BillingPeriod, language: str) -> str:
    """Return the name of a billing period.

    >>> month_text(BillingPeriod("2026-11", "Europe/Berlin"), "de")
    'November 2026'
    """
    local = period.span.start.astimezone(time_zone_named(period.time_zone))
    return str(format_skeleton("yMMMM", local, locale=locale_of(language)))


def local_time_text(at: datetime, time_zone: str, language: str) -> str:
    """Return an instant in the reader's time zone, with the zone's offset."""
    zone = time_zone_named(time_zone)
    text = format_datetime(at.astimezone(zone), "medium", tzinfo=zone, locale=locale_of(language))
    return f"{text} ({at.astimezone(zone):%Z})"
