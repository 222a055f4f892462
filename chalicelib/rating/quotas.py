"""Free quotas: so much of a meter costs nothing in a month."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from chalicelib.money import EXACT
from chalicelib.periods import Billed
from chalicelib.rating.agreements import FreeQuota
from chalicelib.rating.cutting import share
from chalicelib.rating.price_lists import Priced
from chalicelib.rating.sums import Used

_ZERO = Decimal(0)
_Key = tuple[str, Priced]
# How much is free of each tariff's usage, by day.
Free = dict[_Key, dict[date, Decimal]]


def share_quotas(priced: Mapping[_Key, Used], quotas: Sequence[FreeQuota], period: Billed) -> Free:
    """Return how much of each tariff's usage is free on each day.

    A quota is used up day by day; within a day in the order of the line items. One that holds on
    some days of the month only is the smaller for it, and is for usage of those days.
    """
    free: Free = {}
    if not quotas:
        return free
    days = [day for day, _ in period.days()]
    for quota in quotas:
        held = [day for day in days if quota.holds_on(day)]
        hours = period.span.hours if quota.per.of_a_month else 1
        whole = EXACT.multiply(EXACT.multiply(quota.quantity, quota.per.units), hours)
        left = share(whole, 0, len(days), len(held))
        keys = sorted((key for key in priced if key[0] == quota.meter), key=_order)
        for day in held:
            for key in keys:
                taken = free.setdefault(key, {})
                used = priced[key].by_day.get(day, _ZERO)
                part = min(left, EXACT.subtract(used, taken.get(day, _ZERO)))
                if part > 0:
                    taken[day] = EXACT.add(taken.get(day, _ZERO), part)
                    left = EXACT.subtract(left, part)
    return {key: taken for key, taken in free.items() if taken}


def _order(key: _Key) -> tuple[object, ...]:
    _, by = key
    return (by.origin.value, by.tariff.conditions, by.effective_from)
