"""Incoming payments in the table that a bank lets people download."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from itertools import islice

import msgspec

from chalicelib.currencies import minor_unit, payable
from chalicelib.errors import InvalidInput, UnknownCurrency
from chalicelib.ledger.bank_cells import Mark, amount_in, days_in, decimal_mark, reads_day
from chalicelib.ledger.bank_columns import SYMBOLS, Columns, Field, columns_in
from chalicelib.money import Money

_DELIMITERS = ",;\t"
# Banks write account, owner and span above the table.
_MOST_BEFORE = 60
_MOST_LINES = 5_000
LONGEST_REFERENCE = 200
_LONGEST_PAYER = 120
_DEBIT_SIGNS = frozenset("d dr dbit debit s soll debe cargo debito".split())
_SPACES = re.compile(r"\s+")


class StatementRow(msgspec.Struct, frozen=True):
    """Money that came in.

    Attributes:
        line: in the file, from 1.
        id: derived from the rest; of equal rows in one file, each has its own.
        text: reference and payer whole, to look for numbers and names in; days and amounts,
            which may look like numbers, are not in it.
    """

    line: int
    id: str
    day: date
    amount: Money
    reference: str
    payer: str
    iban: str
    text: str


class RowProblem(msgspec.Struct, frozen=True):
    """A row that says something which is no payment that can be recorded."""

    line: int
    reason: str
    text: str


class BankStatement(msgspec.Struct, frozen=True):
    """What was read of a file.

    Attributes:
        columns: the heading of `day`, `amount`, `currency`, `reference` and `payer`, if any.
        debits, zeros: how many rows were passed over because nothing came in.
    """

    rows: tuple[StatementRow, ...]
    problems: tuple[RowProblem, ...]
    columns: dict[str, str | None]
    debits: int
    zeros: int


class _Cells(msgspec.Struct, frozen=True):
    """A row below the headings."""

    line: int
    cells: list[str]
    columns: Columns

    def of(self, field: Field) -> str:
        """Return a cell; empty where there is none."""
        at = self.columns.at.get(field)
        return "" if at is None or at >= len(self.cells) else self.cells[at].strip()

    @property
    def text(self) -> str:
        """All cells in one."""
        return _one_line(" ".join(self.cells))


def statement_text(body: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16 if it says or is so, else what Windows writes.

    >>> statement_text("Währung".encode("cp1252"))
    'Währung'
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def read_bank_statement(text: str, currency: str | None = None) -> BankStatement:
    """Return the incoming payments in a table, whatever its language and marks.

    Args:
        currency: of amounts that name none.

    Raises:
        InvalidInput: there are no headings that name day and amount, or days or amounts are
            written so that they could mean two things. It says what to do.
    """
    columns, rows = _table(text)
    dated = [row for row in rows if reads_day(row.of("day"))]
    days = days_in([row.of("day") for row in dated], day_first=columns.day_first)
    told = [_told_currency(row, currency) for row in dated]
    money = [row.of(field) for row in dated for field in ("amount", "credit", "debit")]
    mark = decimal_mark(money, _digits(told))
    problems = [_undated(row) for row in rows if not reads_day(row.of("day")) and _has_money(row)]
    seen: Counter[str] = Counter()
    found: list[StatementRow] = []
    debits = zeros = 0
    for row, day, code in zip(dated, days, told, strict=True):
        try:
            came_in = _amount(row, mark)
            if came_in is None or came_in <= 0:
                debits, zeros = debits + bool(came_in), zeros + (not came_in)
                continue
            found.append(_row(row, day, _money(came_in, code), seen))
        except InvalidInput as error:
            problems.append(RowProblem(row.line, str(error), row.text[:LONGEST_REFERENCE]))
    ordered = tuple(sorted(problems, key=lambda problem: problem.line))
    return BankStatement(tuple(found), ordered, columns.named, debits, zeros)


def _table(text: str) -> tuple[Columns, list[_Cells]]:
    """Return the headings and the rows below them, by the delimiter that makes most of them."""
    best: tuple[int, str, int, Columns] | None = None
    text = text.removeprefix("\ufeff")
    for delimiter in _DELIMITERS:
        for number, (_, cells) in enumerate(islice(_lines(text, delimiter), _MOST_BEFORE)):
            columns = columns_in(cells)
            if columns is not None:
                known = len(columns.at) + len(columns.references)
                if best is None or known > best[0]:
                    best = (known, delimiter, number, columns)
                break
    if best is None:
        raise InvalidInput(
            "no headings were found that name a day and an amount; they may be in English, "
            "German, French, Spanish or Hindi, such as Date, Amount, Reference, Payer"
        )
    _, delimiter, number, columns = best
    below = islice(_lines(text, delimiter), number + 1, None)
    rows = [_Cells(line, cells, columns) for line, cells in below if any(map(str.strip, cells))]
    if len(rows) > _MOST_LINES:
        raise InvalidInput(f"a statement has at most {_MOST_LINES} lines; this one {len(rows)}")
    return columns, rows


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of its first line; a quoted cell may have several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise InvalidInput(f"line {line} is no row of a table: {error}") from None


def _told_currency(row: _Cells, currency: str | None) -> str | None:
    """Return the currency of a row's amount: its own, that of the heading, or the one given."""
    told = row.of("currency")
    if told:
        return SYMBOLS.get(told, told.upper())
    cell = row.of("amount") or row.of("credit")
    symbol = next((code for symbol, code in SYMBOLS.items() if symbol in cell), None)
    return symbol or row.columns.currency or currency


def _digits(currencies: Sequence[str | None]) -> int | None:
    """Return the most decimals that amounts may have; None where a currency is not known."""
    try:
        return max((minor_unit(code or "") for code in set(currencies)), default=None)
    except UnknownCurrency:
        return None


def _amount(row: _Cells, mark: Mark | None) -> Decimal | None:
    """Return what came in; zero or less for what did not, None where the row has no amount."""
    debit = amount_in(row.of("debit"), mark)
    if debit:
        return -abs(debit)
    amount = amount_in(row.of("credit"), mark)
    if not amount:
        amount = amount_in(row.of("amount"), mark)
    if amount and row.of("sign").casefold() in _DEBIT_SIGNS:
        return -abs(amount)
    return amount


def _money(amount: Decimal, currency: str | None) -> Money:
    if currency is None:
        raise InvalidInput("the amount names no currency; say which one it is")
    money = Money(amount, currency)
    if payable(money).amount != amount:
        raise InvalidInput(f"{currency} has fewer decimals than {amount}")
    return payable(money)


def _row(row: _Cells, day: date | None, amount: Money, seen: Counter[str]) -> StatementRow:
    if day is None:
        raise InvalidInput(f"not a day: {row.of('day')[:60]!r}")
    at = row.columns.references
    reference = _one_line(" ".join(row.cells[each] for each in at if each < len(row.cells)))
    payer, iban = _one_line(row.of("payer")), "".join(row.of("iban").split()).upper()
    told = (day.isoformat(), str(amount.amount), amount.currency, reference, payer, iban)
    key = "\x1f".join(told).casefold()
    seen[key] += 1
    digest = blake2b(f"{key}\x1f{seen[key]}".encode(), digest_size=16).hexdigest()
    return StatementRow(
        line=row.line,
        id=digest,
        day=day,
        amount=amount,
        reference=reference[:LONGEST_REFERENCE],
        payer=payer[:_LONGEST_PAYER],
        iban=iban,
        text=f"{reference} {payer}".strip(),
    )


def _undated(row: _Cells) -> RowProblem:
    return RowProblem(row.line, f"not a day: {row.of('day')[:60]!r}", row.text[:LONGEST_REFERENCE])


def _has_money(row: _Cells) -> bool:
    """Return whether a row says an amount; what stands below a table often does not."""
    return any(
        any(map(str.isdecimal, row.of(field))) for field in ("amount", "credit") if row.of("day")
    )


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
