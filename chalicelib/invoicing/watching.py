"""Looking at how an account stands on a day: what it is to be reminded and warned of."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce

import msgspec
from msgspec.structs import replace

from chalicelib.currencies import zero
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.dunning import DueReminder, due_reminders, is_over_limit, wallet_state
from chalicelib.invoicing.follow_ups import Event, FollowUp, Reminded, Step, Wallet
from chalicelib.invoicing.issuers import Dunning
from chalicelib.ledger.entries import Lot
from chalicelib.ledger.standing import Standing
from chalicelib.ledger.wallets import available
from chalicelib.money import EXACT

# How long before given money expires that is told.
_SOON = timedelta(days=7)
# As many as are written at once, with what says that they were.
_MOST_MAILS = 80
_WORSE = {Wallet.OK: 0, Wallet.LOW: 1, Wallet.EMPTY: 2}
_WARNINGS = {Wallet.LOW: Step.LOW_BALANCE, Wallet.EMPTY: Step.EMPTY_WALLET}


class Watched(msgspec.Struct, frozen=True):
    """What a look at an account found.

    Attributes:
        follow: what has been done about it, with what is to be done now.
        reminders: to be sent.
        expiring: top-ups to tell of that expire soon.
        warnings: `low_balance`, `empty_wallet`, `credit_limit`: to be sent.
        available: prepaid: what is left once all usage so far is drawn; may be below zero.
        exposure: postpaid: what is unpaid, and used but not invoiced.
    """

    follow: FollowUp
    reminders: tuple[DueReminder, ...]
    expiring: tuple[Lot, ...]
    warnings: tuple[Step, ...]
    available: Decimal
    exposure: Decimal


def watch(
    standing: Standing,
    details: BillingDetails,
    dunning: Dunning,
    before: FollowUp,
    *,
    usage: Mapping[str, Decimal],
    today: date,
    now: datetime,
) -> Watched:
    """Return what there is to remind and warn of.

    Args:
        usage: of each month that is not invoiced, with tax.
        today: where the issuer is.
    """
    # What does not fit is due tomorrow as well.
    most = max(1, _MOST_MAILS // max(1, len(details.recipients)) // 2 - 1)
    unpaid = standing.items.values() if standing.owed > standing.credit else ()
    due = due_reminders(unpaid, dunning, before.reminded, today)[:most]
    nothing = zero(standing.currency).amount
    left_out = (
        max(Decimal(0), EXACT.subtract(amount, standing.drawn(period)))
        for period, amount in usage.items()
    )
    not_drawn = reduce(EXACT.add, left_out, nothing)
    prepaid = details.payment_mode == "prepaid"
    left = EXACT.subtract(available(standing, today), not_drawn)
    wallet = wallet_state(left, details.low_balance, before.wallet) if prepaid else Wallet.OK
    exposure = EXACT.subtract(EXACT.add(standing.owed, not_drawn), standing.credit)
    over = is_over_limit(exposure, None if prepaid else details.credit_limit, before.over_limit)
    soon = [each for each in standing.lots.values() if _expires_soon(each, today)]
    told = [each for each in soon if each.id not in before.expiring][:most]
    known = {*before.expiring, *(each.id for each in told)}
    warnings = []
    if _WORSE[wallet] > _WORSE[before.wallet]:
        warnings.append(_WARNINGS[wallet])
    if over and not before.over_limit:
        warnings.append(Step.CREDIT_LIMIT)
    after = replace(
        before,
        followed_on=today,
        reminded=_reminded(standing, before, due, today),
        wallet=wallet,
        empty_since=(before.empty_since or today) if wallet is Wallet.EMPTY else None,
        not_drawn=not_drawn if prepaid else nothing,
        over_limit=over,
        expiring=tuple(sorted(each.id for each in soon if each.id in known)),
    )
    for each in due:
        after = after.with_event(Event(now, each.what, each.item.document, each.item.number))
    for warning in warnings:
        after = after.with_event(Event(now, warning))
    return Watched(after, tuple(due), tuple(told), tuple(warnings), left, exposure)


def _expires_soon(lot: Lot, today: date) -> bool:
    return lot.expires_on is not None and today < lot.expires_on <= today + _SOON


def _reminded(
    standing: Standing, before: FollowUp, due: list[DueReminder], today: date
) -> dict[str, tuple[Reminded, ...]]:
    """Return the reminders of documents that are open, those of today among them."""
    found = {each: sent for each, sent in before.reminded.items() if each in standing.items}
    for each in due:
        document = each.item.document
        found[document] = (*found.get(document, ()), Reminded(each.what, today))
    return found
