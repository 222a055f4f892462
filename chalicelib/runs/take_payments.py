"""Records what payment gateways tell."""

from datetime import datetime
from typing import Literal

from chalicelib.accounts import BillingAccount
from chalicelib.errors import Conflict, InvalidInput, NotFound
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.gateways import GatewayEvent
from chalicelib.ledger.payments import Payment, TopUp, payment, top_up
from chalicelib.runs.books import Books
from chalicelib.runs.pay import record_payment, record_refund
from chalicelib.runs.ports import Accounts, Queue
from chalicelib.runs.top_up import top_up_wallet

Taken = Literal["paid", "topped_up", "refunded", "failed", "not_ours", "refund_without_credit"]


def take_event(
    event: GatewayEvent,
    gateway: str,
    *,
    accounts: Accounts,
    books: Books,
    renders: Queue,
    follow_ups: Queue,
    now: datetime,
) -> Taken:
    """Record what became of a payment; return what that was.

    Safe to repeat: the event has the id of the fact that it tells.

    Raises:
        Conflict: it cannot be recorded now, such as a top-up of an account without an issuer.
    """
    if event.kind == "failed":
        return "failed"
    account = _account(event, accounts)
    if account is None:
        return "not_ours"
    if event.purpose == "top_up" and event.kind == "paid":
        bought = _top_up(event, gateway, account, now)
        top_up_wallet(bought, account, books=books, renders=renders, follow_ups=follow_ups, now=now)
        return "topped_up"
    made = _payment(event, gateway, account, now)
    if event.kind == "paid":
        first = event.document
        record_payment(made, account, first=first, books=books, follow_ups=follow_ups, now=now)
        return "paid"
    of_top_up = event.purpose == "top_up"
    try:
        record_refund(made, account, bought=of_top_up, books=books, follow_ups=follow_ups, now=now)
    except Conflict:
        # What went back had paid something; a credit note has to say why that is not so any more.
        return "refund_without_credit"
    return "refunded"


def _account(event: GatewayEvent, accounts: Accounts) -> BillingAccount | None:
    """Return whose payment it is; None where we know no such account in that currency."""
    try:
        account = accounts.get(event.account)
    except (NotFound, InvalidInput):
        return None
    return account if account.terms.currency == event.amount.currency else None


def _payment(event: GatewayEvent, gateway: str, account: BillingAccount, now: datetime) -> Payment:
    return payment(
        account.id,
        event.at.date(),
        event.amount,
        gateway,
        event.reference,
        received_at=now,
        source=gateway,
        kind="payment" if event.kind == "paid" else "refund",
        given_id=event.id,
    )


def _top_up(event: GatewayEvent, gateway: str, account: BillingAccount, now: datetime) -> TopUp:
    return top_up(
        account.id,
        event.at.date(),
        event.amount,
        Grant.PURCHASED,
        topped_up_at=now,
        method=gateway,
        reference=event.reference,
        source=gateway,
        given_id=event.id,
    )
