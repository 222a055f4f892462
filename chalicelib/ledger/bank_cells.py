"""Days and amounts as banks write them: how is decided by a whole column, never cell by cell."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from chalicelib.errors import InvalidInput

Mark = Literal[".", ","]
MARKS: tuple[Mark, ...] = (".", ",")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:[T ].*)?", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[ -]([^\W\d_]{3,9})\.?[ ,-]+(\d{4}|\d{2})(?: .*)?")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero ene janv",
            "feb february februar fevrier février febrero fev fév",
            "mar march marz märz mars marzo mrz",
            "apr april avril abril avr abr",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio juil",
            "aug august août aout agosto ago",
            "sep sept september septembre septiembre",
            "oct october oktober octobre octubre okt",
            "nov november novembre noviembre",
            "dec december dezember décembre decembre diciembre dez dic déc",
        ),
        1,
    )
    for name in names.split()
}
_CENTURY = 2000
_TWO_DIGITS = 100
# Spaces of every width, and the apostrophes of Switzerland, stand between thousands.
_BETWEEN = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009'\u2019](?=\d)")
_AROUND = re.compile(r"[\s\u00a0\u202f\u200e\u200f]+")
_SYMBOLS = re.compile(r"(?i)^(?:[a-z]{3}|rs\.?|[€£¥₹$])|(?:[a-z]{3}|[€£¥₹$])$")
_SIDE = re.compile(r"(?i)(?<![a-z])(cr|dr)\.?$")
_NOTHING = frozenset({"", "-", "\u2013", "\u2014"})
_PLAIN = re.compile(r"[.,]?\d[\d.,]*", re.ASCII)
_THOUSAND = 3


def reads_day(cell: str) -> bool:
    """Return whether a cell is written like a day, whichever."""
    text = cell.strip()
    return any(each.fullmatch(text) for each in (_ISO, _COMPACT, _NUMBERS, _NAMED))


def days_in(cells: Sequence[str], *, day_first: bool) -> list[date | None]:
    """Return the day in each cell; None where it is none.

    Args:
        day_first: what is believed of a column that can be read both ways; if False, it is not.

    Raises:
        InvalidInput: days and months cannot be told apart.

    >>> days_in(["01/12/2026", "13/12/2026"], day_first=False)
    [datetime.date(2026, 12, 1), datetime.date(2026, 12, 13)]
    """
    by_day = [_day(cell, day_first=True) for cell in cells]
    by_month = [_day(cell, day_first=False) for cell in cells]
    if by_day == by_month:
        return by_day
    read = [cell for cell in cells if reads_day(cell)]
    whole_by_day = all(_day(cell, day_first=True) for cell in read)
    whole_by_month = all(_day(cell, day_first=False) for cell in read)
    if whole_by_day and whole_by_month and not day_first:
        example = next(c for c, d, m in zip(cells, by_day, by_month, strict=True) if d != m)
        raise InvalidInput(
            f"day or month first? {example.strip()!r} and all other days can be read both ways; "
            "export more days, or write them YYYY-MM-DD"
        )
    return by_month if whole_by_month and not whole_by_day else by_day


def _day(cell: str, *, day_first: bool) -> date | None:
    text = cell.strip()
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _date(*map(int, found.groups()))
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get(found[2].casefold(), 0)
        return _date(int(found[3]), month, int(found[1]))
    if found := _NUMBERS.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        # With points between, the day comes first everywhere.
        if day_first or found[2] == ".":
            return _date(year, second, first)
        return _date(year, first, second)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year + _CENTURY if year < _TWO_DIGITS else year, month, day)
    except ValueError:
        return None


def decimal_mark(cells: Iterable[str], digits: int | None) -> Mark | None:
    """Return what stands before the decimals in a column; None if nothing there tells.

    Args:
        digits: decimals of the currency; None where it is not known.

    Raises:
        InvalidInput: the column is written in two ways.
    """
    told: dict[Mark, str] = {}
    amounts = [(_bare(cell)[0], cell.strip()) for cell in cells]
    for text, cell in amounts:
        mark = _told_mark(text, digits)
        if mark is not None:
            told.setdefault(mark, cell)
    if len(told) > 1:
        raise InvalidInput(f"amounts are written in two ways: {told['.']!r} and {told[',']!r}")
    if told or digits != _THOUSAND:
        return next(iter(told), None)
    # Where amounts have three decimals they are written, so one mark in every amount is theirs.
    marks = {_marks(text) for text, _ in amounts if _PLAIN.fullmatch(text)}
    return next((mark for mark in MARKS if marks == {mark}), None)


def amount_in(cell: str, mark: Mark | None) -> Decimal | None:
    """Return the number in a cell, below zero for a debit; None if the cell is empty.

    Args:
        mark: what stands before the decimals; None if that is not known.

    Raises:
        InvalidInput: it is no number, or could be two.

    >>> [str(amount_in(cell, ",")) for cell in ("1.234,50 €", "-7", "(3,00)", "2 000,1-")]
    ['1234.50', '-7', '-3.00', '-2000.1']
    """
    text, negative = _bare(cell)
    if cell.strip() in _NOTHING:
        return None
    if not _PLAIN.fullmatch(text):
        raise InvalidInput(f"not an amount: {cell.strip()[:60]!r}")
    if mark is None and _marks(text):
        raise InvalidInput(f"thousands or decimals? {cell.strip()[:60]!r} can be read both ways")
    thousands = "." if mark == "," else ","
    whole, _, decimals = text.partition(mark or ".")
    whole = whole or "0"
    if thousands in decimals or (mark and mark in decimals) or not _is_grouped(whole, thousands):
        raise InvalidInput(f"not an amount: {cell.strip()[:60]!r}")
    plain = whole.replace(thousands, "")
    number = Decimal(f"{plain}.{decimals}" if decimals else plain)
    return -number if negative else number


def _bare(cell: str) -> tuple[str, bool]:
    """Return the digits and marks of a cell, and whether it is below zero."""
    text = _BETWEEN.sub("", cell.strip())
    text = _AROUND.sub("", text).replace("\u2212", "-").replace("\u2013", "-")
    negative = False
    if side := _SIDE.search(text):
        negative, text = side[1].casefold() == "dr", text[: side.start()]
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1]
    while (stripped := _SYMBOLS.sub("", text.strip("+"))) != text:
        text = stripped
    if text.startswith("-") or text.endswith("-"):
        negative, text = not negative, text.strip("-")
        text = _SYMBOLS.sub("", text)
    return text, negative


def _marks(text: str) -> str:
    return "".join(letter for letter in text if letter in ".,")


def _told_mark(text: str, digits: int | None) -> Mark | None:
    """Return the decimal mark that one amount proves; None where it could be either."""
    marks = _marks(text)
    if not marks or not _PLAIN.fullmatch(text):
        return None
    last: Mark = "." if marks[-1] == "." else ","
    if len(set(marks)) > 1:
        return last
    other: Mark = "," if last == "." else "."
    if len(marks) > 1:
        return other
    whole, _, decimals = text.partition(last)
    if len(decimals) != _THOUSAND or whole.startswith("0") or len(whole) > _THOUSAND:
        return last
    # Three digits behind the only mark: thousands, unless the currency may have three decimals.
    return other if digits is not None and digits < _THOUSAND else None


def _is_grouped(whole: str, thousands: str) -> bool:
    """Return whether thousands marks stand where they may: by three, or by two as in India."""
    first, *groups = whole.split(thousands)
    if not groups:
        return first.isdecimal()
    return (
        1 <= len(first) <= _THOUSAND
        and len(groups[-1]) == _THOUSAND
        and len({len(group) for group in groups[:-1]}) <= 1
        and all(len(group) in (2, _THOUSAND) for group in groups[:-1])
    )
