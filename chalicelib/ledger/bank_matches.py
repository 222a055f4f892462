"""Whose payment a row of a bank statement may be, and what tells so."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from chalicelib.ledger.bank_statements import StatementRow
from chalicelib.money import Money

How = Literal["number", "reference", "amount", "none"]
# Shorter numbers and names are found in too much that means something else.
_SURE_NUMBER = 6
_SHORTEST_NAME = 4
_NOT_ALNUM = re.compile(r"[\W_]+")
_BETWEEN = r"[\W_]*"


class OpenDocument(msgspec.Struct, frozen=True):
    """A document of which something is to be paid.

    Attributes:
        left: what is open of it.
    """

    account: str
    document: str
    number: str
    left: Money


class Payer(msgspec.Struct, frozen=True):
    """An account, by what a payer may call it.

    Attributes:
        names: its own and those of its sub accounts and of the customer on its documents.
    """

    account: str
    names: tuple[str, ...]


class Match(msgspec.Struct, frozen=True):
    """Whose payment a row may be.

    Attributes:
        row: its id.
        account: None where nothing tells.
        document: None where only the account is told, or several of its documents.
        how: by the number of a document, by account or name in what the row says, or by an open
            amount.
        sure: whether nobody need look at it.
        already: whether it is recorded.
    """

    row: str
    account: str | None = None
    document: str | None = None
    number: str | None = None
    how: How = "none"
    sure: bool = False
    already: bool = False


def matched(
    rows: Sequence[StatementRow],
    documents: Iterable[OpenDocument],
    payers: Iterable[Payer],
    recorded: Collection[str],
) -> list[Match]:
    """Return whose payment each row may be, in the order of the rows.

    What a row surely pays is no longer open for those after it.

    Args:
        documents: those that are open, in whatever order.
        recorded: ids of rows that are recorded as payments; what they paid is open no more.
    """
    open_documents = list(documents)
    matching = _Matching(open_documents, list(payers))
    found = []
    for row in rows:
        match = matching.of(row)
        if row.id in recorded:
            match = msgspec.structs.replace(match, already=True)
        elif match.sure and match.document is not None:
            matching.pay(match.document, row.amount)
        found.append(match)
    return found


class _Matching:
    """What is still open while rows are looked at one after the other."""

    def __init__(self, documents: list[OpenDocument], payers: list[Payer]) -> None:
        self._numbers = [
            (bare, _number_pattern(bare), each)
            for each in documents
            if (bare := _bare(each.number))
        ]
        self._documents = {each.document: each for each in documents}
        self._left = {each.document: each.left.amount for each in documents}
        self._by_left: dict[tuple[str, Decimal], list[OpenDocument]] = {}
        for each in documents:
            self._by_left.setdefault((each.left.currency, each.left.amount), []).append(each)
        self._names = [
            (_words(name), payer.account)
            for payer in payers
            for name in payer.names
            if len(_bare(name)) >= _SHORTEST_NAME
        ]
        self._ids = [(_words(payer.account), payer.account) for payer in payers]

    def pay(self, document: str, amount: Money) -> None:
        """Take a payment off what is open of a document."""
        paid, left = self._documents[document], self._left[document]
        self._by_left[paid.left.currency, left].remove(paid)
        self._left[document] = left = left - amount.amount
        self._by_left.setdefault((paid.left.currency, left), []).append(paid)

    def of(self, row: StatementRow) -> Match:
        """Return the best match of a row."""
        said = _words(row.text)
        named = self._by_number(row)
        if named:
            return self._of_numbers(row, named)
        callers = {account for words, account in self._ids if words in said}
        sure = len(callers) == 1
        if not callers:
            callers = _longest((words, account) for words, account in self._names if words in said)
        exact = [each for each in self._exact(row) if not callers or each.account in callers]
        if len(callers) == 1 and len(exact) == 1:
            return _match(row, exact[0], "reference" if sure else "amount", sure=True)
        if len(callers) == 1:
            return Match(row.id, next(iter(callers)), how="reference", sure=sure)
        if len(exact) == 1:
            return _match(row, exact[0], "amount", sure=bool(callers))
        return Match(row.id)

    def _by_number(self, row: StatementRow) -> dict[str, tuple[OpenDocument, str]]:
        """Return the documents whose numbers a row says, and how it writes them, by id.

        What is within a longer number of another is not.
        """
        folded, bare_text = _folded(row.text), _bare(row.text)
        found = [
            (span.start(), span.end(), each, span[0])
            for bare, pattern, each in self._numbers
            if bare in bare_text and each.left.currency == row.amount.currency
            for span in pattern.finditer(folded)
        ]
        return {
            each.document: (each, written)
            for start, end, each, written in found
            if not any(
                other_start <= start and end <= other_end and other_end - other_start > end - start
                for other_start, other_end, _, _ in found
            )
        }

    def _of_numbers(self, row: StatementRow, named: dict[str, tuple[OpenDocument, str]]) -> Match:
        amount = row.amount.amount
        left = sum((self._left[document] for document in named), Decimal(0))
        if len(named) == 1:
            ((one, written),) = named.values()
            sure = amount == left or (amount <= left and _is_strong(one.number, written))
            return _match(row, one, "number", sure=sure)
        accounts = {each.account for each, _ in named.values()}
        if len(accounts) > 1:
            return Match(row.id)
        return Match(row.id, accounts.pop(), how="number", sure=amount == left)

    def _exact(self, row: StatementRow) -> list[OpenDocument]:
        """Return the documents of which exactly this amount is open."""
        return self._by_left.get((row.amount.currency, row.amount.amount), [])


def _match(row: StatementRow, found: OpenDocument, how: How, *, sure: bool) -> Match:
    return Match(row.id, found.account, found.document, found.number, how, sure)


def _longest(found: Iterable[tuple[str, str]]) -> set[str]:
    """Return the accounts of the longest names, of which others may be the beginning."""
    named = list(found)
    longest = max((len(words) for words, _ in named), default=0)
    return {account for words, account in named if len(words) == longest}


def _number_pattern(letters: str) -> re.Pattern[str]:
    """Return what finds a number whatever stands between its letters, and not in longer digits."""
    before = r"(?<!\d)" if letters[0].isdecimal() else ""
    after = r"(?!\d)" if letters[-1].isdecimal() else r"(?![^\W_])"
    return re.compile(before + _BETWEEN.join(map(re.escape, letters)) + after)


def _is_strong(number: str, written: str) -> bool:
    """Return whether a number that was found can be nothing else.

    Digits alone may be a day: 2026-1201 is in 2026-12-01, too.
    """
    bare = _bare(number)
    return len(bare) >= _SURE_NUMBER and (not bare.isdecimal() or written == _folded(number))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _bare(text: str) -> str:
    """Return the letters and digits of a text."""
    return _NOT_ALNUM.sub("", _folded(text))


def _words(text: str) -> str:
    """Return the words of a text, each between spaces, so that whole ones can be looked for."""
    return f" {_NOT_ALNUM.sub(' ', _folded(text)).strip()} "
