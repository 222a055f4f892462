"""Who owes what, since when, and what is done about it, as documents."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from chalicelib.currencies import payable
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.dunning import due_action, due_reminders
from chalicelib.invoicing.follow_ups import Enforced, Event, FollowUp, Wallet
from chalicelib.invoicing.issuers import Dunning
from chalicelib.ledger.entries import OpenItem
from chalicelib.ledger.standing import Standing
from chalicelib.money import EXACT, Money
from chalicelib.periods import instant_text
from chalicelib.reporting.documents import Document, money_document

# How far ahead the next reminder is looked for.
_AHEAD = 60
_WANTED = {"hold": "holding", "suspend": "suspending", "resume": "resuming"}


def is_dunned(standing: Standing, details: BillingDetails, follow: FollowUp) -> bool:
    """Tell whether an account owes something, has little left, or is held or suspended."""
    watched = details.payment_mode == "prepaid" and follow.wallet is not Wallet.OK
    acted = follow.enforced is not Enforced.NONE or follow.wanted is not None
    return bool(standing.items) or watched or acted


def dunned_document(
    account: Document,
    standing: Standing,
    details: BillingDetails,
    follow: FollowUp,
    *,
    dunning: Dunning,
    today: date,
) -> Document:
    """Return what an account owes, and what is done about it.

    Args:
        account: its id and name.
        dunning: of its issuer.
        today: where the issuer is.
    """
    oldest = min((item.due_on for item in standing.items.values()), default=None)
    late = [item for item in standing.items.values() if item.due_on < today]
    return {
        "account": account,
        "mode": details.payment_mode,
        "owed": _money(standing.owed, standing.currency),
        "overdue": _money(_open(late, standing), standing.currency),
        "oldest_due_on": None if oldest is None else oldest.isoformat(),
        "days_overdue": 0 if oldest is None else max(0, (today - oldest).days),
        "next": _next(standing, details, dunning, follow, today),
        "enforcement": enforcement_document(standing, details, follow, today),
        "reminders": [_event(event) for event in reversed(follow.events)],
    }


def enforcement_document(
    standing: Standing, details: BillingDetails, follow: FollowUp, today: date
) -> Document:
    """Return what is done to the CloudStack account."""
    is_acted = follow.enforced is not Enforced.NONE
    since = follow.enforced_at if is_acted else None
    return {
        "action": details.enforcement.action,
        "state": _state(standing, details, follow, today),
        "since": None if since is None else instant_text(since),
    }


def _state(standing: Standing, details: BillingDetails, follow: FollowUp, today: date) -> str:
    if follow.wanted is not None:
        return _WANTED[follow.wanted]
    if follow.enforced is not Enforced.NONE:
        return follow.enforced.value
    due = due_action(details, standing.items.values(), follow.empty_since)
    if due is None or due.on > today:
        return "none"
    return "dry_run" if details.enforcement.dry_run else "due"


def _next(
    standing: Standing,
    details: BillingDetails,
    dunning: Dunning,
    follow: FollowUp,
    today: date,
) -> Document | None:
    """Return what happens next by itself, and on which day."""
    found: list[tuple[date, str]] = []
    first = 1 if follow.followed_on == today else 0
    for day in (today + timedelta(days=ahead) for ahead in range(first, _AHEAD)):
        due = due_reminders(standing.items.values(), dunning, follow.reminded, day)
        if due:
            found.append((day, due[0].what.value))
            break
    action = due_action(details, standing.items.values(), follow.empty_since)
    if action is not None and follow.enforced is Enforced.NONE and action.on >= today:
        found.append((action.on, action.action))
    if not found:
        return None
    day, what = min(found)
    return {"what": what, "on": day.isoformat()}


def _event(event: Event) -> Document:
    return {
        "document": event.document or None,
        "number": event.number or None,
        "what": event.what.value,
        "at": instant_text(event.at),
        "by": event.by,
        "dry_run": event.is_dry_run,
        "note": event.note,
    }


def _open(items: Iterable[OpenItem], standing: Standing) -> Decimal:
    total = Decimal(0)
    for item in items:
        total = EXACT.add(total, standing.open_of(item.document))
    return total


def _money(amount: Decimal, currency: str) -> Document:
    return money_document(payable(Money(amount, currency)))
