"""What usage costs: full months, changes of price, cuts, and the laws of conservation."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.metering.meters import METERS
from chalicelib.metering.usage import UsageGroup, group_of
from chalicelib.money import EXACT
from chalicelib.periods import BillingPeriod
from chalicelib.rating import charges
from chalicelib.rating.cutting import share
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import RateCard, rate_card
from chalicelib.rating.tariffs import Per, Tariff

ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)
NOVEMBER = BillingPeriod("2026-11", "UTC")


def rate(
    usages: Iterable[UsageGroup], cards: Sequence[RateCard], period: BillingPeriod, currency: str
) -> RatedPeriod:
    return charges.rate(usages, PriceLists(currency, cards), period)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def group(
    meter: str, start: int, end: int, *raw: str, gib: int = 1, **dimensions: str
) -> UsageGroup:
    """Return what as many resources used of a meter as there are raw usages."""
    told = tuple(dimensions.get(each.name, "") for each in METERS[meter].dimensions)
    size = gib * 2**30 if METERS[meter].sized else 0
    entries = [(f"r-{number}", each, "", size, "", ()) for number, each in enumerate(raw)]
    return group_of(meter, start, end, told, entries)


def used(meter: str, start: str, end: str, *raw: str, **dimensions: str) -> UsageGroup:
    return group(meter, at(start), at(end), *raw, **dimensions)


def card(per: Per, price: str, meter: str = "running_vm", since: datetime = ALWAYS) -> RateCard:
    return rate_card("EUR", since, [Tariff(meter, per, D(price))])


def days_of(period: BillingPeriod) -> list[UsageGroup]:
    """A VM that ran all month, in the UTC days CloudStack measures."""
    first, last = period.span.start - timedelta(days=1), period.span.end + timedelta(days=1)
    start = first.replace(hour=0)
    count = (last - start).days + 1
    days = [start + timedelta(days=n) for n in range(count)]
    return [
        group("running_vm", int(day.timestamp()), int((day + timedelta(days=1)).timestamp()), "24")
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
def usages(draw: st.DrawFn) -> list[UsageGroup]:
    several = st.lists(quantities, min_size=1, max_size=3)
    spans = draw(st.lists(st.tuples(seconds, st.integers(1, 90_000), several), max_size=8))
    return [
        group("running_vm", start, start + length, *(format(each, "f") for each in raw))
        for start, length, raw in spans
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
    found: list[UsageGroup], cards: list[RateCard], zone: str
) -> None:
    months = [BillingPeriod(each, zone) for each in ("2026-10", "2026-11", "2026-12")]
    rated = [rate(found, cards, month, "EUR") for month in months]
    billed = sum(
        (Fraction(line.quantity) for each in rated for line in each.line_items), Fraction()
    )
    assert billed == sum((Fraction(raw) for usage in found for raw in usage.raw), Fraction())


@given(usages(), rate_cards())
@settings(max_examples=80)
def test_lines_add_up_to_the_total_and_days_to_their_lines(
    found: list[UsageGroup], cards: list[RateCard]
) -> None:
    rated = rate(found, cards, NOVEMBER, "EUR")
    assert rated.total.amount == sum(line.amount.amount for line in rated.line_items)
    for line in rated.line_items:
        assert sum(charge.amount.amount for charge in line.charges) == line.amount.amount
        assert Fraction(line.quantity) == sum(Fraction(each.quantity) for each in line.charges)


@given(usages(), rate_cards())
@settings(max_examples=60)
def test_every_line_is_its_quantity_times_its_price_rounded_half_up(
    found: list[UsageGroup], cards: list[RateCard]
) -> None:
    for line in rate(found, cards, NOVEMBER, "EUR").line_items:
        exact = (
            Fraction(line.quantity)
            * Fraction(line.pricing.tariff.unit_price)
            / Fraction(line.pricing.divisor)
        )
        cents = (exact * 100 + Fraction(1, 2)).__floor__()
        assert line.amount.amount == D(cents) / 100


@given(usages(), rate_cards(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_usage_changes_nothing(found: list[UsageGroup], cards, random) -> None:
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


# Parts: what a machine of any size can be priced by, and a backup of any size.

DAY = ("2026-11-10", "2026-11-11")
MACHINE = {"vcpus": "2", "mhz": "2500", "memory_mib": "4096"}
PRICED_PER = {
    "running_vm": Per.HOUR,
    "running_vcpus": Per.VCPU_HOUR,
    "running_ghz": Per.GHZ_HOUR,
    "running_memory": Per.GIB_HOUR,
    "allocated_vm": Per.HOUR,
    "backup": Per.HOUR,
    "backup_storage": Per.GIB_HOUR,
}


def priced(*meters: str) -> list[RateCard]:
    """Return a rate card on which one unit of each of the meters costs 1."""
    other = Tariff("disk_reads", Per.THOUSAND_REQUESTS, D(1))
    return [rate_card("EUR", ALWAYS, [other, *(Tariff(m, PRICED_PER[m], D(1)) for m in meters)])]


def test_a_machine_is_priced_by_its_hours_its_parts_or_both(table) -> None:
    """
    priced                                 | lines                              | unpriced
                                           |                                    | running_vm=24x1
    running_vm                             | running_vm=24                      |
    running_vcpus                          | running_vcpus=48                   |
    running_ghz                            | running_ghz=120                    |
    running_vcpus running_memory           | running_memory=96 running_vcpus=48 |
    running_vm running_memory              | running_memory=96 running_vm=24    |
    allocated_vm                           |                                    | running_vm=24x1
    backup_storage                         |                                    | running_vm=24x1
    """
    for row in table:
        rated = rate(
            [used("running_vm", *DAY, "24", **MACHINE)],
            priced(*row["priced"].split()),
            NOVEMBER,
            "EUR",
        )
        assert said(rated) == (row["lines"].split(), row["unpriced"].split()), row
        assert {line.service for line in rated.line_items} <= {"virtual_machines"}
        assert all(line.amount.amount == line.quantity for line in rated.line_items)


def said(rated: RatedPeriod) -> tuple[list[str], list[str]]:
    lines = [f"{line.meter}={line.quantity.normalize():f}" for line in rated.line_items]
    waiting = [
        f"{each.meter}={each.quantity.normalize():f}x{each.usages}" for each in rated.unpriced
    ]
    return lines, waiting


def test_what_is_priced_by_a_part_that_cannot_be_measured_is_unpriced_and_never_free(table) -> None:
    """
    priced                       | known                | lines                             | unpriced
    running_vcpus                |                      |                                   | running_vm=24x1
    running_vcpus running_memory |                      |                                   | running_vm=24x1
    running_vcpus running_memory | vcpus                | running_vcpus=48                  | running_vm=24x1
    running_vcpus running_ghz    | vcpus                | running_vcpus=48                  | running_vm=24x1
    running_vm running_memory    | vcpus                | running_vm=24                     | running_vm=24x1
    running_vm                   |                      | running_vm=24                     |
    running_memory               | memory_mib           | running_memory=96                 |
                                 |                      |                                   | running_vm=24x1
    """
    for row in table:
        known = {name: MACHINE[name] for name in row["known"].split()}
        usage = [used("running_vm", *DAY, "24", **known)]
        rated = rate(usage, priced(*row["priced"].split()), NOVEMBER, "EUR")
        assert said(rated) == (row["lines"].split(), row["unpriced"].split()), row


def test_backups_priced_by_storage_wait_where_cloudstack_tells_no_size() -> None:
    # CloudStack 4.22.0 gives none; since PR 12539 it does.
    sized = used("backup", *DAY, "24", size=str(2**31))
    unsized = used("backup", *DAY, "24", "12")
    assert said(rate([sized], priced("backup_storage"), NOVEMBER, "EUR")) == (
        ["backup_storage=48"],
        [],
    )
    both = rate([sized, unsized], priced("backup_storage"), NOVEMBER, "EUR")
    assert said(both) == (["backup_storage=48"], ["backup=36x2"])
    by_hour = rate([sized, unsized], priced("backup"), NOVEMBER, "EUR")
    assert said(by_hour) == (["backup=60"], [])


def test_machines_of_all_sizes_share_one_line_for_each_part() -> None:
    usage = [
        used("running_vm", *DAY, "24", "12", vcpus="2", mhz="1000", memory_mib="1024"),
        used("running_vm", *DAY, "24", vcpus="8", mhz="3000", memory_mib="512"),
    ]
    rated = rate(usage, priced("running_vcpus", "running_ghz", "running_memory"), NOVEMBER, "EUR")
    assert said(rated) == (["running_ghz=648", "running_memory=48", "running_vcpus=264"], [])


def test_a_part_that_gets_a_price_is_priced_from_then_on() -> None:
    #         00:00      12:00      24:00
    # vm      |-------- 24 h ---------|
    # hour    1.00       |
    # vCPU               | 1.00
    noon = datetime(2026, 11, 10, 12, tzinfo=UTC)
    cards = [card(Per.HOUR, "1.00"), card(Per.VCPU_HOUR, "1.00", "running_vcpus", noon)]
    rated = rate([used("running_vm", *DAY, "24", **MACHINE)], cards, NOVEMBER, "EUR")
    assert said(rated) == (["running_vcpus=24", "running_vm=12"], [])


def test_requests_and_bytes_are_priced_by_the_thousand_the_million_and_the_gib(table) -> None:
    """
    meter        | raw        | per               | price | amount
    disk_reads   | 1500       | thousand_requests | 0.10  | 0.15
    disk_reads   | 1          | thousand_requests | 10    | 0.01
    disk_writes  | 2500000    | million_requests  | 0.40  | 1.00
    disk_writes  | 4999       | million_requests  | 1     | 0.00
    disk_written | 1610612736 | gib               | 1     | 1.50
    """
    for row in table:
        usage = [used(row["meter"], *DAY, row["raw"])]
        rated = rate(usage, [card(Per(row["per"]), row["price"], row["meter"])], NOVEMBER, "EUR")
        (line,) = rated.line_items
        assert (str(line.amount.amount), rated.unpriced) == (row["amount"], ()), row


def test_a_level_costs_what_there_was_for_as_long_as_it_was(table) -> None:
    """
    bytes      | start            | end              | gib-hours
    1073741824 | 2026-11-10 00:00 | 2026-11-11 00:00 | 24
    1073741824 | 2026-11-10 00:00 | 2026-11-10 01:00 | 1
    2147483648 | 2026-10-31 18:00 | 2026-11-01 06:00 | 12
    """
    for row in table:
        usage = [used("bucket", row["start"], row["end"], row["bytes"])]
        rated = rate(usage, [card(Per.GIB_HOUR, "1", "bucket")], NOVEMBER, "EUR")
        assert said(rated) == ([f"bucket={row['gib-hours']}"], []), row


def test_unpriced_usage_is_counted_by_the_record_whatever_midnights_it_crosses() -> None:
    kolkata = BillingPeriod("2026-11", "Asia/Kolkata")
    usage = [used("snapshot", *DAY, "24", "24"), used("snapshot", "2026-11-11", "2026-11-12", "24")]
    assert said(rate(usage, [], kolkata, "EUR")) == ([], ["snapshot=72x3"])


@given(usages(), st.sampled_from(["2", "7", ""]), st.sampled_from(["512", "3000", ""]))
@settings(max_examples=40)
def test_nothing_that_is_measured_of_a_priced_meter_is_left_out(
    found: list[UsageGroup], vcpus: str, memory: str
) -> None:
    dimensions = ("", "", "", "", "", vcpus, "", memory)
    sized = [replace(each, dimensions=dimensions) for each in found]
    months = [BillingPeriod(each, "UTC") for each in ("2026-10", "2026-11", "2026-12")]
    cards = priced("running_vcpus", "running_memory")
    rated = [rate(sized, cards, month, "EUR") for month in months]
    billed: dict[str, Fraction] = defaultdict(Fraction)
    for line in (line for each in rated for line in each.line_items):
        billed[line.meter] += Fraction(line.quantity)
    hours = sum((Fraction(raw) for each in found for raw in each.raw), Fraction())
    assert billed["running_vcpus"] == hours * int(vcpus or 0)
    assert billed["running_memory"] == hours * int(memory or 0) / 1024
    waiting = sum((Fraction(each.quantity) for r in rated for each in r.unpriced), Fraction())
    assert waiting == (0 if vcpus and memory else hours)
