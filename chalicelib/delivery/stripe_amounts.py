"""Amounts as Stripe counts them (docs.stripe.com/currencies), which is not as ISO 4217 does."""

from decimal import ROUND_CEILING, Decimal

from chalicelib.currencies import payable
from chalicelib.money import EXACT, Money

# Counted in whole units.
_ZERO_DECIMAL = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
# They have no decimals any more and are counted in hundredths, for the sake of old callers.
_WHOLE_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
# Counted in thousandths of which the last digit has to be 0.
_THREE_DECIMAL = frozenset("BHD JOD KWD OMR TND".split())


def in_minor_units(money: Money) -> int:
    """Return the number that Stripe is asked for, rounded up to what it can charge.

    Rounded up, so that an invoice is paid whole; the few thousandths over are the payer's credit.

    >>> [in_minor_units(Money.of("5.124", "KWD")), in_minor_units(Money.of("5", "UGX"))]
    [5130, 500]
    """
    steps = EXACT.divide(money.amount, _step(money.currency))
    whole = steps.to_integral_value(ROUND_CEILING, EXACT)
    return int(EXACT.multiply(whole, _step(money.currency)) * _units(money.currency))


def of_minor_units(units: int, currency: str) -> Money:
    """Return the money that a number of Stripe's stands for; `currency` in whatever case.

    >>> of_minor_units(5130, "kwd"), of_minor_units(500, "jpy")
    (Money(amount=Decimal('5.130'), currency='KWD'), Money(amount=Decimal('500'), currency='JPY'))
    """
    code = currency.upper()
    return payable(Money(EXACT.divide(Decimal(units), Decimal(_units(code))), code))


def _units(currency: str) -> int:
    """Return how many of what Stripe counts make one unit of a currency."""
    if currency in _ZERO_DECIMAL:
        return 1
    return 1000 if currency in _THREE_DECIMAL else 100


def _step(currency: str) -> Decimal:
    """Return the smallest amount that can be charged."""
    if currency in _ZERO_DECIMAL | _WHOLE_IN_HUNDREDTHS:
        return Decimal(1)
    return Decimal("0.01")
