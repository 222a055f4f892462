"""Exact money; the only module that rounds it."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

import msgspec

from chalicelib.errors import CurrencyMismatch, InvalidInput

# Wide enough that no product of a quantity (bytes over 2^30 has 30 decimals) and a price is cut.
EXACT = Context(prec=96, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
# No currency of ISO 4217 has more than four decimals; prices are shown with more.
_QUANTA = [Decimal(1).scaleb(-digits) for digits in range(31)]


class Money(msgspec.Struct, frozen=True, gc=False):
    """An exact amount in one currency.

    Attributes:
        amount: currency units, unrounded unless it came from `rounded`.
        currency: ISO 4217 code.

    >>> Money.of("0.105", "EUR").rounded(2)
    Money(amount=Decimal('0.11'), currency='EUR')
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"expected Decimal, got {type(self.amount).__name__}")

    @classmethod
    def of(cls, amount: str, currency: str) -> "Money":
        """Return the money a literal names.

        Raises:
            InvalidInput: `amount` is no finite decimal number.
        """
        try:
            number = Decimal(amount)
        except InvalidOperation:
            raise InvalidInput(f"not an amount: {amount!r}") from None
        if not number.is_finite():
            raise InvalidInput(f"not an amount: {amount!r}")
        return cls(number, currency)

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(EXACT.subtract(self.amount, other.amount), self.currency)

    def rounded(self, digits: int) -> "Money":
        """Return this money with `digits` decimals, halves away from zero.

        Half up mirrors the sign, so a credit cancels its charge to the last digit.
        """
        return Money(rounded(self.amount, digits), self.currency)

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} met {other.currency!r}")


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Return an amount with `digits` decimals, halves away from zero; the only rounding of money.

    >>> rounded(Decimal("-0.105"), 2)
    Decimal('-0.11')
    """
    return amount.quantize(_QUANTA[digits], context=EXACT)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum of `amounts`; zero in `currency` when there are none.

    Raises:
        CurrencyMismatch: an amount is in another currency.

    >>> total([Money.of("1.10", "EUR"), Money.of("2.20", "EUR")], "EUR")
    Money(amount=Decimal('3.30'), currency='EUR')
    """
    return sum(amounts, start=Money(Decimal(0), currency))
