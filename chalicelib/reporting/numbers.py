"""Series of numbers, and the documents that have them, as documents."""

from collections.abc import Iterable
from decimal import Decimal

from chalicelib.currencies import payable
from chalicelib.invoicing.numbers import Numbered, Series
from chalicelib.invoicing.states import Head, state_of
from chalicelib.ledger.standing import Standing
from chalicelib.money import Money
from chalicelib.reporting.documents import Document, money_document
from chalicelib.reporting.invoices import open_now


def series_document(series: Series, following: int, missing: list[int]) -> Document:
    """Return a series.

    Args:
        following: number of the next document.
        missing: numbers below it that no document has.
    """
    return {
        "kind": series.kind.value,
        "fiscal_year": series.fiscal_year,
        "next": following,
        "used": following - 1 - len(missing),
        "gaps": missing,
    }


def gaps(numbers: Iterable[Numbered], following: int) -> list[int]:
    """Return the numbers before `following` that no document has; there are none, ever."""
    used = {each.n for each in numbers}
    return [n for n in range(1, following) if n not in used]


def numbered_document(
    numbered: Numbered, head: Head, standing: Standing | None, account: Document
) -> Document:
    """Return a document as the list of numbers tells it.

    Args:
        standing: of its account; None where nothing was ever posted.
        account: its id and name.
    """
    left = Decimal(0) if standing is None else open_now(head, standing)
    return {
        "number": numbered.number,
        "n": numbered.n,
        "kind": numbered.kind.value,
        "account": account,
        "document": numbered.document,
        "issued_on": numbered.issued_on.isoformat(),
        "total": money_document(payable(Money(numbered.total, numbered.currency))),
        "state": state_of(head, left).value,
    }
