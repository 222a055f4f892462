"""The wallet as a page shows it, and what the overview shows of it."""

from collections.abc import Sequence
from decimal import Decimal

from chalicelib.currencies import payable
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.standing import Standing, usage_order
from chalicelib.ledger.statements import Movement
from chalicelib.money import EXACT, Money
from chalicelib.periods import instant_text
from chalicelib.reporting.documents import Document, money_document


def wallet_document(
    standing: Standing,
    details: BillingDetails,
    *,
    not_drawn: Decimal,
    movements: Sequence[Movement],
    more: str | None,
    gateways: Sequence[str],
) -> Document:
    """Return what an account has paid ahead.

    Args:
        not_drawn: what was used and is not drawn yet, with tax.
        movements: of it, newest first.
        more: where the list of them goes on.
    """
    balance = balance_of(standing)
    available = EXACT.subtract(balance, not_drawn)
    is_prepaid = details.payment_mode == "prepaid"
    low = details.low_balance
    currency = standing.currency

    def money(amount: Decimal) -> Document:
        return money_document(payable(Money(amount, currency)))

    return {
        "mode": details.payment_mode,
        "currency": currency,
        "balance": money(balance),
        "not_drawn": money(not_drawn),
        "available": money(available),
        "credit": money(standing.credit),
        "granted": money(_left(standing, Grant.GRANTED)),
        "purchased": money(_left(standing, Grant.PURCHASED)),
        "owed": money(standing.owed),
        "lots": [
            {
                "id": lot.id,
                "grant": lot.grant.value,
                "left": money(standing.left_of(lot.id)),
                "topped_up_at": instant_text(lot.topped_up_at),
                "expires_on": None if lot.expires_on is None else lot.expires_on.isoformat(),
            }
            for lot in sorted(standing.lots.values(), key=usage_order)
        ],
        "low_balance": None if low is None else money(low),
        "state": wallet_state(available, low) if is_prepaid else None,
        "gateways": list(gateways),
        "movements": [
            {
                "at": instant_text(each.at),
                "fact": each.fact.value,
                "reference": each.reference,
                "amount": money(each.amount),
                "balance": money(each.balance),
            }
            for each in movements
        ],
        "next": more,
    }


def balance_of(standing: Standing) -> Decimal:
    """Return what is left of top-ups, and the credit."""
    return EXACT.add(standing.wallet, standing.credit)


def wallet_state(available: Decimal, low: Decimal | None) -> str:
    """Return how a wallet is: `ok`, `low` or `empty`.

    >>> [wallet_state(Decimal(n), Decimal(20)) for n in (0, 19, 20)]
    ['empty', 'low', 'ok']
    """
    if available <= 0:
        return "empty"
    return "low" if low is not None and available < low else "ok"


def _left(standing: Standing, grant: Grant) -> Decimal:
    left = Decimal(0)
    for lot in standing.lots.values():
        if lot.grant is grant:
            left = EXACT.add(left, standing.left_of(lot.id))
    return left
