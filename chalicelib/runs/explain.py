"""Shares a line item out over its resources, from the usage it was rated from."""

from decimal import Decimal
from functools import reduce

from chalicelib.accounts import BillingAccount
from chalicelib.money import EXACT
from chalicelib.periods import BillingPeriod
from chalicelib.rating.line_items import Category, LineItem
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.shares import Share, shares_of
from chalicelib.runs.ports import KnownUsage
from chalicelib.runs.read_usage import usage_of

# Cuts by time are rounded to the 18th decimal, by group in the line and by resource here; a
# single byte of usage more is a thousand times of this.
_SAME = Decimal("1e-12")


def shares(
    account: BillingAccount,
    period: BillingPeriod,
    line: LineItem,
    *,
    usage: KnownUsage,
    lists: PriceLists,
) -> list[Share] | None:
    """Return what each resource is of a line item, largest first.

    None where usage or prices are no longer those that the line was rated from: it is about to be
    rated again, or it has been invoiced before they changed.
    """
    if line.category is not Category.USAGE:
        return []
    used = usage_of(account, period, usage)
    found = shares_of(line, used.groups, lists, period)
    whole = reduce(EXACT.add, (each.quantity for each in found), Decimal(0))
    assert line.quantity is not None, "it is for usage"
    return found if abs(EXACT.subtract(whole, line.quantity)) < _SAME else None
