"""Estimates: a planned deployment, priced as the bill would price it."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.exchange_rates import Conversion, exchange_rate
from chalicelib.rating.agreements import Adjustment, FreeQuota
from chalicelib.rating.estimates import Estimate, Planned, PlannedService, estimate
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import rate_card
from chalicelib.rating.tariffs import Model, Per, Tariff, Tier, conditions

NOW = datetime(2026, 11, 26, 13, 30, 5, tzinfo=UTC)
ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)
SMALL = {"offering": "small", "vcpus": "2", "mhz": "2000", "memory_mib": "4096"}
PRICES = [
    Tariff("running_vm", Per.HOUR, D("0.02")),
    Tariff("allocated_vm", Per.MONTH, D("3.65")),
    Tariff("running_memory", Per.GIB_MONTH, D("1.00")),
    Tariff("volume", Per.GIB_MONTH, D("0.08")),
    Tariff("bucket", Per.GIB_MONTH, D("0.02")),
    Tariff("disk_reads", Per.MILLION_REQUESTS, D("0.20")),
    Tariff(
        "network_sent",
        Per.GIB,
        model=Model.GRADUATED,
        tiers=(Tier(D(100), D("0.10")), Tier(None, D("0.05"))),
    ),
    Tariff("service:support", Per.MONTH, D("49.00"), title="Support"),
    Tariff("service:setup", Per.ONCE, D("25.00"), title="Setup"),
]


def estimated(
    *items: Planned,
    services: tuple[PlannedService, ...] = (),
    tariffs: list[Tariff] = PRICES,
    agreements: tuple[Adjustment | FreeQuota, ...] = (),
) -> Estimate:
    lists = PriceLists("EUR", [rate_card("EUR", ALWAYS, tariffs)])
    return estimate(items, services, lists, agreements, NOW)


def test_each_kind_of_thing_is_priced_by_the_month(table) -> None:
    """
    meter        | count | hours | size | quantity | month
    running_vm   | 1     | 730   | 0    |          | 22.25
    running_vm   | 3     | 730   | 0    |          | 66.75
    running_vm   | 1     | 365   | 0    |          | 12.95
    volume       | 2     | 730   | 50   |          | 8.00
    bucket       | 1     | 730   | 100  |          | 2.00
    network_sent | 1     | 730   | 0    | 130      | 11.50
    disk_reads   | 1     | 730   | 0    | 2500000  | 0.50
    """
    # A small VM: 730 x 0.02 = 14.60, allocated 3.65, 4 GiB of memory 4.00. One that runs half of
    # the month is allocated all of it.
    for row in table:
        item = Planned(
            row["meter"],
            D(row["count"]),
            D(row["hours"]),
            D(row["size"]),
            D(row["quantity"]) if row["quantity"] else None,
            SMALL if row["meter"] == "running_vm" else {},
        )
        found = estimated(item)
        assert str(found.total.month.amount) == row["month"], row
        assert found.items[0].month == found.total.month, row
        assert not found.unpriced, row


def test_where_stopped_vms_are_free_it_is_allocated_as_long_as_it_runs() -> None:
    lists = PriceLists("EUR", [rate_card("EUR", ALWAYS, PRICES)])
    half = [Planned("running_vm", hours=D(365), dimensions=SMALL)]
    found = estimate(half, [], lists, [], NOW, stopped_vms="free")
    # 7.30 and 2.00 of memory, and 1.83 for half of the allocation.
    assert str(found.total.month.amount) == "11.13"


def test_an_hour_and_a_day_are_shown_with_more_decimals() -> None:
    found = estimated(Planned("volume", size_gib=D(1))).total
    assert [str(each.amount) for each in (found.month, found.day, found.hour)] == [
        "0.08",
        "0.00263014",
        "0.00010959",
    ]


def test_services_are_paid_by_the_month_or_once() -> None:
    found = estimated(
        services=(PlannedService("support"), PlannedService("setup", D(2))),
    )
    told = [(str(each.month.amount), str(each.once.amount)) for each in found.services]
    assert told == [("49.00", "0.00"), ("0.00", "50.00")]
    assert (str(found.total.month.amount), str(found.total.once.amount)) == ("49.00", "50.00")


def test_tiers_see_all_items_together_and_all_share_them() -> None:
    # 160 GiB: 100 at 0.10 and 60 at 0.05 are 13.00, shared by 120 and 40.
    found = estimated(
        Planned("network_sent", quantity=D(120)), Planned("network_sent", quantity=D(40))
    )
    assert [str(each.month.amount) for each in found.items] == ["9.75", "3.25"]
    assert str(found.total.month.amount) == "13.00"


def test_discounts_count_and_free_quotas_do_not() -> None:
    half = Adjustment(start=date(2026, 1, 1), percent=D(-50), scope="meter:volume")
    over = Adjustment(start=date(2026, 1, 1), until=date(2026, 11, 1), percent=D(-50))
    free = FreeQuota(start=date(2026, 1, 1), meter="volume", quantity=D(100), per=Per.GIB_MONTH)
    item = Planned("volume", size_gib=D(100))
    assert str(estimated(item, agreements=(half, over, free)).total.month.amount) == "4.00"


def test_prices_to_come_and_prices_gone_by_are_none_of_it() -> None:
    volume = [Tariff("volume", Per.GIB_MONTH, D(price)) for price in ("1", "2", "3")]
    instants = (
        ALWAYS,
        datetime(2026, 11, 26, 13, 15, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC),
    )
    cards = [rate_card("EUR", at, [each]) for at, each in zip(instants, volume, strict=True)]
    found = estimate([Planned("volume", size_gib=D(1))], [], PriceLists("EUR", cards), [], NOW)
    assert str(found.total.month.amount) == "2.00"


def test_what_has_no_price_is_named_and_not_free() -> None:
    only = [
        Tariff("volume", Per.GIB_MONTH, D(1), conditions=conditions({"offering": ["ssd"]})),
        Tariff("service:setup", Per.ONCE, D(1)),
    ]
    found = estimated(
        Planned("volume", size_gib=D(1), dimensions={"offering": "hdd"}),
        services=(PlannedService("support"),),
        tariffs=only,
    )
    told = [(each.meter, each.why.value, each.dimensions) for each in found.unpriced]
    assert told == [
        ("service:support", "price", ()),
        ("volume", "price", (("offering", "hdd"),)),
    ]
    assert found.items[0].parts == ()


def test_a_base_price_is_converted_at_the_rate_of_the_day() -> None:
    rate = exchange_rate("EUR", "JPY", date(2026, 11, 25), D("160.5"), "ecb")
    lists = PriceLists(
        "JPY",
        [],
        base=[rate_card("EUR", ALWAYS, PRICES)],
        base_currency="EUR",
        conversion=Conversion("EUR", "JPY", rate.rate, D(1), (rate,)),
    )
    found = estimate([Planned("volume", size_gib=D(100))], [], lists, [], NOW)
    assert (str(found.total.month.amount), found.converted) == ("1284", True)
    assert str(found.total.hour.amount) == "1.758904"


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (Planned("running_cow"), "items.0.meter"),
        (Planned("running_vcpus"), "items.0.meter"),
        (Planned("volume"), "items.0.size_gib"),
        (Planned("bucket"), "items.0.size_gib"),
        (Planned("network_sent"), "items.0.quantity"),
        (Planned("running_vm", hours=D(731)), "items.0.hours"),
        (Planned("running_vm", count=D(-1)), "items.0.count"),
        (Planned("running_vm", count=D("NaN")), "items.0.count"),
        (Planned("running_vm", count=D("1e30")), "items.0.count"),
        (Planned("running_vm", dimensions={"colour": "red"}), "items.0.dimensions"),
        (Planned("running_vm", dimensions={"vcpus": "two"}), "items.0.dimensions"),
        (Planned("running_vm", dimensions={"vcpus": "²"}), "items.0.dimensions"),
    ],
)
def test_what_cannot_be_estimated_is_refused_at_its_field(item: Planned, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        estimated(item)
    assert set(refused.value.fields) == {field}
