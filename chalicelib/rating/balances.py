"""What stands against the sum of all charges: the committed minimum, and promotional credits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from chalicelib.currencies import minor_unit
from chalicelib.money import EXACT, Money, rounded
from chalicelib.periods import Billed
from chalicelib.rating.agreements import Agreement, Commitment, Credit, those
from chalicelib.rating.line_items import COMMITMENT, CREDIT, Charge, LineItem

_ZERO = Decimal(0)


def commitment_line(
    lines: Iterable[LineItem],
    agreements: Iterable[Agreement],
    period: Billed,
    currency: str,
    as_of: datetime,
) -> list[LineItem]:
    """Return the line that tops all charges up to the committed minimum; none where they reach it.

    A month's minimum is shared out over its days; what it stands at is compared with what all
    charges come to, day by day, for the days that are over. A commitment that begins or ends
    within the month is the smaller for it.
    """
    commitments = those(Commitment, agreements)
    if not commitments:
        return []
    spent, days = _by_day(lines), period.days()
    counted: dict[str, int] = defaultdict(int)
    reached = before = _ZERO
    charges = []
    for day, span in days:
        reached = EXACT.add(reached, spent.get(day, _ZERO))
        for each in commitments:
            counted[each.id] += each.holds_on(day) and span.end <= as_of
        minimum = sum((_so_far(each, counted[each.id], len(days)) for each in commitments), _ZERO)
        after = max(_ZERO, EXACT.subtract(rounded(minimum, minor_unit(currency)), reached))
        if after != before:
            charges.append(Charge(day, None, Money(EXACT.subtract(after, before), currency)))
        before = after
    amount = rounded(before, minor_unit(currency))
    return [LineItem(COMMITMENT, None, Money(amount, currency), tuple(charges))] if amount else []


def _so_far(commitment: Commitment, days: int, of: int) -> Decimal:
    return EXACT.divide(EXACT.multiply(commitment.amount.amount, Decimal(days)), Decimal(of))


def credit_lines(
    lines: Iterable[LineItem],
    agreements: Iterable[Agreement],
    used: Mapping[str, Decimal],
    currency: str,
) -> list[LineItem]:
    """Return a line for each credit that pays for something, what expires first before the rest.

    A credit pays for what the lines add up to on the days that it holds on, not for the committed
    minimum.

    Args:
        used: how much of each was used up before, by its id.
    """
    credits = sorted(those(Credit, agreements), key=_expiry)
    left = {
        each.id: max(
            _ZERO,
            EXACT.subtract(
                rounded(each.amount.amount, minor_unit(currency)), used.get(each.id, _ZERO)
            ),
        )
        for each in credits
    }
    charges: dict[str, list[Charge]] = defaultdict(list)
    for day, spent in sorted(_by_day(lines).items()) if credits else ():
        due = spent
        for each in credits:
            paid = min(due, left[each.id]) if each.holds_on(day) else _ZERO
            if paid > 0:
                charges[each.id].append(Charge(day, None, Money(-paid, currency)))
                left[each.id] = EXACT.subtract(left[each.id], paid)
                due = EXACT.subtract(due, paid)
    return [_credit_line(credit, charges[credit], currency) for credit in charges]


def _credit_line(credit: str, charges: Sequence[Charge], currency: str) -> LineItem:
    nothing = rounded(_ZERO, minor_unit(currency))
    amount = sum((charge.amount.amount for charge in charges), nothing)
    return LineItem(CREDIT + credit, None, Money(amount, currency), tuple(charges))


def open_credit(
    lines: Iterable[LineItem],
    agreements: Iterable[Agreement],
    used: Mapping[str, Decimal],
    day: date,
) -> Decimal:
    """Return how much is left of the credits that hold on a day.

    Args:
        lines: of a period; what they use up of credits is not left.
        used: how much of each was used up before, by its id.
    """
    now = {line.meter: -line.amount.amount for line in lines if line.meter.startswith(CREDIT)}
    left = _ZERO
    for each in those(Credit, agreements):
        if each.holds_on(day):
            spent = EXACT.add(used.get(each.id, _ZERO), now.get(CREDIT + each.id, _ZERO))
            left = EXACT.add(left, max(_ZERO, EXACT.subtract(each.amount.amount, spent)))
    return left


def _expiry(credit: Credit) -> tuple[date, date, str]:
    return (credit.until or date.max, credit.start, credit.id)


def _by_day(lines: Iterable[LineItem]) -> dict[date, Decimal]:
    days: dict[date, Decimal] = defaultdict(Decimal)
    for line in lines:
        for charge in line.charges:
            days[charge.day] = EXACT.add(days[charge.day], charge.amount.amount)
    return days
