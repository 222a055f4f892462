"""Payments, top-ups and corrections, with everything their runs need from the wiring."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.accounts import BillingAccount
from chalicelib.invoicing.documents import Reference
from chalicelib.ledger.gateways import Dismissal, GatewayEvent, Unposted
from chalicelib.ledger.payments import Payment, TopUp
from chalicelib.ledger.postings import Allocations
from chalicelib.runs import credit as credits
from chalicelib.runs import pay, take_payments, top_up
from chalicelib.tables.unposted import UnpostedTable
from chalicelib.wiring import Wiring
from chalicelib.wiring.books import books


def record_payment(
    wired: Wiring,
    payment: Payment,
    account: BillingAccount,
    now: datetime,
    *,
    allocations: Allocations | None = None,
    first: str | None = None,
) -> pay.Recorded:
    """Record money that came in."""
    return pay.record_payment(
        payment,
        account,
        allocations,
        first=first,
        books=books(wired),
        follow_ups=wired.follow_ups_queue,
        now=now,
    )


def take_event(
    wired: Wiring, event: GatewayEvent, gateway: str, now: datetime
) -> take_payments.Outcome:
    """Record what a payment gateway tells, or keep it; tell what that was."""
    return take_payments.take_event(
        event,
        gateway,
        accounts=wired.accounts,
        books=books(wired),
        unposted=UnpostedTable(),
        renders=wired.invoices_queue,
        follow_ups=wired.follow_ups_queue,
        now=now,
    )


def unposted_events(gateway: str) -> list[Unposted]:
    """Return what a gateway told that was not posted, newest first."""
    return UnpostedTable().all(gateway)


def unposted_event(gateway: str, event: str) -> Unposted | None:
    """Return an event that was kept, None where there is none of that id."""
    return UnpostedTable().get(gateway, event)


def try_event_again(wired: Wiring, unposted: Unposted, now: datetime) -> take_payments.Taken:
    """Post an event that could not be posted before; return as what."""
    return take_payments.try_again(
        unposted, lambda event, gateway: take_event(wired, event, gateway, now)
    )


def dismiss_event(unposted: Unposted, dismissal: Dismissal) -> None:
    """Store that an event is not to be posted."""
    take_payments.dismiss(unposted, dismissal, UnpostedTable())


def record_refund(
    wired: Wiring, payment: Payment, account: BillingAccount, now: datetime
) -> pay.Recorded:
    """Record credit, or what was bought for the wallet, that was paid back."""
    return pay.record_refund(
        payment,
        account,
        bought=True,
        books=books(wired),
        follow_ups=wired.follow_ups_queue,
        now=now,
    )


def allocate_credit(wired: Wiring, account: BillingAccount, by: str, now: datetime) -> pay.Recorded:
    """Pay what is open with credit."""
    queue = wired.follow_ups_queue
    return pay.allocate_credit(account, by=by, books=books(wired), follow_ups=queue, now=now)


def top_up_wallet(
    wired: Wiring, topped_up: TopUp, account: BillingAccount, now: datetime
) -> top_up.ToppedUp:
    """Top up a wallet."""
    return top_up.top_up_wallet(
        topped_up,
        account,
        books=books(wired),
        renders=wired.invoices_queue,
        follow_ups=wired.follow_ups_queue,
        now=now,
    )


def check_top_up(wired: Wiring, topped_up: TopUp, account: BillingAccount, now: datetime) -> None:
    """Return nothing if a top-up could be recorded now."""
    top_up.check_top_up(topped_up, account, books=books(wired), now=now)


def receipts(wired: Wiring) -> Callable[[TopUp], Reference | None]:
    """Return what tells the receipt of a top-up."""
    shared = books(wired)
    return lambda topped_up: top_up.receipt_of(topped_up, shared)


def issue_credit_note(
    wired: Wiring, credit: credits.Credit, account: BillingAccount, now: datetime
) -> credits.Corrected:
    """Take back an invoice, or a part of it."""
    return credits.issue_credit_note(
        credit,
        account,
        books=books(wired),
        renders=wired.invoices_queue,
        follow_ups=wired.follow_ups_queue,
        now=now,
    )


def write_off(
    wired: Wiring, document: str, account: BillingAccount, *, by: str, reason: str, now: datetime
) -> credits.Corrected:
    """Give up what is unpaid of an invoice."""
    return credits.write_off(
        document,
        account,
        by=by,
        reason=reason,
        books=books(wired),
        follow_ups=wired.follow_ups_queue,
        now=now,
    )
