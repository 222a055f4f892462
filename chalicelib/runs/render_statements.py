"""Makes statements as PDFs, as the ledger stands."""

from datetime import date, datetime
from typing import Protocol

from chalicelib.errors import Conflict
from chalicelib.invoicing.drafting import customer_of
from chalicelib.invoicing.files import MEDIA_TYPES, statement_key
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.parties import Party
from chalicelib.ledger.standing import standing_of
from chalicelib.ledger.statements import Statement, statement
from chalicelib.periods import BillingPeriod
from chalicelib.runs.books import Books
from chalicelib.runs.render_documents import DocumentStore, Rendered


class TypesetStatement(Protocol):
    """Sets a statement as a PDF."""

    def __call__(
        self,
        statement: Statement,
        days: tuple[date, date],
        *,
        issuer: Issuer,
        customer: Party,
        language: str,
        as_of: datetime,
        logo: bytes | None = None,
    ) -> bytes: ...


def render_statement(
    account_id: str,
    period_id: str,
    *,
    books: Books,
    store: DocumentStore,
    typeset: TypesetStatement,
    now: datetime,
) -> Rendered:
    """Make the statement of a month, as the ledger stands; one that is there already stays.

    Raises:
        NotFound: there is no such account.
        Conflict: nobody issues documents to it.
    """
    account = books.known.account(account_id)
    details = books.details(account.id)
    issuer = books.issuer(details.issuer)
    if issuer is None:
        raise Conflict("nobody issues documents to this account: choose an issuer for it first")
    seen = books.ledger.standing(account.id, account.terms.currency)
    key = statement_key(account.id, period_id, seen.standing.version)
    if store.exists(key):
        return Rendered()
    period = BillingPeriod(period_id, account.terms.time_zone)
    span = period.span
    earlier = books.ledger.postings(account.id, until=span.start)
    before = standing_of(account.id, seen.standing.currency, earlier)
    told = statement(before, books.ledger.postings(account.id, span.start, span.end))
    pdf = typeset(
        told,
        (period.days()[0][0], period.last_day),
        issuer=issuer,
        customer=customer_of(account, details),
        language=account.terms.language,
        as_of=now,
    )
    store.put_new(key, pdf, MEDIA_TYPES["pdf"])
    return Rendered(1, len(pdf))
