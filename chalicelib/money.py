"""Exact money; the only module that rounds it."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import reduce

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


def allocate(total: Decimal, weights: Sequence[Decimal], digits: int) -> list[Decimal]:
    """Return parts of `total` in proportion to `weights`, each with `digits` decimals.

    The parts add up to `total`: what rounding down leaves goes, one last digit each, to the parts
    that lost most, of equals to the earlier. Weights that are all zero count as equal.

    Args:
        total: with no more than `digits` decimals; the parts of one below zero are mirrored.
        weights: zero or more each.

    >>> allocate(Decimal("0.10"), [Decimal(1), Decimal(1), Decimal(1)], 2)
    [Decimal('0.04'), Decimal('0.03'), Decimal('0.03')]
    """
    if not weights:
        return []
    whole = reduce(EXACT.add, weights)
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    units = abs(total).scaleb(digits, EXACT)
    shares = [EXACT.multiply(units, weight) for weight in weights]
    floors = [EXACT.divide_int(share, whole) for share in shares]
    lost = [
        EXACT.subtract(s, EXACT.multiply(f, whole)) for s, f in zip(shares, floors, strict=True)
    ]
    left = int(EXACT.subtract(units, reduce(EXACT.add, floors)))
    for index in sorted(range(len(lost)), key=lambda at: (-lost[at], at))[:left]:
        floors[index] += 1
    sign = -1 if total < 0 else 1
    return [(sign * floor).scaleb(-digits, EXACT) for floor in floors]


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum of `amounts`; zero in `currency` when there are none.

    Raises:
        CurrencyMismatch: an amount is in another currency.

    >>> total([Money.of("1.10", "EUR"), Money.of("2.20", "EUR")], "EUR")
    Money(amount=Decimal('3.30'), currency='EUR')
    """
    return sum(amounts, start=Money(Decimal(0), currency))
