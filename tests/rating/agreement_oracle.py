"""What is owed under agreements, reckoned again in fractions.

Written from the product's promises alone; shares no code with its rating. One meter is used by the
day, in one rate card; then, in this order: free quotas, included units, tiers, minimum and
maximum, discounts, one rounding of each line, the committed minimum, credits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

DAYS = 30
Days = Mapping[int, Fraction]


@dataclass(frozen=True)
class Price:
    """Tiers are (upper bound, price of a unit), the last bound None; a flat price is one tier."""

    tiers: Sequence[tuple[Fraction | None, Fraction]]
    included: Fraction = Fraction(0)
    minimum: Fraction | None = None
    maximum: Fraction | None = None


@dataclass(frozen=True)
class Held:
    """A number that is agreed for the days `[first, end)` of a month of 30 days."""

    number: Fraction
    first: int
    end: int
    meter: str = ""

    @property
    def days(self) -> list[int]:
        return [day for day in range(1, DAYS + 1) if self.first <= day < self.end]


@dataclass(frozen=True)
class Agreed:
    """Everything that is agreed."""

    quotas: Sequence[Held] = ()
    percents: Sequence[Held] = ()
    commitment: Held | None = None
    credits: Sequence[Held] = ()


@dataclass
class Owed:
    """What is owed: by meter and day, what tops it up, and what each credit pays, by day."""

    lines: dict[str, dict[int, Fraction]] = field(default_factory=dict)
    top_up: dict[int, Fraction] = field(default_factory=dict)
    credits: list[dict[int, Fraction]] = field(default_factory=list)


def owed(
    used: Mapping[str, Days], prices: Mapping[str, Price], agreed: Agreed, digits: int, over: int
) -> Owed:
    """Return what is owed when `over` days of the month are over."""
    found = Owed()
    for meter, days in used.items():
        quotas = [each for each in agreed.quotas if each.meter == meter]
        percents = [each for each in agreed.percents if each.meter in ("", meter)]
        found.lines[meter] = _line(days, prices[meter], quotas, percents, digits)
    spent = {
        day: sum((line.get(day, Fraction(0)) for line in found.lines.values()), Fraction(0))
        for day in range(1, DAYS + 1)
    }
    if agreed.commitment is not None:
        found.top_up = _top_up(spent, agreed.commitment, digits, over)
    order = sorted(range(len(agreed.credits)), key=lambda number: agreed.credits[number].end)
    found.credits = [{} for _ in agreed.credits]
    left = [each.number for each in agreed.credits]
    for day, total in spent.items():
        due = total
        for number in order:
            if day in agreed.credits[number].days:
                paid = min(due, left[number])
                found.credits[number][day] = paid
                left[number] -= paid
                due -= paid
    return found


def _line(
    days: Days, price: Price, quotas: Sequence[Held], percents: Sequence[Held], digits: int
) -> dict[int, Fraction]:
    """Return what each day adds to a line, rounded as the running total is."""
    billable = dict(days)
    for quota in quotas:
        # Shares of a quantity have 18 decimals.
        left = _half_up(quota.number * len(quota.days) / DAYS, 18)
        for day in quota.days:
            taken = min(left, billable.get(day, Fraction(0)))
            if taken:
                billable[day] -= taken
                left -= taken
    position = reached = net = shown = Fraction(0)
    added = {}
    for day in sorted(days):
        position += billable[day]
        cost = _cost(price, max(position - price.included, Fraction(0)))
        if price.minimum is not None:
            cost = max(cost, price.minimum)
        if price.maximum is not None:
            cost = min(cost, price.maximum)
        percent = sum((each.number for each in percents if day in each.days), Fraction(0))
        net += (cost - reached) * max(100 + percent, Fraction(0)) / 100
        reached = cost
        added[day] = _half_up(net, digits) - shown
        shown = _half_up(net, digits)
    return added


def _cost(price: Price, quantity: Fraction) -> Fraction:
    cost = floor_of_tier = Fraction(0)
    for bound, unit in price.tiers:
        ceiling = quantity if bound is None else min(bound, quantity)
        cost += max(ceiling - floor_of_tier, Fraction(0)) * unit
        floor_of_tier = max(ceiling, floor_of_tier)
    return cost


def _top_up(spent: Days, commitment: Held, digits: int, over: int) -> dict[int, Fraction]:
    reached = before = Fraction(0)
    added = {}
    for day in range(1, DAYS + 1):
        reached += spent[day]
        count = sum(1 for each in commitment.days if each <= min(day, over))
        least = _half_up(commitment.number * count / DAYS, digits)
        after = max(least - reached, Fraction(0))
        added[day], before = after - before, after
    return added if before else {}


def _half_up(exact: Fraction, digits: int) -> Fraction:
    return Fraction(floor(exact * 10**digits + Fraction(1, 2)), 10**digits)
