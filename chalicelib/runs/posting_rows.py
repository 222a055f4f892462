"""Writes a posting with all that belongs to it: the overview, documents, mails."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.accounts import BillingAccount
from chalicelib.errors import Overtaken
from chalicelib.invoicing.documents import Document
from chalicelib.ledger.entries import Posting
from chalicelib.ledger.payments import Payment, TopUp
from chalicelib.ledger.standing import Seen
from chalicelib.notifications.messages import Message
from chalicelib.runs.billing_ports import Write
from chalicelib.runs.books import Books

# The files are made right after the issue; the mail that brings them may leave a little later.
FILES_TAKE = timedelta(minutes=1)


def post(
    posting: Posting,
    account: BillingAccount,
    *,
    seen: Seen,
    books: Books,
    now: datetime,
    fact: Payment | TopUp | None = None,
    issued: Sequence[Document] = (),
    also: Sequence[Write] = (),
    mails: Sequence[Message] = (),
    prepaid: bool | None = None,
) -> None:
    """Write a posting and what belongs to it, all or nothing.

    Args:
        seen: how the account stood, read before all else.
        issued: documents that are issued with it.
        prepaid: whether the account pays beforehand; None where that has not been read.

    Raises:
        Overtaken: somebody else posted meanwhile, perhaps the same; read all of it again.
    """
    if prepaid is None:
        prepaid = books.details(account.id).payment_mode == "prepaid"
    done = books.post(
        posting,
        seen,
        prepaid=prepaid,
        fact=fact,
        issued=issued,
        also=[*also, *books.outgoing.rows(mails, now, now + FILES_TAKE)],
    )
    if not done:
        raise Overtaken("somebody else recorded the same; try again")
