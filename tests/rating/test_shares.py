"""A line shared out over its resources: the parts make up the whole, to the last digit."""

from datetime import UTC, datetime
from decimal import Decimal as D
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.metering.meters import METERS
from chalicelib.metering.usage import UsageGroup, group_of, measured, measured_each
from chalicelib.money import EXACT, allocate
from chalicelib.periods import BillingPeriod
from chalicelib.rating.charges import rate
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import RateCard, rate_card
from chalicelib.rating.shares import shares_of
from chalicelib.rating.tariffs import Model, Per, Tariff, Tier, conditions

ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)
NOVEMBER = BillingPeriod("2026-11", "UTC")
DAY = 86400
FIRST = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10**9, places=6), min_size=1, max_size=30)


def test_what_is_left_goes_to_those_who_lost_most(table) -> None:
    """
    total | weights   | parts
    0.10  | 1 1 1     | 0.04 0.03 0.03
    -0.10 | 1 1 1     | -0.04 -0.03 -0.03
    1.00  | 1 2 4     | 0.14 0.29 0.57
    0.01  | 1 1       | 0.01 0.00
    0.00  | 1 1       | 0.00 0.00
    0.05  | 0 0       | 0.03 0.02
    7.00  | 0 3       | 0.00 7.00
    """
    for row in table:
        parts = allocate(D(row["total"]), [D(each) for each in row["weights"].split()], 2)
        assert [format(each, "f") for each in parts] == row["parts"].split(), row


@given(AMOUNTS, WEIGHTS)
def test_no_money_is_lost_or_invented_by_allocating(total: D, weights: list[D]) -> None:
    parts = allocate(total, weights, 2)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        if whole:
            assert abs(part - total * weight / whole) < D("0.01")


def volumes(day: int, gib: int, *hours: str, offering: str = "", tag: str = "") -> UsageGroup:
    tags = (("team", tag),) if tag else ()
    entries = [(f"v{n}", each, "", gib * 2**30, f"disk {n}", tags) for n, each in enumerate(hours)]
    start = FIRST + (day - 1) * DAY
    return group_of("volume", start, start + DAY, ("", offering, ""), entries)


def lists(*tariffs: Tariff) -> PriceLists:
    return PriceLists("EUR", [rate_card("EUR", ALWAYS, tariffs)])


def test_tiers_are_shared_by_all_alike() -> None:
    tariff = Tariff(
        "volume",
        Per.GIB_HOUR,
        model=Model.GRADUATED,
        tiers=(Tier(D(240), D("0.10")), Tier(None, D("0.01"))),
    )
    usage = [volumes(1, 10, "24", "12"), volumes(2, 10, "24")]
    found = rate(usage, lists(tariff), NOVEMBER)
    (line,) = found.line_items
    # 240 GiB-hours at 0.10 and 360 at 0.01; v0 has 480 of 600.
    assert str(line.amount.amount) == "27.60"
    shares = shares_of(line, usage, lists(tariff), NOVEMBER)
    told = [(each.resource, each.name, each.quantity, str(each.amount.amount)) for each in shares]
    assert told == [("v0", "disk 0", 480, "22.08"), ("v1", "disk 1", 120, "5.52")]


def test_only_what_the_line_is_for_has_a_share() -> None:
    cheap = Tariff("volume", Per.GIB_HOUR, D("0.01"))
    fast = Tariff(
        "volume", Per.GIB_HOUR, D("0.02"), conditions=conditions({"offering": ["ssd", "nvme"]})
    )
    team = Tariff("volume", Per.GIB_HOUR, D("0.03"), conditions=conditions({"tag:team": ["web"]}))
    both = Tariff(
        "volume",
        Per.GIB_HOUR,
        D("0.04"),
        conditions=conditions({"offering": ["ssd", "nvme"], "tag:team": ["web"]}),
    )
    prices = lists(cheap, fast, team, both)
    usage = [
        volumes(1, 1, "24"),
        volumes(2, 1, "24", offering="ssd"),
        volumes(3, 1, "24", tag="web"),
        volumes(4, 1, "12", offering="nvme", tag="web"),
    ]
    found = rate(usage, prices, NOVEMBER)
    told = {
        str(line.pricing.tariff.unit_price): [
            (str(each.quantity.normalize(EXACT)), str(each.amount.amount))
            for each in shares_of(line, usage, prices, NOVEMBER)
        ]
        for line in found.line_items
    }
    assert told == {
        "0.01": [("24", "0.24")],
        "0.02": [("24", "0.48")],
        "0.03": [("24", "0.72")],
        "0.04": [("12", "0.48")],
    }


def test_a_day_across_a_change_of_prices_is_shared_by_each_version() -> None:
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    cards: list[RateCard] = [
        rate_card("EUR", at, [Tariff("volume", Per.GIB_HOUR, D(price))])
        for at, price in ((ALWAYS, "1"), (noon, "2"))
    ]
    prices = PriceLists("EUR", cards)
    usage = [volumes(1, 1, "24", "8")]
    lines = rate(usage, prices, NOVEMBER).line_items
    told = [
        [str(each.amount.amount) for each in shares_of(line, usage, prices, NOVEMBER)]
        for line in lines
    ]
    assert told == [["12.00", "4.00"], ["24.00", "8.00"]]


@pytest.mark.parametrize("meter", METERS)
def test_what_each_resource_measures_adds_up_to_what_all_do(meter: str) -> None:
    chance = Random(meter)
    known = {"vcpus": "2", "mhz": "2500", "memory_mib": "3000", "size": str(2**31)}
    dimensions = tuple(known.get(each.name, "") for each in METERS[meter].dimensions)
    sized = METERS[meter].sized
    entries = [
        (f"r{n}", str(chance.randint(0, 24)), "", chance.randint(1, 2**40) if sized else 0, "", ())
        for n in range(40)
    ]
    group = group_of(meter, FIRST, FIRST + DAY, dimensions, entries)
    for name, whole in measured(group):
        parts = list(measured_each(group, name))
        assert (len(parts), sum(parts)) == (40, whole), name
