"""Billing, with everything it needs from the wiring."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.errors import BillingError, Unavailable
from chalicelib.invoicing.documents import Forced
from chalicelib.runs import plan_billing as plans
from chalicelib.runs.books import Books
from chalicelib.runs.enforce import Enforcer
from chalicelib.runs.follow_up import Followed, follow_up
from chalicelib.runs.issue_invoices import Issued, issue_invoice, mark_failed
from chalicelib.runs.known import Known
from chalicelib.runs.messages import (
    IssueMessage,
    RenderMessage,
    StatementMessage,
    billing_message,
    follow_up_message,
)
from chalicelib.runs.render_documents import Rendered, render_document
from chalicelib.runs.render_statements import render_statement
from chalicelib.wiring import Wiring
from chalicelib.wiring.books import books


def plan_billing(wired: Wiring) -> plans.Planned:
    """Ask for the invoices and the follow-ups that are due."""
    return plans.plan_billing(
        accounts=wired.accounts,
        invoices=wired.invoices,
        issuers=wired.issuers,
        ledger=wired.ledger,
        invoices_queue=wired.invoices_queue,
        follow_ups=wired.follow_ups_queue,
        now=wired.now(),
    )


def plan_now(wired: Wiring, period: str) -> int:
    """Ask for the invoices of a month that have not been issued; return how many."""
    return plans.plan_month(
        period,
        accounts=wired.accounts,
        invoices=wired.invoices,
        invoices_queue=wired.invoices_queue,
    )


def biller(wired: Wiring) -> Callable[[str], Issued | Rendered]:
    """Return what does what one message of the queue of invoices asks for.

    Issuers, exchange rates and numbers are read once for all of them; accounts each by itself,
    since of thousands reading all for a few costs more.
    """
    shared = books(wired)

    def do(body: str) -> Issued | Rendered:
        message = billing_message(body)
        if isinstance(message, RenderMessage):
            return _rendered(wired, message, shared.known)
        if isinstance(message, StatementMessage):
            return _stated(wired, message, shared)
        return _issued(wired, message, shared)

    return do


def _issued(wired: Wiring, message: IssueMessage, shared: Books) -> Issued:
    account, period, now = message.account, message.period, wired.now()
    try:
        issued = issue_invoice(account, period, books=shared, now=now)
    except Unavailable:
        raise
    except Exception as error:
        # Whatever it is, the operator sees it where the account is looked for; it comes again.
        reason = str(error) if isinstance(error, BillingError) else type(error).__name__
        mark_failed(account, period, reason, invoices=wired.invoices, now=now)
        raise
    return _to_be_rendered(wired, account, issued)


def _to_be_rendered(wired: Wiring, account: str, issued: Issued) -> Issued:
    """Ask for the files of an invoice; return it."""
    if issued.document:
        # Also where it was issued before: whoever did that may have died before they came here.
        wired.invoices_queue.put_all([RenderMessage(account, issued.document)])
    return issued


def _rendered(wired: Wiring, message: RenderMessage, known: Known) -> Rendered:
    from chalicelib.typesetting.documents import pdf_of  # noqa: PLC0415

    return render_document(
        message.account,
        message.document,
        known=known,
        invoices=wired.invoices,
        charges=wired.charges,
        usage=wired.usage,
        store=wired.document_store,
        typeset=pdf_of,
    )


def _stated(wired: Wiring, message: StatementMessage, shared: Books) -> Rendered:
    from chalicelib.typesetting.statements import statement_pdf  # noqa: PLC0415

    return render_statement(
        message.account,
        message.period,
        books=shared,
        store=wired.document_store,
        typeset=statement_pdf,
        now=wired.now(),
    )


def follower(wired: Wiring) -> Callable[[str], Followed]:
    """Return what looks after the account that one message names."""
    shared = books(wired)
    enforcer = Enforcer(wired.accounts, wired.cloudstack.control)

    def do(body: str) -> Followed:
        account = follow_up_message(body).account
        return follow_up(account, books=shared, enforcer=enforcer, now=wired.now())

    return do


def issue_anyway(
    wired: Wiring, account: str, period: str, *, by: str, reason: str, now: datetime
) -> Issued:
    """Issue the invoice of a period although something of it is open, on the record.

    Raises:
        Conflict: it waits for what cannot be overridden.
        NotFound: there is no such account.
    """
    forced = Forced(by, now, reason, ())
    issued = issue_invoice(account, period, books=books(wired), now=now, forced=forced)
    return _to_be_rendered(wired, account, issued)
