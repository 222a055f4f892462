"""Costs by day or month and by service, taken from the charges of rated periods."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Literal

from chalicelib.currencies import zero
from chalicelib.money import Money, total
from chalicelib.rating.line_items import HEADINGS, RatedPeriod
from chalicelib.reporting.documents import Document, money_document

Granularity = Literal["day", "month"]
Group = Literal["service", "none"]


def costs(
    rated: Iterable[RatedPeriod],
    *,
    first: date,
    last: date,
    granularity: Granularity,
    group: Group,
    currency: str,
) -> Document:
    """Return the rows of a cost report and their sum, before tax.

    Args:
        first, last: local days, both included.
        currency: of the billing account; periods billed in another are an error.

    Raises:
        CurrencyMismatch: a period was billed in another currency.
    """
    amounts: dict[tuple[str, str], Money] = defaultdict(lambda: zero(currency))
    for period in rated:
        for line in period.line_items:
            service = line.service if group == "service" else ""
            for charge in line.charges:
                if first <= charge.day <= last:
                    when = charge.day.isoformat() if granularity == "day" else f"{charge.day:%Y-%m}"
                    amounts[when, service] += charge.amount
    rows = [_row(granularity, key, amount) for key, amount in sorted(amounts.items())]
    whole = zero(currency) + total(amounts.values(), currency)
    return {"currency": currency, "rows": rows, "total": money_document(whole)}


def _row(granularity: Granularity, key: tuple[str, str], amount: Money) -> Document:
    when, service = key
    named = {"service": service, "name": HEADINGS[service]} if service else {}
    return {granularity: when, **named, "amount": money_document(amount)}
