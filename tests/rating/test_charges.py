"""What usage costs: full months, changes of price, cuts, and the laws of conservation."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.metering.usage import Usage
from chalicelib.money import EXACT
from chalicelib.periods import BillingPeriod
from chalicelib.rating.charges import RatedPeriod, rate, share
from chalicelib.rating.rate_cards import Per, RateCard, Tariff, rate_card

ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)
NOVEMBER = BillingPeriod("2026-11", "UTC")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def used(meter: str, start: str, end: str, quantity: str, resource: str = "r") -> Usage:
    return Usage(meter, resource, at(start), at(end), D(quantity), "", "", "")


def card(per: Per, price: str, meter: str = "running_vm", since: datetime = ALWAYS) -> RateCard:
    return rate_card("EUR", since, [Tariff(meter, per, D(price))])


def days_of(period: BillingPeriod) -> list[Usage]:
    """A VM that ran all month, in the UTC days CloudStack measures."""
    first, last = period.span.start - timedelta(days=1), period.span.end + timedelta(days=1)
    start = first.replace(hour=0)
    count = (last - start).days + 1
    days = [start + timedelta(days=n) for n in range(count)]
    return [
        Usage(
            "running_vm",
            "r",
            int(day.timestamp()),
            int((day + timedelta(days=1)).timestamp()),
            D(24),
            "",
            "",
            "",
        )
        for day in days
    ]


def test_a_full_month_costs_the_price_of_a_month_whatever_its_length(table) -> None:
    """
    period  | zone          | hours
    2026-02 | UTC           | 672
    2028-02 | UTC           | 696
    2026-04 | UTC           | 720
    2026-01 | UTC           | 744
    2026-03 | Europe/Berlin | 743
    2026-10 | Europe/Berlin | 745
    2026-11 | Asia/Kolkata  | 720
    """
    for row in table:
        period = BillingPeriod(row["period"], row["zone"])
        rated = rate(days_of(period), [card(Per.MONTH, "30.00")], period, "EUR")
        (line,) = rated.line_items
        assert (str(rated.total.amount), line.quantity) == ("30.00", D(row["hours"])), row


def test_an_hour_price_is_rounded_once_and_not_every_hour() -> None:
    # 720 x 0.0123456 = 8.888832; rounded each hour it would be 720 x 0.01 = 7.20.
    rated = rate(days_of(NOVEMBER), [card(Per.HOUR, "0.0123456")], NOVEMBER, "EUR")
    assert str(rated.total.amount) == "8.89"


def test_prices_that_change_at_noon_split_the_day_and_nothing_else() -> None:
    #          Nov 10          Nov 11
    # vm          |---- 24 h ----|
    # price     1.00 ... | 2.00 ...
    #                 12:00
    noon = datetime(2026, 11, 10, 12, tzinfo=UTC)
    cards = [card(Per.HOUR, "1.00"), card(Per.HOUR, "2.00", since=noon)]
    usage = [used("running_vm", "2026-11-10", "2026-11-11", "24")]
    rated = rate(usage, cards, NOVEMBER, "EUR")
    assert [(line.quantity, str(line.amount.amount)) for line in rated.line_items] == [
        (12, "12.00"),
        (12, "24.00"),
    ]


def test_usage_without_a_price_is_unpriced_and_never_free() -> None:
    late = card(Per.HOUR, "1.00", since=datetime(2026, 11, 11, tzinfo=UTC))
    usage = [
        used("running_vm", "2026-11-10", "2026-11-12", "48"),
        used("snapshot", "2026-11-10", "2026-11-11", "100"),
    ]
    rated = rate(usage, [late], NOVEMBER, "EUR")
    assert str(rated.total.amount) == "24.00"
    assert {(each.meter, each.quantity) for each in rated.unpriced} == {
        ("running_vm", 24),
        ("snapshot", 100),
    }


def test_a_price_of_zero_is_a_price() -> None:
    usage = [used("running_vm", "2026-11-10", "2026-11-11", "24")]
    rated = rate(usage, [card(Per.HOUR, "0")], NOVEMBER, "EUR")
    assert (len(rated.line_items), rated.unpriced, rated.total.amount) == (1, (), 0)


def test_a_day_that_crosses_midnight_of_the_month_is_billed_in_both_months() -> None:
    # Oct 31 UTC seen from Kolkata: 18.5 hours of October, 5.5 of November.
    usage = [used("running_vm", "2026-10-31", "2026-11-01", "24")]
    hours = [
        rate(usage, [card(Per.HOUR, "1.00")], BillingPeriod(month, "Asia/Kolkata"), "EUR")
        for month in ("2026-09", "2026-10", "2026-11", "2026-12")
    ]
    assert [str(each.total.amount) for each in hours] == ["0", "18.50", "5.50", "0"]


def test_the_days_of_a_line_add_up_and_a_new_day_changes_no_old_one() -> None:
    # A third of a cent a day: the cents appear when the running total reaches them.
    usage = [
        used("running_vm", f"2026-11-{day:02}", f"2026-11-{day + 1:02}", "24")
        for day in range(1, 10)
    ]
    prices = [card(Per.HOUR, "0.000138888888888889")]
    shorter, longer = rate(usage[:6], prices, NOVEMBER, "EUR"), rate(usage, prices, NOVEMBER, "EUR")
    amounts = [str(charge.amount.amount) for charge in longer.line_items[0].charges]
    assert amounts == "0.00 0.01 0.00 0.00 0.01 0.00 0.00 0.01 0.00".split()
    assert longer.line_items[0].charges[:6] == shorter.line_items[0].charges


def test_three_decimals_and_none(table) -> None:
    """
    currency | total
    KWD      | 0.123
    JPY      | 0
    EUR      | 0.12
    """
    for row in table:
        cards = [rate_card(row["currency"], ALWAYS, [Tariff("running_vm", Per.HOUR, D("0.123"))])]
        usage = [used("running_vm", "2026-11-10", "2026-11-11", "1")]
        assert str(rate(usage, cards, NOVEMBER, row["currency"]).total.amount) == row["total"], row


seconds = st.integers(at("2026-10-25"), at("2026-12-05"))
quantities = st.decimals(min_value=0, max_value=10**7, places=9)


@st.composite
def usages(draw: st.DrawFn) -> list[Usage]:
    spans = draw(st.lists(st.tuples(seconds, st.integers(1, 90_000), quantities), max_size=12))
    return [
        Usage("running_vm", "r", start, start + length, quantity, "", "", "")
        for start, length, quantity in spans
    ]


@st.composite
def rate_cards(draw: st.DrawFn) -> list[RateCard]:
    changes = draw(st.lists(seconds, max_size=4, unique=True))
    prices = st.decimals(min_value=0, max_value=1000, places=6)
    pers = st.sampled_from([Per.HOUR, Per.MONTH])
    first = [rate_card("EUR", ALWAYS, [Tariff("running_vm", draw(pers), draw(prices))])]
    return first + [
        rate_card(
            "EUR",
            datetime.fromtimestamp(change, UTC),
            [Tariff("running_vm", draw(pers), draw(prices))],
        )
        for change in changes
    ]


@given(usages(), rate_cards(), st.sampled_from(["UTC", "Asia/Kolkata", "Europe/Berlin"]))
@settings(max_examples=80)
def test_no_quantity_is_lost_or_invented_over_days_prices_and_months(
    found: list[Usage], cards: list[RateCard], zone: str
) -> None:
    months = [BillingPeriod(each, zone) for each in ("2026-10", "2026-11", "2026-12")]
    rated = [rate(found, cards, month, "EUR") for month in months]
    billed = sum(
        (Fraction(line.quantity) for each in rated for line in each.line_items), Fraction()
    )
    assert billed == sum((Fraction(usage.quantity) for usage in found), Fraction())


@given(usages(), rate_cards())
@settings(max_examples=80)
def test_lines_add_up_to_the_total_and_days_to_their_lines(
    found: list[Usage], cards: list[RateCard]
) -> None:
    rated = rate(found, cards, NOVEMBER, "EUR")
    assert rated.total.amount == sum(line.amount.amount for line in rated.line_items)
    for line in rated.line_items:
        assert sum(charge.amount.amount for charge in line.charges) == line.amount.amount
        assert Fraction(line.quantity) == sum(Fraction(each.quantity) for each in line.charges)


@given(usages(), rate_cards())
@settings(max_examples=60)
def test_every_line_is_its_quantity_times_its_price_rounded_half_up(
    found: list[Usage], cards: list[RateCard]
) -> None:
    for line in rate(found, cards, NOVEMBER, "EUR").line_items:
        exact = Fraction(line.quantity) * Fraction(line.tariff.unit_price) / Fraction(line.divisor)
        cents = (exact * 100 + Fraction(1, 2)).__floor__()
        assert line.amount.amount == D(cents) / 100


@given(usages(), rate_cards(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_usage_changes_nothing(found: list[Usage], cards, random) -> None:
    def essence(rated: RatedPeriod) -> object:
        return rated.line_items, rated.unpriced

    before = essence(rate(found, cards, NOVEMBER, "EUR"))
    random.shuffle(found)
    random.shuffle(cards)
    assert essence(rate(found, cards, NOVEMBER, "EUR")) == before


@given(quantities, st.integers(1, 10**6), st.lists(st.integers(-10, 10**6 + 10), max_size=6))
def test_shares_of_a_quantity_make_up_the_quantity(
    quantity: D, length: int, cuts: list[int]
) -> None:
    bounds = [0, *sorted(cuts), length]
    ends = [share(quantity, 0, length, bound) for bound in sorted(bounds)]
    parts = [EXACT.subtract(two, one) for one, two in itertools.pairwise(ends)]
    assert sum((Fraction(part) for part in parts), Fraction(ends[0])) == Fraction(quantity)
    assert all(part >= 0 for part in parts)
