"""Takes back invoices, or parts of them, by credit notes; gives up what is not going to be paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from chalicelib.accounts import BillingAccount
from chalicelib.errors import Conflict, NotFound
from chalicelib.invoicing.credit_notes import credit_note
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.invoicing.identity import document_id
from chalicelib.invoicing.numbers import issued_on, number_of, series_of
from chalicelib.invoicing.posting import posting_of
from chalicelib.invoicing.states import Head, State, head_of
from chalicelib.ledger.postings import write_off_posting
from chalicelib.ledger.standing import Standing, applied
from chalicelib.money import EXACT
from chalicelib.notifications.billing_messages import credit_note_messages
from chalicelib.runs.books import Books
from chalicelib.runs.messages import FollowUpMessage, RenderMessage
from chalicelib.runs.ports import Queue
from chalicelib.runs.posting_rows import post
from chalicelib.runs.retries import until_settled

_VOID = "void"


@dataclass(frozen=True, slots=True)
class Credit:
    """What somebody wants credited: amounts by line, a total with tax, or all that is left.

    Attributes:
        given_id: of their own; else the rest tells whether it is the same credit note again.
        voids: whether it takes the invoice back as if it had never been.
    """

    document: str
    reason: str
    by: str
    amounts: Mapping[str, Decimal] | None = None
    total: Decimal | None = None
    given_id: str = ""
    voids: bool = False

    @property
    def asked_for(self) -> str:
        """What tells it from other credit notes of the invoice."""
        if self.voids or self.given_id:
            return _VOID if self.voids else f"id:{self.given_id}"
        lines = None if self.amounts is None else sorted(self.amounts.items())
        told = msgspec.json.encode([self.reason, lines, self.total])
        return blake2b(told, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of an invoice.

    Attributes:
        note: the credit note; None where it was written off.
        standing: of the account afterwards.
        new: False where all of that was done before.
    """

    invoice: Head
    note: Head | None
    standing: Standing
    new: bool


def issue_credit_note(
    credit: Credit,
    account: BillingAccount,
    *,
    books: Books,
    renders: Queue,
    follow_ups: Queue,
    now: datetime,
) -> Corrected:
    """Issue a credit note: the document, its number, its posting and the invoice are one write.

    Safe to repeat: the same credit note again changes nothing.

    Raises:
        NotFound: there is no such invoice.
        InvalidInput: an amount is none.
        Conflict: less is left of the invoice; or it is to be void, and something was paid.
    """
    done = until_settled(lambda: _credited(credit, account, books, now), books.lost)
    if done.note is not None:
        renders.put_all([RenderMessage(account.id, done.note.id)])
    follow_ups.put_all([FollowUpMessage(account.id)])
    return done


def write_off(
    document: str,
    account: BillingAccount,
    *,
    by: str,
    reason: str,
    books: Books,
    follow_ups: Queue,
    now: datetime,
) -> Corrected:
    """Give up what is unpaid of an invoice.

    Safe to repeat: of one that was written off nothing is open.

    Raises:
        NotFound: there is no such invoice.
        Conflict: nothing of it is unpaid.
    """

    def attempt() -> Corrected:
        seen = books.ledger.standing(account.id, account.terms.currency)
        head, _ = _invoice(document, account, books)
        if head.ended == State.UNCOLLECTIBLE and not seen.standing.open_of(document):
            return Corrected(head, None, seen.standing, False)
        posting = write_off_posting(seen.standing, document, now, by=by, reason=reason)
        row = books.invoices.row_changed(head, ended=State.UNCOLLECTIBLE)
        post(posting, account, seen=seen, books=books, now=now, also=[row])
        after = applied(seen.standing, posting)
        return Corrected(replace(head, ended=State.UNCOLLECTIBLE), None, after, True)

    done = until_settled(attempt, books.lost)
    follow_ups.put_all([FollowUpMessage(account.id)])
    return done


def _credited(credit: Credit, account: BillingAccount, books: Books, now: datetime) -> Corrected:
    seen = books.ledger.standing(account.id, account.terms.currency)
    head, invoice = _invoice(credit.document, account, books)
    note_id = document_id(Kind.CREDIT_NOTE, invoice.id, credit.asked_for)
    known = books.invoices.get(account.id, note_id)
    if known is not None:
        return Corrected(head, known[0], seen.standing, False)
    if credit.voids:
        _check_unpaid(head, seen.standing)
    issuer = books.issuer(invoice.issuer_id)
    if issuer is None:
        raise Conflict(f"there is no issuer {invoice.issuer_id!r} any more to number it")
    day = issued_on(issuer, now)
    series = series_of(issuer, Kind.CREDIT_NOTE, day)
    n = books.next_number(series)
    note = credit_note(
        invoice,
        books.invoices.notes_of(account.id, invoice.id),
        reason=credit.reason,
        asked_for=credit.asked_for,
        issued_at=now,
        number=number_of(issuer, Kind.CREDIT_NOTE, n, day),
        amounts=credit.amounts,
        total=credit.total,
    )
    posting = replace(posting_of(note, seen.standing), by=credit.by)
    standing = applied(seen.standing, posting)
    after = _after(head, note, standing, voids=credit.voids)
    ended = "" if after.ended == head.ended else after.ended
    changed = books.invoices.row_changed(head, ended=ended, credited=note.total)
    also = [*books.invoices.rows_to_issue(note, series, n), changed]
    mails = credit_note_messages(note, books.details(account.id), books.site_url)
    post(posting, account, seen=seen, books=books, now=now, issued=[note], also=also, mails=mails)
    return Corrected(after, head_of(note), standing, True)


def _invoice(document: str, account: BillingAccount, books: Books) -> tuple[Head, Document]:
    found = books.invoices.get(account.id, document)
    if found is None or found[0].kind is not Kind.INVOICE:
        raise NotFound("the account has no such invoice")
    return found


def _check_unpaid(head: Head, standing: Standing) -> None:
    if head.credited or standing.open_of(head.id) != head.total:
        raise Conflict(
            f"something of {head.number} was paid or credited, so it cannot be taken back as if it"
            " had never been; issue a credit note"
        )


def _after(head: Head, note: Document, standing: Standing, *, voids: bool) -> Head:
    """Return the invoice once the credit note is issued."""
    credited = EXACT.add(head.credited, note.total)
    ended = head.ended
    if voids or (ended and credited >= head.total):
        ended = State.VOID
    elif ended == State.UNCOLLECTIBLE and not standing.written_off_of(head.id):
        ended = State.PAID
    return replace(head, ended=ended, credited=credited)
