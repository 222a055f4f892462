"""Corrections: what usage or prices that came late change of a period already invoiced."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from chalicelib.currencies import payable
from chalicelib.errors import InvalidInput
from chalicelib.invoicing.documents import Correction, DocumentLine, Reference
from chalicelib.money import EXACT, total
from chalicelib.rating.line_items import LineItem, RatedPeriod


def corrections(
    invoiced: RatedPeriod, now: RatedPeriod, invoice: Reference
) -> tuple[DocumentLine, ...]:
    """Return a line for each line item that comes to something else now; without their tax.

    They add up to what the period comes to now, less what was invoiced of it. Items that came or
    went are lines too.

    Args:
        invoiced: as it was invoiced, with what corrections have changed since.
        invoice: that the period was invoiced with.

    Raises:
        InvalidInput: the two are of different periods or currencies.
    """
    if (invoiced.period, invoiced.currency) != (now.period, now.currency):
        raise InvalidInput(f"{now.period.id} corrects {invoiced.period.id} in another currency")
    before, after = invoiced.by_id, now.by_id
    lines = []
    for id in [*after, *(id for id in before if id not in after)]:
        was, is_now = before.get(id, []), after.get(id, [])
        line = (is_now or was)[0]
        earlier, later = (_amount(each, now.currency) for each in (was, is_now))
        if earlier != later:
            start, end = days_of(now, *was, *is_now)
            lines.append(
                DocumentLine(
                    # An item has the same id in every period.
                    id=f"{now.period.id}-{id}",
                    service=line.service,
                    name=line.name,
                    amount=EXACT.subtract(later, earlier),
                    tax="",
                    period=now.period.id,
                    start=start,
                    end=end,
                    category=line.category.value,
                    correction=Correction(invoice, earlier, later),
                )
            )
    return tuple(lines)


def _amount(items: Iterable[LineItem], currency: str) -> Decimal:
    return payable(total((each.amount for each in items), currency)).amount


def days_of(rated: RatedPeriod, *items: LineItem) -> tuple[date, date]:
    """Return the first and the last day that line items have a charge for, else the period's."""
    days = [charge.day for item in items for charge in item.charges]
    if days:
        return min(days), max(days)
    whole = rated.period.days()
    return whole[0][0], whole[-1][0]
