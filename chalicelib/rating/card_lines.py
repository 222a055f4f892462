"""The lines of a table as spreadsheets save it: separators, marks and empty lines told apart."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.rating.places import line_at, wrong_at
from chalicelib.rating.tariffs import wrong

_SEPARATORS = ",;\t"
_MOST_LINES = 50_000
_BYTE_ORDER_MARK = "\ufeff"
# Stands for letters that were lost on the way, since they were not UTF-8.
_LOST = "\ufffd"


class Line(msgspec.Struct, frozen=True):
    """A line of a table.

    Attributes:
        number: of the line in the file; the first is 1.
        cells: by the name of their column.
        points_are_decimal: whether a point cannot stand between thousands.
    """

    number: int
    cells: Mapping[str, str]
    points_are_decimal: bool

    def text(self, column: str) -> str:
        """Return what a cell holds, "" where there is no such column."""
        return self.cells.get(column, "")


def lines_of(text: str, columns: Sequence[str], needed: Sequence[str]) -> Iterator[Line]:
    """Yield the lines below the first, which names the columns; empty ones are left out.

    Args:
        columns: all that there may be.
        needed: those that there must be; by them the separator is found.

    Raises:
        InvalidInput: it is no table with such columns, or is too long; says in which line.
    """
    if _LOST in text:
        number = text[: text.index(_LOST)].count("\n") + 1
        raise wrong_at(line_at(number), "some letters were lost: save the table as CSV UTF-8")
    text = text.removeprefix(_BYTE_ORDER_MARK)
    separator = _separator(text, needed)
    rows = _rows(text, separator)
    at, header = next(rows)
    names = [_name(cell) for cell in header]
    _check_columns(at, names, columns)
    for count, (number, row) in enumerate(rows, 1):
        if count > _MOST_LINES:
            raise wrong(f"the table has more than {_MOST_LINES} lines")
        if len(row) != len(names):
            message = f"has {len(row)} cells and not {len(names)}, as the first line"
            raise wrong_at(line_at(number), f"{message}; is there a comma in a number?")
        for name, cell in zip(names, row, strict=True):
            if not name and cell.strip():
                raise wrong_at(line_at(number), f"{cell!r} stands in a column without a name")
        yield Line(number, dict(zip(names, row, strict=True)), separator != ";")


def _separator(text: str, needed: Sequence[str]) -> str:
    """Return what separates the cells: that by which the first line names what is needed."""
    at, known = 1, set[str]()
    for separator in _SEPARATORS:
        try:
            at, header = next(_rows(text, separator))
        except StopIteration:
            raise wrong("the table is empty") from None
        except InvalidInput:
            continue
        names = {_name(cell) for cell in header}
        if names.issuperset(needed):
            return separator
        known = max(known, names.intersection(needed), key=len)
    missing = [name for name in needed if name not in known]
    raise wrong_at(line_at(at), f"names the columns, and lacks {', '.join(missing)}")


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of its line, cells) of every row that holds something."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise wrong_at(line_at(number), f"cannot be read: {error}") from None
        if any(cell.strip() for cell in row):
            yield number, row


def _check_columns(at: int, names: Sequence[str], columns: Sequence[str]) -> None:
    for name in names:
        if name and name not in columns:
            known = ", ".join(columns)
            raise wrong_at(line_at(at), f"there is no column {name!r}, but {known}")
        if name and names.count(name) > 1:
            raise wrong_at(line_at(at), f"the column {name!r} is there twice")


def _name(cell: str) -> str:
    return cell.strip().lower()
