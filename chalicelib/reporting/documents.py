"""Values as JSON writes them: money with its currency, instants in UTC."""

from decimal import Decimal

from chalicelib.accounts import BillingAccount
from chalicelib.money import Money

Document = dict[str, object]


def money_document(money: Money) -> Document:
    """Return money as JSON writes it; the amount is text, so no reader turns it into a float.

    >>> money_document(Money.of("12.30", "EUR"))
    {'amount': '12.30', 'currency': 'EUR'}
    """
    return {"amount": number_text(money.amount), "currency": money.currency}


def number_text(number: Decimal) -> str:
    """Return the digits of a number, without an exponent."""
    return format(number, "f")


def account_document(account: BillingAccount) -> Document:
    """Return who is billed, and how."""
    return {
        "id": account.id,
        "name": account.name,
        "kind": account.kind,
        "domain": account.domain,
        "currency": account.terms.currency,
        "language": account.terms.language,
        "time_zone": account.terms.time_zone,
    }
