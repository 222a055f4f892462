"""Billing, with everything it needs from the wiring."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.errors import Conflict
from chalicelib.invoicing.documents import Document, Forced
from chalicelib.runs import plan_billing as plans
from chalicelib.runs.drafts import drafted, material
from chalicelib.runs.enforce import Enforcer
from chalicelib.runs.follow_up import Followed, follow_up
from chalicelib.runs.issue_invoices import Issued, issue_invoice
from chalicelib.runs.messages import IssueMessage, billing_message, follow_up_message
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


def biller(wired: Wiring, expected: int) -> Callable[[str], Issued | None]:
    """Return what does what one message of the queue of invoices asks for.

    Args:
        expected: how many messages there are.
    """
    shared = books(wired, expected)

    def do(body: str) -> Issued | None:
        message = billing_message(body)
        if isinstance(message, IssueMessage):
            return issue_invoice(
                message.account, message.period, books=shared, now=wired.now(), forced=None
            )
        return None

    return do


def follower(wired: Wiring, expected: int) -> Callable[[str], Followed]:
    """Return what looks after the account that one message names.

    Args:
        expected: how many messages there are.
    """
    shared = books(wired, expected)
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
    return issue_invoice(account, period, books=books(wired), now=now, forced=forced)


def draft_of(wired: Wiring, account: str, period: str, now: datetime) -> Document:
    """Return the invoice of a period as it would be issued now, without a number.

    Raises:
        NotFound: there is no such account.
        Conflict: nobody issues invoices to it, or no rule tells the tax of a line.
    """
    shared = books(wired)
    found = material(account, period, shared)
    if found.issuer is None:
        raise Conflict("nobody issues invoices to this account yet: choose an issuer")
    return drafted(found, shared, now)
