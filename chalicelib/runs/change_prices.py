"""Takes a rate card, and asks for the ratings that it changes."""

from chalicelib.accounts import Agreed, BillingAccount
from chalicelib.errors import InvalidInput
from chalicelib.periods import BillingPeriod
from chalicelib.rating.rate_cards import RateCard
from chalicelib.runs.messages import RatingMessage
from chalicelib.runs.ports import Accounts, AmendedPeriods, Charges, Queue, RateCards

_NEWEST = 36


def add_rate_card(
    card: RateCard,
    *,
    rate_cards: RateCards,
    accounts: Accounts,
    charges: Charges,
    amended: AmendedPeriods,
    ratings: Queue,
    base_currency: str,
) -> bool:
    """Store a rate card and ask for the ratings it changes; tell whether it is new.

    What was invoiced keeps its prices; only late usage that has none may get one.

    Safe to repeat: the same card again is no other card, and its ratings are asked for again.

    Raises:
        InvalidInput: it is agreed with an account that is billed in another currency.
        NotFound: it is agreed with an account that does not exist.
        Conflict: the list has other prices from that instant on.
    """
    check_agreed(card, accounts)
    if card.account:
        # Noted before there is a card: whoever dies in between leaves an empty list to be read.
        accounts.note_agreed(card.account, Agreed(prices=True))
    new = rate_cards.add(card)
    for account in priced_by(card, accounts, base_currency):
        first = BillingPeriod.at(card.effective_from, account.terms.time_zone).id
        if account.terms.currency == card.currency:
            periods = charges.open_periods(account.id)
        else:
            periods = converted_periods(account, charges)
        waiting = {*periods, *amended.unpriced(account.id)}
        asked = [RatingMessage(account.id, each) for each in sorted(waiting) if each >= first]
        ratings.put_all(asked)
    return new


def check_agreed(card: RateCard, accounts: Accounts) -> None:
    """Raise an error where a card cannot be agreed with its account.

    Raises:
        InvalidInput: the account is billed in another currency.
        NotFound: there is no such account.
    """
    if card.account:
        currency = accounts.get(card.account).terms.currency
        if currency != card.currency:
            message = f"the account is billed in {currency}"
            raise InvalidInput(f"currency: {message}", {"currency": message})


def priced_by(card: RateCard, accounts: Accounts, base_currency: str) -> list[BillingAccount]:
    """Return the accounts that a rate card may price something of.

    A list of the base currency may price all: what an account's own currency has no price for is
    converted from it.
    """
    if card.account:
        return [accounts.get(card.account)]
    return [
        account
        for account in accounts.all()
        if card.currency in (account.terms.currency, base_currency)
    ]


def converted_periods(account: BillingAccount, charges: Charges) -> list[str]:
    """Return the open periods of an account that the base list, or an exchange rate, may change.

    What its own currency prices completely has nothing to do with them.
    """
    return [
        stored.summary.period.id
        for stored in charges.latest(account.id, _NEWEST)
        if stored.invoice is None and (stored.summary.conversion or stored.summary.unpriced)
    ]
