"""The euro reference rates of the European Central Bank, as it publishes them: XML over HTTP.

It does so on the working days of TARGET, about 16:00 CET, for about thirty currencies:
https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
"""

import re
import time
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from xml.parsers import expat

import requests

from chalicelib.currencies import minor_unit
from chalicelib.errors import InvalidInput, Unavailable, UnknownCurrency
from chalicelib.exchange_rates import CROSSED_OVER, ExchangeRate, ToldRates, exchange_rate

_DAILY = "eurofxref-daily.xml"
_LAST_90_DAYS = "eurofxref-hist-90d.xml"
# To connect, and to wait for each part of the answer; then for all of it.
_TIMEOUT_SECONDS = (5, 10)
_LONGEST_SECONDS = 30
# The file of 90 days has about 100 kB.
_LARGEST = 4_000_000
_PART = 1 << 16
_CUBE = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"
_CODE = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,18})?", re.ASCII)
_LONGEST_QUOTE = 60


class ExchangeRateFeed:
    """Reads the two files that matter.

    Args:
        folder: URL of the folder that they are in.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder if folder.endswith("/") else f"{folder}/"

    def daily(self) -> ToldRates:
        """Return the rates of the newest day.

        Raises:
            Unavailable: they could not be had, or are not what they should be; says why.
        """
        return parse_rates(_got(self._folder + _DAILY))

    def last_90_days(self) -> ToldRates:
        """Return the rates of the last 90 days.

        Raises:
            Unavailable: as for `daily`.
        """
        return parse_rates(_got(self._folder + _LAST_90_DAYS))


def parse_rates(body: bytes) -> ToldRates:
    """Return the rates in one of the bank's files.

    Nothing is guessed: a file that is odd in one place is not believed in the others.

    Raises:
        Unavailable: it is not XML, defines entities, has no dated rates, or an odd one.
    """
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(body, True)
    # The others are what it says of an encoding that it cannot read.
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _odd(f"it is no XML ({error})") from None
    if not reading.rates:
        raise _odd("it has no dated rates")
    return ToldRates(tuple(reading.rates.values()), tuple(sorted(reading.unknown)))


class _Reading:
    """Collects rates while a file is read: a dated cube holds one for each currency."""

    def __init__(self) -> None:
        self.rates: dict[tuple[date, str], ExchangeRate] = {}
        self.unknown: set[str] = set()
        self._days: list[date | None] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take what an element says."""
        if name != _CUBE:
            return
        day = self._days[-1] if self._days else None
        if "time" in attributes:
            day = _day(attributes["time"])
        self._days.append(day)
        if "currency" in attributes or "rate" in attributes:
            self._take(day, attributes.get("currency", ""), attributes.get("rate", ""))

    def end(self, name: str) -> None:
        """Leave an element."""
        if name == _CUBE:
            self._days.pop()

    def _take(self, day: date | None, currency: str, number: str) -> None:
        if day is None:
            raise _odd(f"the rate of {currency[:_LONGEST_QUOTE]!r} has no date")
        if not _CODE.fullmatch(currency):
            raise _odd(f"{currency[:_LONGEST_QUOTE]!r} is no currency")
        if not _NUMBER.fullmatch(number):
            raise _odd(f"the rate of {currency} on {day} is {number[:_LONGEST_QUOTE]!r}")
        if (day, currency) in self.rates:
            raise _odd(f"{currency} has two rates on {day}")
        try:
            minor_unit(currency)
        except UnknownCurrency:
            self.unknown.add(currency)
            return
        try:
            rate = exchange_rate(CROSSED_OVER, currency, day, Decimal(number), "ecb")
        except InvalidInput as error:
            raise _odd(f"the rate of {currency} on {day} is {number!r}: {error}") from None
        self.rates[day, currency] = rate


def _day(text: str) -> date:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise _odd(f"{text[:_LONGEST_QUOTE]!r} is no day") from None


def _refuse_doctype(*_: object) -> None:
    """Refuse what entities would come with; the bank's files have none, a page of HTML has."""
    raise _odd("it is no file of rates but a page, or defines entities")


def _got(url: str) -> bytes:
    """Return what is at a URL, all of it, within limits of time and size.

    Raises:
        Unavailable: it is not.
    """
    latest = time.monotonic() + _LONGEST_SECONDS
    body = bytearray()
    try:
        with requests.get(url, timeout=_TIMEOUT_SECONDS, stream=True) as answer:
            if answer.status_code != requests.codes.ok:
                raise _missing(f"{url} answered {answer.status_code}")
            for part in answer.iter_content(_PART):
                body += part
                if len(body) > _LARGEST:
                    raise _missing(f"{url} sent more than {_LARGEST} bytes")
                if time.monotonic() > latest:
                    raise _missing(f"{url} took more than {_LONGEST_SECONDS} seconds")
    except requests.RequestException as error:
        raise _missing(f"{url} did not answer ({type(error).__name__})") from None
    return bytes(body)


def _missing(reason: str) -> Unavailable:
    return Unavailable(f"no exchange rates came: {reason}")


def _odd(reason: str) -> Unavailable:
    return Unavailable(f"the file of exchange rates is not believed: {reason}")
