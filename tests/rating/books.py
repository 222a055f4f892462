"""What the tests of rating are written with: usage, prices and agreements in a line each."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

from chalicelib.metering.meters import METERS
from chalicelib.metering.usage import UsageGroup, group_of
from chalicelib.periods import BillingPeriod
from chalicelib.rating.agreements import Agreement
from chalicelib.rating.charges import rate
from chalicelib.rating.line_items import LineItem, RatedPeriod
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import RateCard, rate_card
from chalicelib.rating.tariffs import Per, Tariff

ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)
NOVEMBER = BillingPeriod("2026-11", "UTC")
VM_HOUR = Tariff("running_vm", Per.HOUR, D(1))
Table = list[dict[str, str]]


def day(number: int) -> date:
    """Return that day of November; the 31st is the first of December."""
    return date(2026, 11, 1) + timedelta(days=number - 1)


def until(text: str) -> date | None:
    """Return the day of November in a cell of a table, None for an empty one."""
    return day(int(text)) if text else None


def instant(text: str) -> datetime:
    """Return an instant of a table, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def used(meter: str, number: int, raw: str, gib: int = 1, **dimensions: str) -> UsageGroup:
    """Return what one resource used of a meter on that day of November."""
    start = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) + 86400 * (number - 1)
    told = tuple(dimensions.get(each.name, "") for each in METERS[meter].dimensions)
    size = gib * 2**30 if METERS[meter].sized else 0
    return group_of(meter, start, start + 86400, told, [("r", raw, "", size, "", ())])


def running(first: int, last: int, hours: str = "24") -> list[UsageGroup]:
    """Return a machine that ran so many hours on each of those days."""
    return [used("running_vm", number, hours) for number in range(first, last + 1)]


def card(*tariffs: Tariff, currency: str = "EUR", since: datetime = ALWAYS) -> RateCard:
    """Return a rate card."""
    return rate_card(currency, since, tariffs)


def rated(
    usage: Sequence[UsageGroup],
    cards: Sequence[RateCard] | PriceLists,
    *agreements: Agreement,
    period: BillingPeriod = NOVEMBER,
    as_of: datetime | None = None,
    used_credits: Mapping[str, D] | None = None,
) -> RatedPeriod:
    """Return what is owed, after looking whether it adds up."""
    lists = cards if isinstance(cards, PriceLists) else PriceLists(cards[0].currency, cards)
    found = rate(
        usage, lists, period, agreements=agreements, as_of=as_of, used_credits=used_credits
    )
    check(found)
    return found


def check(found: RatedPeriod) -> None:
    """Do nothing, unless days do not make up lines, or lines the total, or steps their line."""
    assert found.total.amount == sum(line.amount.amount for line in found.line_items)
    for line in found.line_items:
        assert sum(each.amount.amount for each in line.charges) == line.amount.amount, line
        if line.pricing is not None:
            assert line.quantity == sum(each.quantity or 0 for each in line.charges), line
            exact = sum((step.amount for step in line.pricing.steps), D(0)) / line.pricing.divisor
            digit = D(1).scaleb(line.amount.amount.as_tuple().exponent)
            if line.pricing.conversion is None:
                assert abs(exact - line.amount.amount) <= digit / 2, line


def amounts(found: RatedPeriod) -> str:
    """Return each line's meter and amount, as a table has them."""
    return " ".join(f"{line.meter}={line.amount.amount}" for line in found.line_items)


def line_of(found: RatedPeriod, meter: str) -> LineItem:
    """Return the only line of a meter."""
    (line,) = (line for line in found.line_items if line.meter == meter)
    return line


def by_day(line: LineItem) -> str:
    """Return what each day adds to a line, those with nothing left out."""
    told = [(each.day.day, each.amount.amount) for each in line.charges if each.amount.amount]
    return " ".join(f"{number}:{amount}" for number, amount in told)
