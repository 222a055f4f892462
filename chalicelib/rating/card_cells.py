"""Cells of a table of prices: numbers, lists of values, tags; safe in a spreadsheet."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from chalicelib.errors import InvalidInput

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
# In a table that has semicolons, a point may well stand between thousands.
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+")
# What a spreadsheet would take for a formula, or has been kept from it.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]", re.DOTALL)
_BETWEEN_VALUES, _BETWEEN_TAGS, _OF_TAG, _LITERALLY = "|", ";", "=", "\\"


def number_in(text: str, *, points_are_decimal: bool = True) -> Decimal:
    """Return the number in a cell.

    Args:
        points_are_decimal: whether 1.000 is one; where it may be a thousand, it is refused.

    Raises:
        InvalidInput: it is none, or might be another.

    >>> number_in("0.05"), number_in("1E-05")
    (Decimal('0.05'), Decimal('0.00001'))
    """
    if "," in text:
        raise InvalidInput(f"write numbers with a decimal point and no commas, not {text!r}")
    if not _NUMBER.fullmatch(text):
        raise InvalidInput(f"must be a number, such as 0.05, not {text!r}")
    if not points_are_decimal and _THOUSANDS.fullmatch(text):
        plain = text.replace(".", "")
        raise InvalidInput(f"{text!r} might be {plain}: write {plain}, or {text}0")
    return Decimal(text)


def safe(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula.

    >>> safe("=1+1"), unsafe("'=1+1"), safe("'t Hooft"), unsafe("'t Hooft")
    ("'=1+1", '=1+1', "'t Hooft", "'t Hooft")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unsafe(cell: str) -> str:
    """Return the text that a cell was made from."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def values_cell(values: Iterable[str]) -> str:
    """Return values as one cell.

    >>> values_cell(["a", "b|c"]), values_in("a | b\\\\|c")
    ('a|b\\\\|c', ['a', 'b|c'])
    """
    return _BETWEEN_VALUES.join(_escaped(value, _BETWEEN_VALUES) for value in values)


def values_in(cell: str) -> list[str]:
    """Return the values in a cell; none where it is empty."""
    return [text for text, _ in _split(cell, _BETWEEN_VALUES)] if cell.strip() else []


def tags_cell(values_by_key: Mapping[str, Sequence[str]]) -> str:
    """Return the values of tags as one cell.

    >>> tags_cell({"env": ["prod", "staging"], "team": ["x"]})
    'env=prod|staging;team=x'
    """
    marks = _BETWEEN_VALUES + _BETWEEN_TAGS + _OF_TAG
    return _BETWEEN_TAGS.join(
        _escaped(key, marks)
        + _OF_TAG
        + _BETWEEN_VALUES.join(_escaped(value, marks) for value in values)
        for key, values in values_by_key.items()
    )


def tags_in(cell: str) -> dict[str, list[str]]:
    """Return the values of tags in a cell.

    Raises:
        InvalidInput: a tag has no key or no value, or is named twice.

    >>> tags_in("env=prod|staging; team=x")
    {'env': ['prod', 'staging'], 'team': ['x']}
    """
    found: dict[str, list[str]] = {}
    texts, marks = list[str](), ""
    for text, mark in _split(cell, _BETWEEN_VALUES + _BETWEEN_TAGS + _OF_TAG):
        texts.append(text)
        if mark not in (_BETWEEN_TAGS, ""):
            marks += mark
            continue
        if texts != [""]:
            key, *values = texts
            if not key or marks != _OF_TAG + _BETWEEN_VALUES * (len(values) - 1):
                raise InvalidInput(f"write tags as key=value|value;key=value, not {cell!r}")
            if key in found:
                raise InvalidInput(f"the tag {key!r} is named twice")
            found[key] = values
        texts, marks = [], ""
    return found


def _escaped(text: str, marks: str) -> str:
    """Return a text whose marks, and spaces at its ends, stand for themselves."""
    plain = "".join(_LITERALLY + each if each in marks + _LITERALLY else each for each in text)
    if plain and plain[-1].isspace():
        plain = plain[:-1] + _LITERALLY + plain[-1]
    if plain and plain[0].isspace():
        plain = _LITERALLY + plain
    return plain


def _split(cell: str, marks: str) -> Iterator[tuple[str, str]]:
    """Yield each part of a cell with the mark that ends it, "" at the end of the cell.

    Spaces at the ends of a part are left out, unless they were meant literally.
    """
    part: list[str] = []
    kept = 0
    letters = iter(cell)
    for letter in letters:
        if letter in marks:
            yield _trimmed(part, kept), letter
            part, kept = [], 0
        elif letter == _LITERALLY:
            part.append(next(letters, _LITERALLY))
            kept = len(part)
        elif part or not letter.isspace():
            part.append(letter)
    yield _trimmed(part, kept), ""


def _trimmed(part: Sequence[str], kept: int) -> str:
    """Return a part without the spaces at its end that come after the first `kept` letters."""
    end = len(part)
    while end > kept and part[end - 1].isspace():
        end -= 1
    return "".join(part[:end])
