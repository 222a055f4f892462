"""Numbers of documents: templates, the series they count in, fiscal years."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache

import msgspec

from chalicelib.errors import Conflict, InvalidInput
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.issuers import Issuer
from chalicelib.periods import time_zone_named

# What a series is called whose numbers go on over the years.
ALL = "all"
KINDS = {Kind.INVOICE: "invoices", Kind.CREDIT_NOTE: "credit notes", Kind.RECEIPT: "receipts"}
_FIELD = re.compile(r"\{(n|fy|year|yy)(?::0([1-9]))?\}")
_DATED = re.compile(r"\{(fy|year|yy)\}")
_LONGEST = 30
_LAWFUL, _MORE = re.compile(r"[A-Za-z0-9/-]*"), re.compile(r"[A-Za-z0-9/._-]*")


class FiscalYear(msgspec.Struct, frozen=True):
    """Twelve months that documents are counted in.

    Attributes:
        year: in which it begins.
        id: `2026`; `2026-27` where it ends in another calendar year.
    """

    year: int
    id: str


class Series(msgspec.Struct, frozen=True):
    """Numbers that are given one after the other, without a gap.

    Attributes:
        fiscal_year: id of one, or `all` where the numbers do not tell the year.
    """

    issuer: str
    kind: Kind
    fiscal_year: str


class Numbered(msgspec.Struct, frozen=True):
    """A number that was given.

    Attributes:
        n: which one of its series.
        name: of the customer.
    """

    n: int
    number: str
    kind: Kind
    account: str
    document: str
    issued_on: date
    total: Decimal
    currency: str
    name: str


def fiscal_year(day: date, start_month: int) -> FiscalYear:
    """Return the fiscal year that a day lies in.

    >>> fiscal_year(date(2027, 3, 31), 4).id, fiscal_year(date(2027, 3, 31), 1).id
    ('2026-27', '2027')
    """
    year = day.year if day.month >= start_month else day.year - 1
    return FiscalYear(year, str(year) if start_month == 1 else f"{year}-{(year + 1) % 100:02}")


def issued_on(issuer: Issuer, issued_at: datetime) -> date:
    """Return the day that it is where the issuer is."""
    return issued_at.astimezone(time_zone_named(issuer.time_zone)).date()


def series_of(issuer: Issuer, kind: Kind, day: date) -> Series:
    """Return the series that a document counts in which is issued on a day."""
    dated = _DATED.search(issuer.series[kind]) is not None
    year = fiscal_year(day, issuer.fiscal_year_start).id if dated else ALL
    return Series(issuer.id, kind, year)


def number_of(issuer: Issuer, kind: Kind, n: int, day: date) -> str:
    """Return the number of the `n`th document of a series.

    Raises:
        Conflict: it has more characters than a law allows.
    """
    number = _filled(issuer.series[kind], n, fiscal_year(day, issuer.fiscal_year_start))
    longest = issuer.longest_number
    if longest is not None and len(number) > longest:
        raise Conflict(
            f"{number} has {len(number)} characters, and at most {longest} are lawful: "
            f"shorten the numbers of {KINDS[kind]} in the settings of issuer {issuer.id}"
        )
    return number


def check_template(template: str, longest: int | None, start_month: int) -> None:
    """Do nothing, unless no numbers can be made of a template.

    It is text with `{n}` or, with zeros before it, `{n:05}`: which document of the series it is;
    `{fy}`: the fiscal year, such as 2026-27; `{year}` and `{yy}`: the year in which that began.

    Raises:
        InvalidInput: what is wrong, and what to write.
    """
    rest = _FIELD.sub("", template)
    if "{" in rest or "}" in rest or re.search(r"\{(fy|year|yy):", template):
        raise InvalidInput("a number is made of text, {n} or {n:05}, {fy}, {year} and {yy}")
    if len(re.findall(r"\{n[:}]", template)) != 1:
        raise InvalidInput("a number needs {n}, or {n:05} with zeros before it, once")
    allowed = _MORE if longest is None else _LAWFUL
    if not allowed.fullmatch(rest):
        more = ", . and _" if longest is None else ""
        raise InvalidInput(f"beside that a number may have letters, digits, - and /{more}")
    first = _filled(template, 1, fiscal_year(date(2026, 12, 31), start_month))
    most = longest or _LONGEST
    if len(first) > most:
        message = f"{first} has {len(first)} characters; a number may have {most}"
        raise InvalidInput(message)


def may_meet(one: str, other: str, start_month: int) -> bool:
    """Tell whether two templates could give the same number.

    >>> may_meet("INV-{n:05}", "CN-{n:05}", 1), may_meet("{year}-{n}", "{fy}-{n:03}", 1)
    (False, True)
    """
    left, right = _signs(one, start_month), _signs(other, start_month)

    @cache
    def meet(at: int, on: int) -> bool:
        """Tell whether the rest of both templates can be the same text."""
        if at == len(left) and on == len(right):
            return True
        # Any number of digits may be none at all.
        if at < len(left) and left[at] == _DIGITS and meet(at + 1, on):
            return True
        if on < len(right) and right[on] == _DIGITS and meet(at, on + 1):
            return True
        if at == len(left) or on == len(right) or not _alike(left[at], right[on]):
            return False
        return meet(at + (left[at] != _DIGITS), on + (right[on] != _DIGITS))

    return meet(0, 0)


# A digit, and any number of digits; everything else is itself.
_DIGIT, _DIGITS = "one digit", "digits"


def _signs(template: str, start_month: int) -> list[str]:
    """Return what numbers of a template are made of, sign by sign."""
    fiscal_year = [_DIGIT] * 4 if start_month == 1 else [*[_DIGIT] * 4, "-", *[_DIGIT] * 2]
    made = {"fy": fiscal_year, "year": [_DIGIT] * 4, "yy": [_DIGIT] * 2}
    signs: list[str] = []
    done = 0
    for field in _FIELD.finditer(template):
        signs += template[done : field.start()]
        signs += made.get(field[1]) or [*[_DIGIT] * int(field[2] or 1), _DIGITS]
        done = field.end()
    return [*signs, *template[done:]]


def _alike(one: str, other: str) -> bool:
    digits = (_DIGIT, _DIGITS)
    if one == other == _DIGITS:
        return False
    if one in digits or other in digits:
        return all(each in digits or each.isdigit() for each in (one, other))
    return one.casefold() == other.casefold()


def _filled(template: str, n: int, year: FiscalYear) -> str:
    def told(field: re.Match[str]) -> str:
        match field[1]:
            case "n":
                return f"{n:0{field[2] or 1}}"
            case "fy":
                return year.id
            case "yy":
                return f"{year.year % 100:02}"
        return str(year.year)

    return _FIELD.sub(told, template)
