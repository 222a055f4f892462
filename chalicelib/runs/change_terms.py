"""Takes the terms of an account, and asks for the ratings that they change."""

import re
from collections.abc import Iterable
from typing import Protocol

from chalicelib.accounts import BillingAccount, Terms
from chalicelib.currencies import minor_unit
from chalicelib.errors import Conflict, InvalidInput, NotFound
from chalicelib.ledger.standing import Seen
from chalicelib.periods import BillingPeriod, Period, periods_touched, time_zone_named
from chalicelib.rating.agreements import Commitment, Credit
from chalicelib.runs.messages import RatingMessage
from chalicelib.runs.ports import Accounts, Agreements, Budgets, Charges, Queue, Windows
from chalicelib.runs.progress import collected_up_to

_LONGEST_NAME = 100
# The shape of a BCP 47 tag: a language, then subtags.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


class Standings(Protocol):
    """How accounts stand."""

    def standing(self, account: str, currency: str) -> Seen: ...


def set_terms(
    account_id: str,
    terms: Terms,
    name: str | None = None,
    *,
    accounts: Accounts,
    agreements: Agreements,
    budgets: Budgets,
    charges: Charges,
    ledger: Standings,
    windows: Windows,
    ratings: Queue,
) -> None:
    """Store on what terms an account is billed and ask for the ratings that changes.

    Another time zone may move usage into a month that was not rated before, and the instants at
    which roll-ups to the account begin and end.

    Safe to repeat.

    Args:
        name: makes the account a company, which exists without CloudStack.

    Raises:
        InvalidInput: an unknown currency, time zone, an absurd language or name, or a name for
            an account that has one in CloudStack.
        Conflict: the currency would change under a budget, an agreed amount, or the ledger; or
            the time zone under a month that was invoiced.
    """
    minor_unit(terms.currency)
    time_zone_named(terms.time_zone)
    if not _LANGUAGE.fullmatch(terms.language):
        message = f"not a language: {terms.language!r}, expected a tag like en or pt-BR"
        raise InvalidInput(message, {"language": message})
    account = _known(account_id, accounts)
    if name is not None:
        _check_name(name, account)
    for budget in budgets.of(account_id):
        if budget.amount.currency != terms.currency:
            raise Conflict(f"the account has a budget in {budget.amount.currency}; remove it first")
    for agreed in agreements.of(account_id):
        if isinstance(agreed, Commitment | Credit) and agreed.amount.currency != terms.currency:
            currency = agreed.amount.currency
            raise Conflict(f"the account has an amount agreed in {currency}; it stays in that")
    standing = ledger.standing(account_id, terms.currency).standing
    if standing.version and standing.currency != terms.currency:
        raise Conflict(f"documents or payments of the account are in {standing.currency}; it stays")
    _check_time_zone(account, terms, charges)
    periods = set(charges.open_periods(account_id))
    if periods and account is not None:
        first = BillingPeriod(min(periods), account.terms.time_zone).span.start
        reached = collected_up_to(account, lambda each: windows.connection(each).complete_up_to)
        if reached is not None and reached > first:
            moved = periods_touched(Period(first, reached), terms.time_zone)
            periods |= {period.id for period in moved}
    accounts.set_terms(account_id, terms, name)
    _ask(account_id, sorted(periods), ratings)
    if account is not None and account.terms.time_zone != terms.time_zone:
        for other in _sharing(account, accounts.all()):
            _ask(other.id, charges.open_periods(other.id), ratings)


def _known(account_id: str, accounts: Accounts) -> BillingAccount | None:
    try:
        return accounts.get(account_id)
    except NotFound:
        return None


def _check_time_zone(account: BillingAccount | None, terms: Terms, charges: Charges) -> None:
    """Do nothing, unless it changes and a month was invoiced, whose end the next one joins."""
    if account is None or account.terms.time_zone == terms.time_zone:
        return
    if any(stored.invoice is not None for stored in charges.latest(account.id)):
        zone = account.terms.time_zone
        raise Conflict(f"months of the account have been invoiced in {zone}; it stays")


def _check_name(name: str, account: BillingAccount | None) -> None:
    if account is not None and account.kind != "company":
        message = "CloudStack names this account"
    elif not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        message = f"must be a line of 1 to {_LONGEST_NAME} characters"
    else:
        return
    raise InvalidInput(f"name: {message}", {"name": message})


def _sharing(account: BillingAccount, others: Iterable[BillingAccount]) -> list[BillingAccount]:
    """Return the billing accounts that a sub account of `account` belongs to at another time."""
    shared = {each.sub_account for each in account.memberships}
    return [
        other
        for other in others
        if other.id != account.id and any(each.sub_account in shared for each in other.memberships)
    ]


def _ask(account_id: str, periods: Iterable[str], ratings: Queue) -> None:
    ratings.put_all([RatingMessage(account_id, period) for period in periods])
