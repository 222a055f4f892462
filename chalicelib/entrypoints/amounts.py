"""Money and texts of a body, checked."""

from decimal import Decimal

import msgspec

from chalicelib.currencies import minor_unit, payable
from chalicelib.entrypoints.requests import wrong
from chalicelib.money import Money

_LARGEST = Decimal(10) ** 12


class MoneyBody(msgspec.Struct, forbid_unknown_fields=True):
    """Money as JSON writes it."""

    amount: Decimal
    currency: str


def money_of(asked: MoneyBody, currency: str, name: str = "amount", least: int = 1) -> Money:
    """Return the money of a body, which the currency of an account can pay.

    Args:
        name: of the field it came in.
        least: 1 for more than zero, 0 where zero will do.

    Raises:
        InvalidInput: it is in another currency, finer than that, too large, or too small.
    """
    if asked.currency != currency:
        raise wrong(name, f"must be in {currency}, the currency of the account")
    if not asked.amount.is_finite():
        raise wrong(name, "must be a number")
    if asked.amount < 0 or (least and not asked.amount):
        raise wrong(name, "must be more than zero" if least else "must be zero or more")
    if asked.amount > _LARGEST:
        raise wrong(name, f"must be at most {_LARGEST:f}")
    money = payable(Money(asked.amount, currency))
    if money.amount != asked.amount:
        raise wrong(name, f"{currency} has {minor_unit(currency)} decimals; give no more")
    return money


def optional_money(asked: MoneyBody | None, currency: str, name: str) -> Decimal | None:
    """Return the amount of a body that may be left out, zero or more."""
    return None if asked is None else money_of(asked, currency, name, least=0).amount


def line_of(text: str, name: str, most: int, least: int = 0) -> str:
    """Return a line of text without the blanks around it.

    Args:
        name: of the field it came in.
        most, least: how many characters it may and must have.

    Raises:
        InvalidInput: it has more, fewer, or signs that cannot be seen.
    """
    line = text.strip()
    if not line.isprintable():
        raise wrong(name, "must be one line of text")
    if not least <= len(line) <= most:
        between = f"{least} to {most}" if least else f"at most {most}"
        raise wrong(name, f"must have {between} characters")
    return line
