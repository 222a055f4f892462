"""Who is to be reminded, warned, held: rules without a memory of their own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.follow_ups import Action, Reminded, Step, Wallet
from chalicelib.invoicing.issuers import Dunning
from chalicelib.ledger.entries import OpenItem

# A warning is given again only after what is left has risen a tenth above the line it fell below.
_HYSTERESIS = Decimal("1.1")


class DueReminder(msgspec.Struct, frozen=True):
    """A reminder that is to be sent now.

    Attributes:
        number: the first after the due day is 1.
        days: after the due day; below zero before it.
    """

    item: OpenItem
    what: Step
    number: int
    days: int


class DueAction(msgspec.Struct, frozen=True):
    """What the details of an account ask for.

    Attributes:
        on: the day from which it is due.
        why: `overdue` or `empty`.
    """

    action: Action
    on: date
    why: str


def due_reminders(
    items: Iterable[OpenItem],
    dunning: Dunning,
    reminded: Mapping[str, Sequence[Reminded]],
    today: date,
) -> list[DueReminder]:
    """Return the reminders to be sent today, oldest due first; at most one for each document.

    One that was missed, since nobody looked on its day, is sent late; several missed ones are one.
    """
    ordered = sorted(items, key=lambda item: (item.due_on, item.document))
    found = (_due(item, dunning, reminded.get(item.document, ()), today) for item in ordered)
    return [each for each in found if each is not None]


def _due(
    item: OpenItem, dunning: Dunning, reminded: Sequence[Reminded], today: date
) -> DueReminder | None:
    days = (today - item.due_on).days
    sent = [each.what for each in reminded]
    last = max((each.on for each in reminded), default=None)
    if days <= 0:
        if _due_before(item, dunning, last, today):
            return DueReminder(item, Step.BEFORE_DUE, sent.count(Step.BEFORE_DUE) + 1, days)
        return None
    if Step.FINAL_NOTICE in sent:
        return None
    if dunning.final_after and days >= dunning.final_after:
        return DueReminder(item, Step.FINAL_NOTICE, 1, days)
    overdue = [each.on for each in reminded if each.what is Step.OVERDUE]
    if dunning.every and (not overdue or (today - max(overdue)).days >= dunning.every):
        return DueReminder(item, Step.OVERDUE, len(overdue) + 1, days)
    return None


def _due_before(item: OpenItem, dunning: Dunning, last: date | None, today: date) -> bool:
    """Tell whether a day of reminding before the due day has come since the last reminder.

    The day of issue is none: the invoice itself has just been mailed.
    """
    if not dunning.before:
        return False
    step = dunning.before_every or dunning.before
    ahead = range(dunning.before, 0, -step)
    days = [item.due_on - timedelta(days=each) for each in ahead]
    since = max(item.issued_on, last or item.issued_on)
    return any(since < day <= today for day in days)


def wallet_state(available: Decimal, low: Decimal | None, before: Wallet) -> Wallet:
    """Return how a wallet is, as far as warnings go.

    >>> low = Decimal(20)
    >>> [wallet_state(Decimal(n), low, Wallet.LOW).value for n in (0, 1, 21, 22)]
    ['empty', 'low', 'low', 'ok']
    """
    if available <= 0:
        return Wallet.EMPTY
    line = low or Decimal(0)
    if available < line:
        return Wallet.LOW
    recovered = before is Wallet.OK or available >= line * _HYSTERESIS
    return Wallet.OK if recovered else Wallet.LOW


def is_over_limit(exposure: Decimal, limit: Decimal | None, before: bool) -> bool:
    """Tell whether an account is above its credit limit, as far as warnings go."""
    if limit is None:
        return False
    return exposure >= limit or (before and exposure * _HYSTERESIS >= limit)


def due_action(
    details: BillingDetails,
    items: Iterable[OpenItem],
    empty_since: date | None,
) -> DueAction | None:
    """Return what is to be done with the CloudStack account of who does not pay, and from when.

    Nothing, unless the details ask for it. Of two reasons the earlier counts.
    """
    wanted = details.enforcement
    if wanted.action == "none":
        return None
    delay = timedelta(days=wanted.after_days)
    oldest = min((item.due_on for item in items), default=None)
    found = []
    if oldest is not None:
        found.append((oldest + timedelta(days=1) + delay, "overdue"))
    if details.payment_mode == "prepaid" and empty_since is not None:
        found.append((empty_since + delay, "empty"))
    if not found:
        return None
    on, why = min(found)
    return DueAction(wanted.action, on, why)
