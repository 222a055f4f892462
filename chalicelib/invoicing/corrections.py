"""Corrections: what usage or prices that came late change of a period already invoiced."""

from datetime import date
from decimal import Decimal

from chalicelib.currencies import minor_unit
from chalicelib.errors import InvalidInput
from chalicelib.invoicing.documents import Correction, DocumentLine, Reference
from chalicelib.money import EXACT, rounded
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
    before = {line.id: line for line in invoiced.line_items}
    after = {line.id: line for line in now.line_items}
    nothing = rounded(Decimal(0), minor_unit(now.currency))
    lines = []
    for id in [*after, *(id for id in before if id not in after)]:
        was, is_now = before.get(id), after.get(id)
        line = is_now or was
        assert line is not None, "it is of one of the two"
        earlier = was.amount.amount if was else nothing
        later = is_now.amount.amount if is_now else nothing
        if earlier != later:
            start, end = days_of(now, *(each for each in (was, is_now) if each))
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


def days_of(rated: RatedPeriod, *items: LineItem) -> tuple[date, date]:
    """Return the first and the last day that line items have a charge for, else the period's."""
    days = [charge.day for item in items for charge in item.charges]
    if days:
        return min(days), max(days)
    whole = rated.period.days()
    return whole[0][0], whole[-1][0]
