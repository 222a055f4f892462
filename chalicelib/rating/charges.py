"""What usage costs: quantities shared out by day and price, priced once, rounded once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, localcontext
from functools import lru_cache

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.metering.meters import PARTS, PARTS_OF, meter_of
from chalicelib.metering.usage import UsageGroup, measured, quantity
from chalicelib.money import EXACT, Money, rounded, total
from chalicelib.periods import BillingPeriod, index_at
from chalicelib.rating.rate_cards import RateCard, Tariff, cards_in_force

# Where a record crosses a bound its quantity is cut there; both sides see the same cut.
_CUT = Decimal(1).scaleb(-18)
_ZERO = Decimal(0)
_NOTHING = (_ZERO, 0)
# Measure and number of entries, by (meter or part, parts that could not be measured, start, end).
_Sums = dict[tuple[str, tuple[str, ...], int, int], tuple[Decimal, int]]


class Charge(msgspec.Struct, frozen=True, gc=False):
    """What one day adds to a line item.

    Attributes:
        quantity: in the meter's unit; None where it was not kept, see `packing`.
        amount: the line item's running total rounded after this day, less that before it: the
            days of a line item add up to it, and a new day never changes an old one.
    """

    day: date
    quantity: Decimal | None
    amount: Money


class LineItem(msgspec.Struct, frozen=True):
    """One rounded row: all usage of one meter at one unit price in one billing period.

    Attributes:
        meter: of the usage, or a part of one.
        quantity: in its unit, exact.
        divisor: units that the price is for, times the hours of the month if it is for a month.
        amount: quantity x unit price / divisor, rounded half up once.
        effective_from: when the rate card of this price came into force.
    """

    meter: str
    tariff: Tariff
    effective_from: datetime
    divisor: Decimal
    quantity: Decimal
    amount: Money
    charges: tuple[Charge, ...]

    @property
    def service(self) -> str:
        """Id of the service this is shown under."""
        return meter_of(self.meter).service.id


class Unpriced(msgspec.Struct, frozen=True, gc=False):
    """Usage that no tariff in force prices. It is not free: it waits for a price.

    So does what is priced by a part that could not be measured of it.
    """

    meter: str
    quantity: Decimal
    usages: int


class RatedPeriod(msgspec.Struct, frozen=True):
    """What a billing account owes for one billing period, before tax."""

    period: BillingPeriod
    currency: str
    line_items: tuple[LineItem, ...]
    unpriced: tuple[Unpriced, ...]

    @property
    def total(self) -> Money:
        """Sum of the line items; the only total there is."""
        return total((line.amount for line in self.line_items), self.currency)


class _Used(msgspec.Struct):
    """What was used of something under one rate card."""

    by_day: dict[date, Decimal] = msgspec.field(default_factory=dict)
    usages: int = 0


def rate(
    usages: Iterable[UsageGroup], cards: Sequence[RateCard], period: BillingPeriod, currency: str
) -> RatedPeriod:
    """Return what the part of `usages` inside `period` costs.

    Usage that crosses midnight, the period's bounds or a change of prices is cut there, pro rata
    by time; the parts make up the whole exactly. What was measured over the same span is added up
    first and cut once, so rating costs little more than adding.

    Args:
        cards: all rate cards of `currency`, in any order.
    """
    span = period.span
    in_force = cards_in_force(cards, span.start, span.end)
    segments, starts = _segments(period, tuple(card.effective_from for card in in_force))
    known, unknown = _by_span(usages)
    lines, waiting = [], []
    for (name, _, card), used in sorted(_shared_out(known, segments, starts).items()):
        tariffs = in_force[card].tariffs if card >= 0 else {}
        tariff = tariffs.get(name)
        if tariff is not None:
            effective_from = in_force[card].effective_from
            lines.append(
                _line_item(tariff, effective_from, used.by_day, period=period, currency=currency)
            )
        elif not _is_sold_otherwise(name, tariffs):
            waiting.append((name, used))
    for (name, parts, card), used in sorted(_shared_out(unknown, segments, starts).items()):
        if card >= 0 and any(part in in_force[card].tariffs for part in parts):
            waiting.append((name, used))
    unpriced = (Unpriced(name, _sum(used.by_day.values()), used.usages) for name, used in waiting)
    return RatedPeriod(period, currency, tuple(lines), tuple(unpriced))


def share(quantity: Decimal, start: int, end: int, at: int) -> Decimal:
    """Return the part of `quantity`, spread evenly over `[start, end)`, that lies before `at`.

    >>> share(Decimal(24), 0, 86400, 3600)
    Decimal('1.000000000000000000')
    """
    if at <= start:
        return Decimal(0)
    if at >= end:
        return quantity
    part = EXACT.divide(EXACT.multiply(quantity, Decimal(at - start)), Decimal(end - start))
    return part.quantize(_CUT, context=EXACT)


def _by_span(usages: Iterable[UsageGroup]) -> tuple[_Sums, _Sums]:
    """Return what was measured of each meter and part over each span, and by how many entries.

    The second are meters again, as far as some of their parts could not be measured.
    """
    known: _Sums = {}
    unknown: _Sums = {}
    for group in usages:
        found, count = measured(group), len(group.resources)
        start, end = group.start, group.end
        for name, measure in found:
            key = (name, (), start, end)
            before, entries = known.get(key, _NOTHING)
            known[key] = EXACT.add(before, measure), entries + count
        if len(found) <= len(PARTS_OF[group.meter]):
            names = {name for name, _ in found}
            missing = tuple(p.name for p in PARTS_OF[group.meter] if p.name not in names)
            lacking = (group.meter, missing, start, end)
            before, entries = unknown.get(lacking, _NOTHING)
            unknown[lacking] = EXACT.add(before, found[0][1]), entries + count
    return known, unknown


def _shared_out(
    sums: _Sums, segments: Sequence[tuple[date, int]], starts: list[int]
) -> dict[tuple[str, tuple[str, ...], int], _Used]:
    """Return what was used of each meter and part under each rate card, by day.

    The keys are (meter, parts that could not be measured, index of the card or -1).
    """
    found: dict[tuple[str, tuple[str, ...], int], _Used] = defaultdict(_Used)
    for (name, missing, start, end), (measure, count) in sums.items():
        card_before = None
        for index, part in _parts(quantity(name, measure), start, end, starts):
            day, card = segments[index]
            used = found[name, missing, card]
            used.by_day[day] = EXACT.add(used.by_day.get(day, _ZERO), part)
            used.usages += count if card != card_before else 0
            card_before = card
    return found


def _is_sold_otherwise(meter: str, tariffs: Mapping[str, Tariff]) -> bool:
    """Tell whether something without a price of its own needs none.

    A part is only sold where it has a price; and what is sold by its parts needs no price itself.
    """
    return meter in PARTS or any(part.name in tariffs for part in PARTS_OF[meter])


@lru_cache(maxsize=256)
def _segments(
    period: BillingPeriod, changes: tuple[datetime, ...]
) -> tuple[list[tuple[date, int]], list[int]]:
    """Return where the day, or the card in force, changes in a period.

    The day and the index of the card, -1 for none, of each segment; and all bounds in epoch
    seconds, the period's end being the last.
    """
    segments, starts = [], []
    for day, span in period.days():
        for part in span.split(changes):
            card = sum(1 for change in changes if change <= part.start) - 1
            segments.append((day, card))
            starts.append(int(part.start.timestamp()))
    return segments, [*starts, int(period.span.end.timestamp())]


def _parts(
    quantity: Decimal, start: int, end: int, starts: list[int]
) -> Iterable[tuple[int, Decimal]]:
    """Yield (segment, part of `quantity`) for every segment that `[start, end)` reaches into."""
    first = index_at(starts, start)
    if 0 <= first < len(starts) - 1 and end <= starts[first + 1]:
        # Most usage lies within one day and one price, and is not cut.
        if quantity:
            yield first, quantity
        return
    first = max(first, 0)
    begun = share(quantity, start, end, starts[first])
    for index in range(first, len(starts) - 1):
        if starts[index] >= end:
            return
        done = share(quantity, start, end, starts[index + 1])
        if done != begun:
            yield index, EXACT.subtract(done, begun)
        begun = done


def _line_item(
    tariff: Tariff,
    effective_from: datetime,
    by_day: dict[date, Decimal],
    *,
    period: BillingPeriod,
    currency: str,
) -> LineItem:
    """Return the line of one tariff, with what each day added to it."""
    divisor = tariff.per.units * (period.span.hours if tariff.per.of_a_month else 1)
    digits = minor_unit(currency)
    charges = []
    used = before = _ZERO
    for day in sorted(by_day):
        used = EXACT.add(used, by_day[day])
        exact = EXACT.divide(EXACT.multiply(used, tariff.unit_price), divisor)
        after = rounded(exact, digits)
        charges.append(Charge(day, by_day[day], Money(EXACT.subtract(after, before), currency)))
        before = after
    amount = Money(before, currency)
    return LineItem(tariff.meter, tariff, effective_from, divisor, used, amount, tuple(charges))


def _sum(quantities: Iterable[Decimal]) -> Decimal:
    with localcontext(EXACT):
        return sum(quantities, Decimal(0))
