"""Records what payment gateways tell, and keeps for the operator what cannot be posted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.accounts import BillingAccount
from chalicelib.errors import Conflict, CurrencyMismatch, InvalidInput, NotFound, Overtaken
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.gateways import Dismissal, GatewayEvent, Unposted
from chalicelib.ledger.payments import Payment, TopUp, payment, top_up
from chalicelib.runs.billing_ports import UnpostedEvents, Write
from chalicelib.runs.books import Books
from chalicelib.runs.pay import record_payment, record_refund
from chalicelib.runs.ports import Accounts, Queue
from chalicelib.runs.top_up import top_up_wallet

Taken = Literal["paid", "topped_up", "refunded", "failed", "not_ours", "unposted", "dismissed"]
POSTED: tuple[Taken, ...] = ("paid", "topped_up", "refunded")
# Ids of ours are shorter; what is longer is no key of a row.
_LONGEST_ID = 64
_SETTLE = "settle it by hand, then dismiss it here"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event.

    Attributes:
        reason: why it was not posted, and what to do; empty where it was, or is none of ours.
    """

    taken: Taken
    reason: str = ""


def take_event(
    event: GatewayEvent,
    gateway: str,
    *,
    accounts: Accounts,
    books: Books,
    unposted: UnpostedEvents,
    renders: Queue,
    follow_ups: Queue,
    now: datetime,
) -> Outcome:
    """Record what became of a payment; tell what that was.

    Safe to repeat: the event has the id of the fact that it tells. One of ours that cannot be
    posted is kept; told again, it is posted as soon as it can be, and leaves the list of those
    kept in the same write. One that the operator dismissed is not posted any more.

    Raises:
        Overtaken: others kept being quicker; it is kept, and should be told again.
    """
    if event.kind == "failed":
        return Outcome("failed")
    if not 1 <= len(event.account) <= _LONGEST_ID:
        return Outcome("not_ours")
    kept = unposted.get(gateway, event.id)
    if kept is not None and kept.state == "dismissed":
        return Outcome("dismissed", _dismissed(kept))
    also = [unposted.row_posted(gateway, event, kept=kept is not None, at=now)]
    try:
        account = _account(event, accounts, books)
        if account is None:
            return Outcome("not_ours")
        taken, is_new = _post(
            event,
            gateway,
            account,
            books=books,
            renders=renders,
            follow_ups=follow_ups,
            now=now,
            also=also,
        )
    except (Conflict, InvalidInput, NotFound) as error:
        unposted.keep(gateway, event, str(error))
        if isinstance(error, Overtaken):
            raise
        return Outcome("unposted", str(error))
    if kept is not None and not is_new:
        # It was kept by one who could not post it when another one already had.
        unposted.mark_posted(kept, now)
    return Outcome(taken)


def try_again(kept: Unposted, take: Callable[[GatewayEvent, str], Outcome]) -> Taken:
    """Post an event that could not be posted when it was told; return as what.

    Safe to repeat, as `take_event` is.

    Args:
        take: takes an event of a gateway.

    Raises:
        Conflict: it still cannot be posted, or was dismissed.
    """
    outcome = take(kept.event, kept.gateway)
    if outcome.taken not in POSTED:
        raise Conflict(outcome.reason or kept.reason)
    return outcome.taken


def dismiss(kept: Unposted, dismissal: Dismissal, unposted: UnpostedEvents) -> None:
    """Store that an event is not to be posted, who says so, and why.

    Raises:
        Conflict: that was said before, or it was posted meanwhile.
    """
    if kept.state == "dismissed":
        raise Conflict(_dismissed(kept))
    if not unposted.dismiss(kept, dismissal):
        raise Conflict("it was posted or dismissed meanwhile; load the list again")


def _dismissed(kept: Unposted) -> str:
    by = "" if kept.dismissed is None else f" by {kept.dismissed.by}"
    return f"it was dismissed{by}; record it by hand where that was a mistake"


def _account(event: GatewayEvent, accounts: Accounts, books: Books) -> BillingAccount | None:
    """Return whose payment it is; None where we never knew such an account.

    Raises:
        NotFound: we had one, and it is gone.
        CurrencyMismatch: it pays in another currency.
    """
    try:
        account = accounts.get(event.account)
    except (NotFound, InvalidInput):
        if not _was_ours(event, books):
            return None
        raise NotFound(f"the account {event.account!r} is gone; {_SETTLE}") from None
    standing = books.ledger.standing(account.id, account.terms.currency).standing
    if standing.currency != event.amount.currency:
        pays = f"the account pays in {standing.currency}, not {event.amount.currency}"
        raise CurrencyMismatch(f"{pays}; {_SETTLE}")
    return account


def _was_ours(event: GatewayEvent, books: Books) -> bool:
    """Tell whether anything was ever posted to an account, or issued to it.

    Other deployments may have the same gateway, which tells each of them of every payment.
    """
    if books.ledger.standing(event.account, event.amount.currency).is_stored:
        return True
    document = event.document or ""
    known = 1 <= len(document) <= _LONGEST_ID and books.invoices.get(event.account, document)
    return bool(known) or books.issuers.details(event.account) is not None


def _post(
    event: GatewayEvent,
    gateway: str,
    account: BillingAccount,
    *,
    books: Books,
    renders: Queue,
    follow_ups: Queue,
    now: datetime,
    also: Sequence[Write],
) -> tuple[Taken, bool]:
    """Return as what an event was posted, and whether that was not done before."""
    if event.purpose == "top_up" and event.kind == "paid":
        topped_up = top_up_wallet(
            _top_up(event, gateway, account, now),
            account,
            books=books,
            renders=renders,
            follow_ups=follow_ups,
            now=now,
            also=also,
        )
        return "topped_up", topped_up.new
    made = _payment(event, gateway, account, now)
    if event.kind == "paid":
        paid = record_payment(
            made,
            account,
            first=event.document,
            books=books,
            follow_ups=follow_ups,
            now=now,
            also=also,
        )
        return "paid", paid.new
    # What went back had paid something; a credit note has to say why that is not so any more.
    back = record_refund(
        made,
        account,
        bought=event.purpose == "top_up",
        books=books,
        follow_ups=follow_ups,
        now=now,
        also=also,
    )
    return "refunded", back.new


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
