"""Free quotas: so much of a meter costs nothing, by the days it holds on."""

from decimal import Decimal as D

from chalicelib.rating.agreements import Adjustment, FreeQuota
from chalicelib.rating.pricing import Kind
from chalicelib.rating.tariffs import Model, Per, Tariff, Tier, conditions
from tests.rating.books import (
    VM_HOUR,
    Table,
    amounts,
    by_day,
    card,
    day,
    instant,
    line_of,
    rated,
    running,
    until,
    used,
)


def hours(quantity: str, start: int = 1, end: str = "", per: Per = Per.HOUR) -> FreeQuota:
    return FreeQuota(day(start), until(end), meter="running_vm", quantity=D(quantity), per=per)


def test_a_quota_is_used_up_day_by_day(table: Table) -> None:
    """
    quantity | per   | from | until | by day
    0.5      | hour  | 1    |       | 1:23.50 2:24.00 3:24.00
    24       | hour  | 1    |       | 2:24.00 3:24.00
    30       | hour  | 1    |       | 2:18.00 3:24.00
    72       | hour  | 1    |       |
    1000     | hour  | 1    |       |
    60       | hour  | 16   |       | 1:24.00 2:24.00 3:24.00
    60       | hour  | 2    | 3     | 1:24.00 2:22.00 3:24.00
    90       | hour  | 2    | 12    | 1:24.00 2:0.00 3:18.00
    60       | hour  | 2    | 2     | 1:24.00 2:24.00 3:24.00
    60       | hour  | -20  | 2     | 1:22.00 2:24.00 3:24.00
    0.05     | month | 1    |       | 2:12.00 3:24.00
    0.1      | month | 1    |       |
    """
    for row in table:
        quota = hours(row["quantity"], int(row["from"]), row["until"], Per(row["per"]))
        found = rated(running(1, 3), [card(VM_HOUR)], quota)
        expected = row["by day"].replace(" 2:0.00", "")
        assert by_day(line_of(found, "running_vm")) == expected, row
        assert line_of(found, "running_vm").quantity == 72, row


def test_quotas_of_every_unit(table: Table) -> None:
    """
    meter        | raw     | price per         | quota | per               | amount
    disk_reads   | 5000000 | million_requests  | 2     | million_requests  | 3.00
    disk_reads   | 5000000 | thousand_requests | 2     | million_requests  | 3000.00
    disk_reads   | 5000    | thousand_requests | 1.5   | thousand_requests | 3.50
    network_sent | 5       | gib               | 1.5   | gib               | 3.50
    volume       | 24      | gib_hour          | 10    | gib_hour          | 14.00
    volume       | 24      | gib_hour          | 0.02  | gib_month         | 9.60
    running_vm   | 24      | month             | 12    | hour              | 0.02
    """
    for row in table:
        raw = row["raw"]
        if row["meter"] == "network_sent":
            raw = str(int(raw) * 2**30)
        tariff = Tariff(row["meter"], Per(row["price per"]), D(1))
        quota = FreeQuota(day(1), meter=row["meter"], quantity=D(row["quota"]), per=Per(row["per"]))
        found = rated([used(row["meter"], 3, raw)], [card(tariff)], quota)
        assert amounts(found) == f"{row['meter']}={row['amount']}", row


def test_what_is_free_reaches_no_tier_and_fills_no_block(table: Table) -> None:
    """
    model     | quota | amount
    graduated | 0     | 170.00
    graduated | 40    | 150.00
    graduated | 140   | 100.00
    volume    | 0     | 120.00
    volume    | 140   | 100.00
    volume    | 139   | 50.50
    package   | 0     | 9.00
    package   | 40    | 6.00
    package   | 240   | 0.00
    """
    tiers = (Tier(D(100), D(1)), Tier(None, D("0.5")))
    for row in table:
        model = Model(row["model"])
        tariff = (
            Tariff("running_vm", Per.HOUR, D(3), model, package_size=D(100))
            if model is Model.PACKAGE
            else Tariff("running_vm", Per.HOUR, model=model, tiers=tiers)
        )
        agreed = [hours(row["quota"])] if row["quota"] != "0" else []
        found = rated(running(1, 10), [card(tariff)], *agreed)
        assert amounts(found) == f"running_vm={row['amount']}", row


def test_a_quota_comes_before_the_included_units_and_the_discount() -> None:
    tariff = Tariff("running_vm", Per.HOUR, D(1), included=D(20))
    half = Adjustment(day(1), percent=D(-50))
    found = rated(running(1, 3), [card(tariff)], hours("12"), half)
    assert amounts(found) == "running_vm=20.00"
    line = line_of(found, "running_vm")
    assert line.pricing is not None
    assert [(step.kind, step.quantity) for step in line.pricing.steps] == [
        (Kind.FREE_QUOTA, 12),
        (Kind.INCLUDED, 20),
        (Kind.FLAT, 40),
        (Kind.ADJUSTMENT, None),
    ]


def test_quotas_of_one_meter_add_up_and_never_pay_back() -> None:
    assert amounts(rated(running(1, 3), [card(VM_HOUR)], hours("10"), hours("20"))) == (
        "running_vm=42.00"
    )
    late = [hours("70"), hours("60", 16), hours("30", 2, "17")]
    assert amounts(rated(running(1, 3), [card(VM_HOUR)], *late)) == "running_vm=0.00"


def test_one_quota_serves_every_tariff_of_its_meter_in_one_order() -> None:
    cheap = conditions({"zone": ["a"]})
    prices = [
        card(VM_HOUR, Tariff("running_vm", Per.HOUR, D(2), conditions=cheap)),
        card(Tariff("running_vm", Per.HOUR, D(5)), since=instant("2026-11-02")),
    ]
    usage = [*running(1, 2), used("running_vm", 1, "24", zone="a")]
    found = rated(usage, prices, hours("30"))
    # Day 1: 24 h at 1.00 and 6 of the 24 h at 2.00 are free; day 2 costs 24 h at 5.00.
    assert [str(line.amount.amount) for line in found.line_items] == ["0.00", "120.00", "36.00"]


def test_what_has_no_price_uses_up_no_quota() -> None:
    late = card(VM_HOUR, since=instant("2026-11-02"))
    found = rated(running(1, 2), [late], hours("10"))
    assert amounts(found) == "running_vm=14.00"
    assert [each.quantity for each in found.unpriced] == [24]
