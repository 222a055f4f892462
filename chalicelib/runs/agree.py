"""Takes an agreement with a billing account, or its end, and asks for the ratings it changes."""

from datetime import date

from msgspec.structs import replace

from chalicelib.accounts import Agreed, BillingAccount
from chalicelib.errors import Conflict
from chalicelib.rating.agreements import Agreement, checked
from chalicelib.runs.messages import RatingMessage
from chalicelib.runs.ports import Accounts, Agreements, Charges, Queue


def agree(
    account_id: str,
    agreement: Agreement,
    *,
    accounts: Accounts,
    agreements: Agreements,
    charges: Charges,
    ratings: Queue,
) -> tuple[Agreement, bool]:
    """Record an agreement and ask for the ratings it changes.

    Returns:
        It as it is stored, and whether it is new.

    Safe to repeat: the same agreement again is no other one.

    Raises:
        NotFound: there is no such account.
        InvalidInput: it cannot be agreed.
        Conflict: it is known with another end.
    """
    account = accounts.get(account_id)
    others = agreements.of(account_id)
    agreement = checked(agreement, account.terms.currency, others)
    known = next((each for each in others if each.id == agreement.id), None)
    if known is not None and known.until != agreement.until:
        raise Conflict("this has been agreed already, with another end; change that")
    # Noted before there is one: whoever dies in between leaves an empty list to be read.
    accounts.note_agreed(account_id, Agreed(more=True))
    new = agreements.add(account_id, agreement)
    _ask(account, agreement.start, charges, ratings)
    return agreement, new


def end_agreement(
    account_id: str,
    agreement_id: str,
    until: date | None,
    *,
    accounts: Accounts,
    agreements: Agreements,
    charges: Charges,
    ratings: Queue,
) -> Agreement:
    """Record from which day on an agreement no longer holds, None for none; return it.

    Safe to repeat.

    Raises:
        NotFound: there is no such account or agreement.
        InvalidInput: the day is before its first, or it would meet another commitment.
    """
    account = accounts.get(account_id)
    agreement = agreements.get(account_id, agreement_id)
    others = agreements.of(account_id)
    checked(replace(agreement, until=until), account.terms.currency, others)
    ended = agreements.end(account_id, agreement_id, until)
    _ask(account, agreement.start, charges, ratings)
    return ended


def _ask(account: BillingAccount, first: date, charges: Charges, ratings: Queue) -> None:
    """Ask for the ratings of the open periods that the day `first` lies in or before."""
    open_periods = sorted(charges.open_periods(account.id))
    asked = [each for each in open_periods if each >= f"{first:%Y-%m}"]
    ratings.put_all([RatingMessage(account.id, each) for each in asked])
