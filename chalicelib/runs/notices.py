"""The mails of a look at an account: reminders of documents, warnings of wallet and limit."""

from datetime import date
from decimal import Decimal

from chalicelib.currencies import payable
from chalicelib.invoicing.dunning import DueAction, due_action
from chalicelib.invoicing.follow_ups import Step
from chalicelib.invoicing.watching import Watched
from chalicelib.ledger.standing import Standing
from chalicelib.money import Money
from chalicelib.notifications.account_messages import (
    credit_limit_messages,
    empty_wallet_messages,
    expiring_messages,
    low_wallet_messages,
)
from chalicelib.notifications.billing_messages import reminder_messages
from chalicelib.notifications.messages import Message
from chalicelib.runs.books import Books
from chalicelib.runs.drafts import Material


def notices(
    watched: Watched, standing: Standing, current: Material, books: Books, today: date
) -> list[Message]:
    """Return the mails that tell of what a look at an account found."""
    details = current.details
    action = due_action(details, standing.items.values(), watched.follow.empty_since)
    mails = []
    for due in watched.reminders:
        found = books.invoices.get(current.account.id, due.item.document)
        if found is not None:
            owed = standing.open_of(due.item.document)
            mails += reminder_messages(found[1], due, owed, details, books.site_url, action=action)
    for lot in watched.expiring:
        assert lot.expires_on is not None, "it expires"
        left = Money(standing.left_of(lot.id), standing.currency)
        mails += expiring_messages(
            current.account,
            details,
            books.site_url,
            lot=lot.id,
            left=payable(left),
            expires_on=lot.expires_on,
        )
    for step in watched.warnings:
        mails += _warning(
            step, watched, current, site_url=books.site_url, today=today, action=action
        )
    return mails


def _warning(
    step: Step,
    watched: Watched,
    current: Material,
    *,
    site_url: str,
    today: date,
    action: DueAction | None,
) -> list[Message]:
    account, details = current.account, current.details

    def money(amount: object) -> Money:
        assert isinstance(amount, Decimal), "it is there where it is warned of"
        return payable(Money(amount, account.terms.currency))

    to = (account, details, site_url)
    if step is Step.CREDIT_LIMIT:
        exposure, limit = money(watched.exposure), money(details.credit_limit)
        return credit_limit_messages(*to, exposure=exposure, limit=limit, on=today)
    left = money(watched.available)
    if step is Step.LOW_BALANCE:
        low = money(details.low_balance)
        return low_wallet_messages(*to, available=left, low=low, on=today)
    return empty_wallet_messages(*to, available=left, on=today, action=action)
