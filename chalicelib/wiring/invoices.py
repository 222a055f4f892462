"""What is asked about documents, ledgers and billing details."""

from collections.abc import Mapping
from datetime import date, datetime

from chalicelib.accounts import BillingAccount
from chalicelib.errors import NotFound
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.numbers import issued_on, number_of, series_of
from chalicelib.invoicing.parties import Wrong
from chalicelib.invoicing.states import Head
from chalicelib.ledger.entries import Posting
from chalicelib.ledger.standing import Seen, Standing, standing_of
from chalicelib.ledger.statements import Movement, Statement, statement, wallet_statement
from chalicelib.periods import BillingPeriod, time_zone_named
from chalicelib.runs.drafts import drafted, material
from chalicelib.wiring import Wiring
from chalicelib.wiring.books import books

_LONGEST_ID = 64


def details_of(wired: Wiring, account: str) -> BillingDetails:
    """Return the billing details of an account, with the only issuer where it has none."""
    found = wired.issuers.details(account)
    if found is not None:
        return found
    issuers = list(wired.issuers.issuers())
    return BillingDetails(account, issuers[0] if len(issuers) == 1 else "")


def today_of(account: BillingAccount, now: datetime) -> date:
    """Return which day it is where an account is."""
    return now.astimezone(time_zone_named(account.terms.time_zone)).date()


def standing_now(wired: Wiring, account: BillingAccount) -> Seen:
    """Return how an account stands."""
    return wired.ledger.standing(account.id, account.terms.currency)


def document_of(wired: Wiring, account: str, document: str) -> tuple[Head, Document]:
    """Return an issued document of an account.

    Raises:
        NotFound: the account has none of that id.
    """
    found = wired.invoices.get(account, document) if len(document) <= _LONGEST_ID else None
    if found is None:
        raise NotFound("the account has no such document")
    return found


def postings_since(wired: Wiring, issued: Document) -> list[Posting]:
    """Return the postings of an account since a document was issued."""
    if issued.kind is not Kind.INVOICE:
        return []
    return wired.ledger.postings(issued.account, since=issued.issued_at)


def credit_notes_of(wired: Wiring, account: str, invoice: str) -> list[Head]:
    """Return the credit notes of an invoice, oldest first."""
    found = [
        each
        for each in wired.invoices.of(account)
        if each.refers_to is not None and each.refers_to.document == invoice
    ]
    return found[::-1]


def wallet_movements(wired: Wiring, standing: Standing) -> list[Movement]:
    """Return what changed the wallet and the credit of an account, newest first."""
    postings = wired.ledger.postings(standing.account)
    told = wallet_statement(Standing(standing.account, standing.currency), postings)
    return list(told.movements[::-1])


def statement_of(wired: Wiring, account: BillingAccount, period: BillingPeriod) -> Statement:
    """Return the statement of a month."""
    span = period.span
    postings = wired.ledger.postings(account.id, until=span.end)
    currency = postings[0].currency if postings else account.terms.currency
    earlier = [each for each in postings if each.at < span.start]
    before = standing_of(account.id, currency, earlier)
    return statement(before, [each for each in postings if each.at >= span.start])


def standings(wired: Wiring) -> Mapping[str, Seen]:
    """Return how every account stands to which anything was posted."""
    return {seen.standing.account: seen for seen in wired.ledger.standings()}


def draft_of(wired: Wiring, account: str, period: str, now: datetime) -> Document | None:
    """Return the invoice that a month would make now.

    None where it is invoiced already, there is nothing to invoice, or nobody issues invoices.

    Raises:
        Conflict: no tax rule fits a line.
    """
    all_books = books(wired)
    found = material(account, period, all_books)
    if found.is_invoiced or found.is_empty or found.issuer is None:
        return None
    return drafted(found, all_books, now)


def check_numbers(wired: Wiring, issuer: Issuer, now: datetime) -> None:
    """Do nothing, unless the next number of a series was given already: nothing could be issued.

    Raises:
        InvalidInput: it was, with the field of the series.
    """
    day = issued_on(issuer, now)
    wrong = Wrong()
    for kind in Kind:
        number = number_of(
            issuer, kind, wired.invoices.next_number(series_of(issuer, kind, day)), day
        )
        if wired.invoices.is_taken(issuer.id, number):
            wrong.told(f"series.{kind}", f"{number} was given already: let the numbers differ")
    wrong.refuse()


def payable_at(wired: Wiring, head: Head, standing: Standing) -> tuple[str, ...]:
    """Return the gateways at which what is open of a document may be paid."""
    if head.kind is not Kind.INVOICE or standing.open_of(head.id) <= 0:
        return ()
    return wired.gateways.in_use()
