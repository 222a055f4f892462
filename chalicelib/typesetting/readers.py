"""Who reads a document: the words, numbers and days of their language."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from chalicelib.currencies import minor_unit
from chalicelib.exchange_rates import ExchangeRate
from chalicelib.money import Money, rounded
from chalicelib.notifications.formats import (
    amount_text,
    date_text,
    days_text,
    locale_of,
    month_text,
    number_text,
    percent_text,
    plain_amount_text,
)
from chalicelib.periods import BillingPeriod
from chalicelib.typesetting.fonts import glyphs

_WORDINGS = Path(__file__).parent / "wordings"
_FALLBACK = "en"
# A value stands in a sentence of another direction as one piece (UAX 9: FSI and PDI). These signs
# are for the template, which sets what is between them by itself.
_ISOLATED = "\N{FIRST STRONG ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}"
# Of a quantity; a price is printed with all it has.
_DECIMALS_OF_QUANTITY = 4


class Reader:
    """Says things in a language, or in English where there are no words in that.

    Args:
        language: BCP 47 tag.
        currency: of the document.
    """

    def __init__(self, language: str, currency: str) -> None:
        base = language.split("-", maxsplit=1)[0].lower()
        self._tag = language if base in languages() else _FALLBACK
        self._words = _words(base if base in languages() else _FALLBACK)
        self._locale = locale_of(self._tag)
        self.currency = currency

    @property
    def language(self) -> str:
        """The language alone, such as `de`."""
        return str(self._locale.language)

    @property
    def region(self) -> str | None:
        """The country of the language, such as `AT`, where it is said."""
        return self._locale.territory

    @property
    def direction(self) -> str:
        """Where lines run to: `ltr` or `rtl`."""
        return str(self._locale.text_direction)

    def say(self, key: str, **values: str) -> str:
        """Return the words of `key`, with `values` in their places."""
        words = self._words[key]
        assert isinstance(words, str), f"{key} is a group of words"
        if not values:
            return words
        if self.direction == "rtl":
            values = {name: _ISOLATED.format(value) for name, value in values.items()}
        # One pass: a value that looks like a place is not filled.
        return words.format_map(values)

    def name(self, group: str, key: str, otherwise: str | None = None) -> str:
        """Return the word for one of a group, such as a service; `otherwise` if it has none."""
        words = self._words[group]
        assert isinstance(words, Mapping), f"{group} is no group of words"
        return str(words.get(key, key if otherwise is None else otherwise))

    def amount(self, amount: Decimal, currency: str | None = None) -> str:
        """Return an amount with its currency: its code, if no font has the sign of it."""
        money = Money(amount, currency or self.currency)
        text = amount_text(money, self._tag)
        if text in glyphs():
            return text
        return f"{plain_amount_text(money, self._tag)}\N{NO-BREAK SPACE}{money.currency}"

    def plain(self, amount: Decimal) -> str:
        """Return an amount of the document's currency without it."""
        return plain_amount_text(Money(amount, self.currency), self._tag)

    def part(self, amount: Decimal) -> str:
        """Return an exact amount that others are added to, with two decimals more than paid."""
        digits = minor_unit(self.currency)
        return number_text(rounded(amount, digits + 2), self._tag, least=digits)

    def price(self, price: Decimal) -> str:
        """Return a unit price with all its decimals."""
        return number_text(price, self._tag, least=minor_unit(self.currency))

    def quantity(self, quantity: Decimal, decimals: int = _DECIMALS_OF_QUANTITY) -> str:
        """Return a quantity, rounded to so many decimals."""
        return number_text(rounded(quantity, decimals), self._tag)

    def count(self, number: int) -> str:
        """Return a whole number."""
        return number_text(Decimal(number), self._tag)

    def percent(self, percent: Decimal) -> str:
        """Return a percentage."""
        return percent_text(percent, self._tag)

    def day(self, day: date) -> str:
        """Return a day."""
        return date_text(day, self._tag)

    def days(self, first: date, last: date) -> str:
        """Return the days from `first` to `last`; a whole month by its name."""
        month = BillingPeriod(f"{first:%Y-%m}", "UTC")
        if first.day == 1 and last == month.last_day:
            return self.month(month.id)
        return days_text(first, last, self._tag)

    def month(self, month: str) -> str:
        """Return the name of a `YYYY-MM`."""
        return month_text(BillingPeriod(month, "UTC"), self._tag)

    def country(self, code: str) -> str:
        """Return the name of a country; its code where CLDR has none."""
        return str(self._locale.territories.get(code, code))

    def rate(self, rate: ExchangeRate) -> str:
        """Return an exchange rate with its day and source."""
        return self.say(
            "rate",
            equation=f"1 {rate.base} = {number_text(rate.rate, self._tag)} {rate.quote}",
            date=self.day(rate.date),
            source=self.name("sources", rate.source),
        )


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """Return the languages that there are words in."""
    return frozenset(path.stem for path in _WORDINGS.glob("*.json"))


@lru_cache(maxsize=16)
def _words(language: str) -> Mapping[str, object]:
    words: dict[str, object] = json.loads((_WORDINGS / f"{language}.json").read_text("utf-8"))
    return words
