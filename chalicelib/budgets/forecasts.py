"""Expected spend at the end of a billing period."""

from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.currencies import payable
from chalicelib.money import EXACT, Money
from chalicelib.periods import Period

# Below three days a straight line says nothing; Oracle's cost tool asks for the same.
ENOUGH = timedelta(days=3)


def forecast(spend: Money, period: Period, as_of: datetime) -> Money | None:
    """Return the spend at the end of `period` if it goes on as it has until `as_of`.

    None while there are fewer than three days of usage.

    >>> from datetime import UTC
    >>> june = Period.month(2026, 6)
    >>> forecast(Money.of("10.00", "EUR"), june, datetime(2026, 6, 11, tzinfo=UTC))
    Money(amount=Decimal('30.00'), currency='EUR')
    """
    elapsed = min(as_of, period.end) - period.start
    if elapsed < ENOUGH:
        return None
    second = timedelta(seconds=1)
    whole = Decimal((period.end - period.start) // second)
    exact = EXACT.divide(EXACT.multiply(spend.amount, whole), Decimal(elapsed // second))
    return payable(Money(exact, spend.currency))
