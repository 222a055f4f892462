"""Tops up wallets; what was paid for gets a receipt in the same write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.accounts import BillingAccount
from chalicelib.errors import Conflict
from chalicelib.invoicing.documents import Document, Kind, Reference
from chalicelib.invoicing.identity import document_id
from chalicelib.invoicing.numbers import Series, issued_on, number_of, series_of
from chalicelib.invoicing.receipts import receipt
from chalicelib.ledger.entries import Fact, Grant, Posting
from chalicelib.ledger.payments import TopUp
from chalicelib.ledger.postings import fact_id
from chalicelib.ledger.standing import Standing, applied
from chalicelib.ledger.wallets import top_up_posting
from chalicelib.notifications.billing_messages import receipt_messages
from chalicelib.runs.billing_ports import Write
from chalicelib.runs.books import Books
from chalicelib.runs.messages import FollowUpMessage, RenderMessage
from chalicelib.runs.ports import Queue
from chalicelib.runs.posting_rows import post
from chalicelib.runs.retries import until_settled


@dataclass(frozen=True, slots=True)
class ToppedUp:
    """What became of a top-up.

    Attributes:
        standing: of the account afterwards.
        receipt: None where it was granted.
        new: False where it was recorded before.
    """

    standing: Standing
    receipt: Reference | None
    new: bool


def top_up_wallet(
    top_up: TopUp,
    account: BillingAccount,
    *,
    books: Books,
    renders: Queue,
    follow_ups: Queue,
    now: datetime,
    also: Sequence[Write] = (),
) -> ToppedUp:
    """Post a top-up, issue its receipt, and have the account followed up: it may be resumed.

    Safe to repeat: the same top-up again changes nothing, and has one receipt.

    Args:
        also: what else belongs to the same write.

    Raises:
        Conflict: nobody issues receipts to the account, or another top-up has the same id.
    """
    posting_id = fact_id(Fact.TOP_UP, account.id, top_up.id)

    def attempt() -> ToppedUp:
        seen = books.ledger.standing(account.id, account.terms.currency)
        known = books.ledger.posting(account.id, posting_id)
        if known is not None:
            _check_same(known, top_up)
            return ToppedUp(seen.standing, receipt_of(top_up, books), False)
        posting = top_up_posting(top_up, seen.standing)
        after = applied(seen.standing, posting)
        if top_up.grant is Grant.GRANTED:
            post(posting, account, seen=seen, books=books, now=now, fact=top_up, also=also)
            return ToppedUp(after, None, True)
        document, series, n = _receipt(top_up, account, books, now)
        post(
            posting,
            account,
            seen=seen,
            books=books,
            now=now,
            fact=top_up,
            issued=[document],
            also=[*also, *books.invoices.rows_to_issue(document, series, n)],
            mails=receipt_messages(document, books.details(account.id), books.site_url),
        )
        return ToppedUp(after, Reference(document.id, document.number, document.issued_on), True)

    done = until_settled(attempt, books.lost)
    if done.receipt is not None:
        renders.put_all([RenderMessage(account.id, done.receipt.document)])
    follow_ups.put_all([FollowUpMessage(account.id)])
    return done


def check_top_up(top_up: TopUp, account: BillingAccount, *, books: Books, now: datetime) -> None:
    """Return nothing if a top-up could be recorded now, so that nobody pays for one that cannot.

    Raises:
        Conflict, InvalidInput: it could not.
    """
    standing = books.ledger.standing(account.id, account.terms.currency).standing
    applied(standing, top_up_posting(top_up, standing))
    _receipt(top_up, account, books, now)


def receipt_of(top_up: TopUp, books: Books) -> Reference | None:
    """Return the receipt of a top-up, None where there is none."""
    if top_up.grant is Grant.GRANTED:
        return None
    found = books.invoices.get(top_up.account, document_id(Kind.RECEIPT, top_up.account, top_up.id))
    return None if found is None else Reference(found[0].id, found[0].number, found[0].issued_on)


def _receipt(
    top_up: TopUp, account: BillingAccount, books: Books, now: datetime
) -> tuple[Document, Series, int]:
    details = books.details(account.id)
    issuer = books.issuer(details.issuer)
    if issuer is None:
        raise Conflict("nobody issues receipts to this account: choose an issuer for it first")
    day = issued_on(issuer, now)
    series = series_of(issuer, Kind.RECEIPT, day)
    n = books.next_number(series)
    document = receipt(
        account,
        details,
        issuer,
        top_up=top_up.id,
        amount=top_up.amount,
        method=top_up.method,
        issued_at=now,
        number=number_of(issuer, Kind.RECEIPT, n, day),
    )
    return document, series, n


def _check_same(posting: Posting, top_up: TopUp) -> None:
    # Not by its day: that is the day on which it was told, and it may be told again later.
    (entry,) = posting.entries
    (lot,) = posting.lots
    if (entry.amount, lot.grant) != (top_up.amount.amount, top_up.grant):
        raise Conflict("something else was recorded under that id; leave it out or take another")
