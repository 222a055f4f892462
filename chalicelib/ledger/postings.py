"""The postings of payments, refunds, allocations and write-offs; nothing is ever overdrawn.

    payment_posting(payment, standing, allocations=None) -> Posting
    refund_posting(payment, standing, bought=False) -> Posting
    allocation_posting(standing, at, allocations=None, *, by="") -> Posting | None
    write_off_posting(standing, document, at, *, by, reason) -> Posting
    posting_id(payment or top-up) -> str

Whoever is told of a payment asks first whether `posting_id` of it has been posted: told again, it
could not be posted again, and would be refused for what it paid itself.

Those of wallets are in `wallets`, those of documents in `invoicing.posting`. An allocation is
(id of a document, amount).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from hashlib import blake2b

from chalicelib.currencies import payable, zero
from chalicelib.errors import Conflict, CurrencyMismatch, InvalidInput
from chalicelib.ledger.entries import (
    CASH,
    CREDIT,
    RECEIVABLE,
    WALLET,
    WRITE_OFFS,
    Entry,
    Fact,
    Grant,
    Posting,
)
from chalicelib.ledger.payments import Payment, TopUp
from chalicelib.ledger.standing import Standing, usage_order
from chalicelib.money import EXACT, Money

Allocations = Sequence[tuple[str, Decimal]]
_FACTS = {"payment": Fact.PAYMENT, "refund": Fact.REFUND}


def fact_id(fact: Fact, account: str, *parts: str) -> str:
    """Return the id of the posting of a fact, by what makes it another one than all others."""
    said = "\0".join((fact, account, *parts))
    return blake2b(said.encode(), digest_size=16).hexdigest()


def posting_id(fact: Payment | TopUp) -> str:
    """Return the id of the posting of a payment, a refund or a top-up."""
    if isinstance(fact, TopUp):
        return fact_id(Fact.TOP_UP, fact.account, fact.id)
    return fact_id(_FACTS[fact.kind], fact.account, fact.id)


def second(at: datetime) -> datetime:
    """Return an instant to the second, as postings are kept."""
    return at.astimezone(UTC).replace(microsecond=0)


def taken(
    sources: Iterable[tuple[str, Decimal]], amount: Decimal
) -> tuple[list[tuple[str, Decimal]], Decimal]:
    """Return what to take from each source, the first ones first, and what they fall short."""
    parts = []
    for source, left in sources:
        part = min(left, amount)
        if part > 0:
            parts.append((source, part))
            amount = EXACT.subtract(amount, part)
    return parts, amount


def only(documents: Iterable[str]) -> str:
    """Return the one document that there is, however often; "" where there are several, or none."""
    found = set(documents)
    return found.pop() if len(found) == 1 else ""


def payment_posting(
    payment: Payment, standing: Standing, allocations: Allocations | None = None
) -> Posting:
    """Return the posting of money that came in: what is due first is paid first, or as told.

    What pays for nothing is kept as credit. A document that was written off is paid only where
    told; that much of the write-off is taken back.

    Raises:
        InvalidInput: more is allocated than was paid, or than is open of a document.
        CurrencyMismatch: it was paid in another currency than the account has.
    """
    amount = _in_currency(payment, standing)
    cash = CASH + payment.method
    given = _given(standing, amount, allocations)
    rest = EXACT.subtract(amount, reduce(EXACT.add, (part for _, part in given), Decimal(0)))
    entries = _paid(standing, cash, given)
    if rest > 0:
        entries.append(Entry(cash, CREDIT, rest))
    return _of_payment(payment, entries, only(document for document, _ in given))


def refund_posting(payment: Payment, standing: Standing, *, bought: bool = False) -> Posting:
    """Return the posting of credit that was paid back.

    Args:
        bought: whether top-ups that were bought may be paid back too, once there is no credit;
            what was bought last before the others. What was given never is.

    Raises:
        Conflict: there is less than that.
        CurrencyMismatch: it was paid in another currency than the account has.
    """
    amount = _in_currency(payment, standing)
    sources = [(CREDIT, standing.credit)]
    if bought:
        lots = sorted(standing.lots.values(), key=usage_order, reverse=True)
        own = [lot.id for lot in lots if lot.grant is Grant.PURCHASED]
        sources += [(WALLET + lot, standing.left_of(lot)) for lot in own]
    parts, missing = taken(sources, amount)
    if missing:
        there = EXACT.subtract(amount, missing)
        what = "credit and bought balance" if bought else "credit"
        raise Conflict(
            f"the account has {there:f} {standing.currency} of {what}; no more can be paid back:"
            " issue a credit note first"
        )
    return _of_payment(
        payment, [Entry(name, CASH + payment.method, part) for name, part in parts], ""
    )


def allocation_posting(
    standing: Standing, at: datetime, allocations: Allocations | None = None, *, by: str = ""
) -> Posting | None:
    """Return the posting that pays open documents with credit; None where there is nothing to do.

    Raises:
        InvalidInput: more is allocated than there is credit, or than is open of a document.
    """
    given = _given(standing, standing.credit, allocations)
    if not given:
        return None
    said = [f"{document} {amount:f}" for document, amount in given]
    return Posting(
        id=fact_id(Fact.ALLOCATION, standing.account, str(standing.version), *said),
        account=standing.account,
        currency=standing.currency,
        at=second(at),
        fact=Fact.ALLOCATION,
        reference=_number(standing, given),
        entries=tuple(_paid(standing, CREDIT, given)),
        by=by,
        document=only(document for document, _ in given),
    )


def write_off_posting(
    standing: Standing, document: str, at: datetime, *, by: str, reason: str
) -> Posting:
    """Return the posting that gives up what is unpaid of a document.

    Raises:
        Conflict: nothing of it is.
    """
    item, amount = standing.items.get(document), standing.open_of(document)
    if item is None or amount <= 0:
        raise Conflict("nothing of that document is unpaid, so nothing can be written off")
    return Posting(
        id=fact_id(Fact.WRITE_OFF, standing.account, document, str(standing.version)),
        account=standing.account,
        currency=standing.currency,
        at=second(at),
        fact=Fact.WRITE_OFF,
        reference=item.number,
        entries=(Entry(WRITE_OFFS + document, RECEIVABLE + document, amount),),
        by=by,
        note=reason,
        document=document,
    )


def settled_entries(standing: Standing, source: str, document: str, amount: Decimal) -> list[Entry]:
    """Return the entries that pay `amount` of a document out of the ledger account `source`.

    What was written off of it is taken back as far as less than that is open.
    """
    entries = []
    back = EXACT.subtract(amount, standing.open_of(document))
    if back > 0:
        entries.append(Entry(RECEIVABLE + document, WRITE_OFFS + document, back))
    return [*entries, Entry(source, RECEIVABLE + document, amount)]


def _given(
    standing: Standing, amount: Decimal, allocations: Allocations | None
) -> list[tuple[str, Decimal]]:
    """Return what of `amount` goes to which document; each of them once."""
    if allocations is None:
        due = [(item.document, standing.open_of(item.document)) for item in standing.oldest_due()]
        return taken(due, amount)[0]
    given: dict[str, Decimal] = {}
    for document, part in allocations:
        money = Money(part, standing.currency)
        if part <= 0 or payable(money) != money:
            raise _wrong(f"{part:f} {standing.currency} is no amount that can be paid")
        given[document] = EXACT.add(given.get(document, Decimal(0)), payable(money).amount)
    for document, part in given.items():
        most = EXACT.add(standing.open_of(document), standing.written_off_of(document))
        if part > most:
            raise _wrong(f"{most:f} {standing.currency} is open of document {document!r}, no more")
    if reduce(EXACT.add, given.values(), Decimal(0)) > amount:
        raise _wrong(f"there is {amount:f} {standing.currency} to allocate, no more")
    return list(given.items())


def _paid(standing: Standing, source: str, given: Allocations) -> list[Entry]:
    return [
        entry
        for document, part in given
        for entry in settled_entries(standing, source, document, part)
    ]


def _in_currency(payment: Payment, standing: Standing) -> Decimal:
    if payment.account != standing.account:
        raise ValueError(f"payment of {payment.account!r} to {standing.account!r}")
    if payment.amount.currency != standing.currency:
        message = f"the account pays in {standing.currency}, not {payment.amount.currency}"
        raise CurrencyMismatch(message, {"amount": message})
    return EXACT.add(zero(standing.currency).amount, payment.amount.amount)


def _of_payment(payment: Payment, entries: list[Entry], document: str) -> Posting:
    return Posting(
        id=posting_id(payment),
        account=payment.account,
        currency=payment.amount.currency,
        at=second(payment.received_at),
        fact=_FACTS[payment.kind],
        reference=payment.reference,
        entries=tuple(entries),
        by=payment.by,
        day=payment.day,
        document=document,
    )


def _number(standing: Standing, given: Allocations) -> str:
    item = standing.items.get(only(document for document, _ in given))
    return "" if item is None else item.number


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, {"allocations": message})
