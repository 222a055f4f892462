"""From a document to its posting, and what is paid already when an invoice is issued.

    settlement(standing, total, period, on) -> tuple[Settled, ...]
    posting_of(document, standing, *, by="") -> Posting

`total - sum of settled` is what is left to pay. `posting_of` wants the standing that the
settlement was reckoned with; whoever reads it again drafts again.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce

from chalicelib.currencies import payable
from chalicelib.errors import Conflict, InvalidInput
from chalicelib.invoicing.documents import Document, Kind, Settled
from chalicelib.ledger.entries import (
    CREDIT,
    RECEIVABLE,
    REVENUE,
    TAX,
    Entry,
    Fact,
    OpenItem,
    Posting,
)
from chalicelib.ledger.postings import fact_id, second, settled_entries, taken
from chalicelib.ledger.standing import Standing
from chalicelib.ledger.wallets import drawn_account, given_back
from chalicelib.money import EXACT, Money

_DRAWN, _WALLET, _CREDIT = "drawn", "wallet", "credit"


def settlement(standing: Standing, total: Decimal, period: str, on: date) -> tuple[Settled, ...]:
    """Return what pays an invoice when it is issued.

    First what was drawn for its period, then what is left of top-ups (given before bought, what
    expires soonest first), then credit. An invoice below zero becomes credit at once, so its
    settlement is below zero as well.

    Args:
        on: day of issue; top-ups that have expired by then pay nothing.
    """
    if total < 0:
        return (Settled(_CREDIT, total),)
    parts = dict.fromkeys((_DRAWN, _WALLET, _CREDIT), Decimal(0))
    for name, amount in taken(_sources(standing, period, on), total)[0]:
        kind = name.partition(":")[0]
        parts[kind] = EXACT.add(parts[kind], amount)
    return tuple(Settled(kind, amount) for kind, amount in parts.items() if amount)


def posting_of(document: Document, standing: Standing, *, by: str = "") -> Posting:
    """Return the posting of an invoice or a credit note.

    Args:
        by: who had it issued; empty where the product did.

    Raises:
        Conflict: the account stands otherwise than when the document was drafted; do that again.
        InvalidInput: the document does not add up, or is a receipt, which posts nothing.
    """
    if document.kind is Kind.RECEIPT:
        raise InvalidInput("a receipt posts nothing; its top-up does")
    amounts = _amounts(document)
    total = reduce(EXACT.add, amounts.values(), Decimal(0))
    if total != document.total or EXACT.add(document.net, document.tax) != total:
        raise InvalidInput(f"document {document.number!r} does not add up: {total} in all")
    is_invoice = document.kind is Kind.INVOICE
    receivable = RECEIVABLE + document.id
    entries = [
        _signed(receivable, name, amount if is_invoice else EXACT.minus(amount))
        for name, amount in amounts.items()
        if amount
    ]
    entries += _settled(document, standing) if is_invoice else _credited(document, standing)
    item = OpenItem(
        document.id,
        document.number,
        document.issued_on,
        document.due_on or document.issued_on,
        document.total,
    )
    fact = Fact.INVOICE if is_invoice else Fact.CREDIT_NOTE
    return Posting(
        id=fact_id(fact, document.account, document.id),
        account=document.account,
        currency=document.currency,
        at=second(document.issued_at),
        fact=fact,
        reference=document.number,
        entries=tuple(entries),
        items=(item,) if is_invoice and document.payable > 0 else (),
        by=by or ("" if document.forced is None else document.forced.by),
        note=document.reason,
        day=document.issued_on,
        document=document.id,
    )


def _amounts(document: Document) -> Mapping[str, Decimal]:
    """Return what a document is for, by ledger account: headings and taxes."""
    amounts: dict[str, Decimal] = {}
    named = [
        *((REVENUE + line.service, line.amount) for line in document.lines),
        *((TAX + group.key, group.amount) for group in document.taxes),
    ]
    for name, amount in named:
        exact = payable(Money(amount, document.currency)).amount
        amounts[name] = EXACT.add(amounts.get(name, Decimal(0)), exact)
    return amounts


def _settled(document: Document, standing: Standing) -> list[Entry]:
    """Return the entries that pay an invoice when it is issued, and give back what is left."""
    receivable = RECEIVABLE + document.id
    if document.settled != settlement(
        standing, document.total, document.period, document.issued_on
    ):
        raise Conflict("the wallet or the credit changed meanwhile")
    settled = reduce(EXACT.add, (part.amount for part in document.settled), Decimal(0))
    if EXACT.subtract(document.total, settled) != document.payable:
        raise InvalidInput(f"{document.payable} is not what is left of {document.total}")
    drawn = standing.drawn_from(document.period)
    if document.total < 0:
        entries = [Entry(receivable, CREDIT, EXACT.minus(document.total))]
        return [*entries, *given_back(document.period, drawn, standing.drawn(document.period))]
    sources = _sources(standing, document.period, document.issued_on)
    parts, _ = taken(sources, document.total)
    used = reduce(EXACT.add, (part for name, part in parts if name.startswith(_DRAWN)), Decimal(0))
    rest = EXACT.subtract(standing.drawn(document.period), used)
    return [
        *(Entry(name, receivable, part) for name, part in parts),
        *given_back(document.period, drawn, rest),
    ]


def _credited(document: Document, standing: Standing) -> list[Entry]:
    """Return the entries of a credit note: the invoice it corrects first, the rest as credit."""
    if document.refers_to is None or document.total <= 0:
        raise InvalidInput("a credit note needs an amount above zero and the invoice it corrects")
    receivable, invoice = RECEIVABLE + document.id, document.refers_to.document
    most = EXACT.add(standing.open_of(invoice), standing.written_off_of(invoice))
    part = min(document.total, most)
    entries = settled_entries(standing, receivable, invoice, part) if part > 0 else []
    rest = EXACT.subtract(document.total, part)
    return [*entries, Entry(receivable, CREDIT, rest)] if rest > 0 else entries


def _sources(standing: Standing, period: str, on: date) -> Iterator[tuple[str, Decimal]]:
    """Yield what may pay an invoice, in that order."""
    for source, amount in standing.drawn_from(period):
        yield drawn_account(period, source), amount
    yield from standing.sources(on)


def _signed(debit: str, credit: str, amount: Decimal) -> Entry:
    if amount < 0:
        return Entry(credit, debit, EXACT.minus(amount))
    return Entry(debit, credit, amount)
