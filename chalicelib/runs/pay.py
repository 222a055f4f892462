"""Records payments and refunds, and pays open documents with credit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.accounts import BillingAccount
from chalicelib.errors import Conflict
from chalicelib.invoicing.states import State
from chalicelib.ledger.entries import CASH, RECEIVABLE, Fact, Posting
from chalicelib.ledger.payments import Payment
from chalicelib.ledger.postings import (
    Allocations,
    allocation_posting,
    fact_id,
    payment_posting,
    refund_posting,
    taken,
)
from chalicelib.ledger.standing import Seen, Standing, applied
from chalicelib.money import EXACT
from chalicelib.runs.billing_ports import Write
from chalicelib.runs.books import Books
from chalicelib.runs.messages import FollowUpMessage
from chalicelib.runs.ports import Queue
from chalicelib.runs.posting_rows import post
from chalicelib.runs.retries import until_settled


@dataclass(frozen=True, slots=True)
class Allocated:
    """How much of a document was paid."""

    document: str
    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a payment, a refund or an allocation.

    Attributes:
        standing: of the account afterwards.
        new: False where it was recorded before.
    """

    allocated: tuple[Allocated, ...]
    standing: Standing
    new: bool


def record_payment(
    payment: Payment,
    account: BillingAccount,
    allocations: Allocations | None = None,
    *,
    first: str | None = None,
    books: Books,
    follow_ups: Queue,
    now: datetime,
    also: Sequence[Write] = (),
) -> Recorded:
    """Post money that came in, and have the account followed up: it may be resumed.

    Safe to repeat: the same payment again changes nothing.

    Args:
        allocations: which documents it pays; None for what is due first.
        first: id of the document that it pays before those, as far as that is open.
        also: what else belongs to the same write.

    Raises:
        InvalidInput: more is allocated than was paid, or than is open.
        Conflict: another payment was recorded under the same id.
    """
    posting_id = fact_id(Fact.PAYMENT, account.id, payment.id)

    def attempt() -> Recorded:
        seen = books.ledger.standing(account.id, account.terms.currency)
        known = books.ledger.posting(account.id, posting_id)
        if known is not None:
            return _known(known, payment, account, seen, books)
        parts = _beginning_with(first, payment, seen.standing) if first else allocations
        posting = payment_posting(payment, seen.standing, parts)
        after = applied(seen.standing, posting)
        rows = [*also, *_collected_after_all(account.id, posting, seen.standing, after, books)]
        post(posting, account, seen=seen, books=books, now=now, fact=payment, also=rows)
        return Recorded(_allocated(posting, account.id, seen.standing, books), after, True)

    return _followed(until_settled(attempt, books.lost), account, follow_ups)


def record_refund(
    payment: Payment,
    account: BillingAccount,
    *,
    bought: bool,
    books: Books,
    follow_ups: Queue,
    now: datetime,
    also: Sequence[Write] = (),
) -> Recorded:
    """Post credit, or what was bought for the wallet, that was paid back.

    Safe to repeat: the same refund again changes nothing.

    Args:
        bought: whether top-ups that were bought may be paid back, too.
        also: what else belongs to the same write.

    Raises:
        Conflict: there is less, or another refund was recorded under the same id.
    """
    posting_id = fact_id(Fact.REFUND, account.id, payment.id)

    def attempt() -> Recorded:
        seen = books.ledger.standing(account.id, account.terms.currency)
        known = books.ledger.posting(account.id, posting_id)
        if known is not None:
            return _known(known, payment, account, seen, books)
        posting = refund_posting(payment, seen.standing, bought=bought)
        post(posting, account, seen=seen, books=books, now=now, fact=payment, also=also)
        return Recorded((), applied(seen.standing, posting), True)

    return _followed(until_settled(attempt, books.lost), account, follow_ups)


def allocate_credit(
    account: BillingAccount, *, by: str, books: Books, follow_ups: Queue, now: datetime
) -> Recorded:
    """Pay what is open with credit, what is due first before the rest.

    Safe to repeat: what is paid is not open any more.
    """

    def attempt() -> Recorded:
        seen = books.ledger.standing(account.id, account.terms.currency)
        posting = allocation_posting(seen.standing, now, by=by)
        if posting is None:
            return Recorded((), seen.standing, False)
        post(posting, account, seen=seen, books=books, now=now)
        after = applied(seen.standing, posting)
        return Recorded(_allocated(posting, account.id, seen.standing, books), after, True)

    return _followed(until_settled(attempt, books.lost), account, follow_ups)


def _beginning_with(first: str, payment: Payment, standing: Standing) -> Allocations:
    """Return what a payment pays: one document first, then what is due first."""
    most = EXACT.add(standing.open_of(first), standing.written_off_of(first))
    others = [(item.document, standing.open_of(item.document)) for item in standing.oldest_due()]
    sources = [(first, most), *(each for each in others if each[0] != first)]
    return taken(sources, payment.amount.amount)[0]


def _known(
    posting: Posting, payment: Payment, account: BillingAccount, seen: Seen, books: Books
) -> Recorded:
    """Return what became of a payment that was recorded before.

    Raises:
        Conflict: that one was another.
    """
    cash = CASH + payment.method
    amounts = [entry.amount for entry in posting.entries if cash in (entry.debit, entry.credit)]
    if (_sum(amounts), posting.day) != (payment.amount.amount, payment.day):
        raise Conflict("something else was recorded under that id; leave it out or take another")
    return Recorded(_allocated(posting, account.id, seen.standing, books), seen.standing, False)


def _allocated(
    posting: Posting, account: str, standing: Standing, books: Books
) -> tuple[Allocated, ...]:
    """Return which documents a posting paid."""
    amounts: dict[str, Decimal] = {}
    for entry in posting.entries:
        if entry.credit.startswith(RECEIVABLE):
            document = entry.credit.removeprefix(RECEIVABLE)
            amounts[document] = EXACT.add(amounts.get(document, Decimal(0)), entry.amount)
    return tuple(
        Allocated(document, _number(document, account, standing, books), amount)
        for document, amount in amounts.items()
    )


def _number(document: str, account: str, standing: Standing, books: Books) -> str:
    item = standing.items.get(document)
    if item is not None:
        return item.number
    found = books.invoices.get(account, document)
    return "" if found is None else found[0].number


def _collected_after_all(
    account: str, posting: Posting, before: Standing, after: Standing, books: Books
) -> list[Write]:
    """Return the rows of documents that had been written off, and of which nothing is any more."""
    rows: list[Write] = []
    paid = {entry.credit.removeprefix(RECEIVABLE) for entry in posting.entries}
    for document in sorted(paid):
        if before.written_off_of(document) and not after.written_off_of(document):
            found = books.invoices.get(account, document)
            if found is not None:
                rows.append(books.invoices.row_changed(found[0], ended=State.PAID))
    return rows


def _followed(recorded: Recorded, account: BillingAccount, follow_ups: Queue) -> Recorded:
    # Also of what was recorded before: whoever did that may have died before they came here.
    follow_ups.put_all([FollowUpMessage(account.id)])
    return recorded


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total
