"""Discounts and surcharges: what they cover, on which days, and together with all else."""

from datetime import date
from decimal import Decimal as D

from chalicelib.exchange_rates import Conversion, ExchangeRate
from chalicelib.rating.agreements import Adjustment, Subscription
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.pricing import Kind
from chalicelib.rating.tariffs import Model, Per, Tariff, Tier
from tests.rating.books import (
    VM_HOUR,
    Table,
    amounts,
    by_day,
    card,
    day,
    line_of,
    rated,
    running,
    until,
    used,
)


def adjusted(text: str) -> list[Adjustment]:
    """Return the agreements of `-10 all 6-11; 5 meter:running_vm`: percent, scope, days."""
    found = []
    for each in filter(None, text.split("; ")):
        percent, scope, *days = each.split()
        first, _, last = (days[0] if days else "1-").partition("-")
        start = until(first)
        assert start is not None
        found.append(Adjustment(start, until(last), percent=D(percent), scope=scope))
    return found


def test_a_discount_or_surcharge_is_on_the_charges_of_its_days(table: Table) -> None:
    """
    agreed                                | by day
                                          | 1:24.00 2:24.00 3:24.00
    -10 all                               | 1:21.60 2:21.60 3:21.60
    5 all                                 | 1:25.20 2:25.20 3:25.20
    -10 all 2-                            | 1:24.00 2:21.60 3:21.60
    -10 all 1-2                           | 1:21.60 2:24.00 3:24.00
    -10 all 2-3                           | 1:24.00 2:21.60 3:24.00
    -10 all 2-2                           | 1:24.00 2:24.00 3:24.00
    -10 all 4-                            | 1:24.00 2:24.00 3:24.00
    -10 service:virtual_machines          | 1:21.60 2:21.60 3:21.60
    -10 service:volumes                   | 1:24.00 2:24.00 3:24.00
    -10 service:services                  | 1:24.00 2:24.00 3:24.00
    -10 meter:running_vm                  | 1:21.60 2:21.60 3:21.60
    -10 meter:running_vcpus               | 1:24.00 2:24.00 3:24.00
    -10 meter:allocated_vm                | 1:24.00 2:24.00 3:24.00
    -100 all                              |
    1000 all                              | 1:264.00 2:264.00 3:264.00
    -0.5 all                              | 1:23.88 2:23.88 3:23.88
    -10 all; -5 all                       | 1:20.40 2:20.40 3:20.40
    -10 all; -5 service:virtual_machines  | 1:20.40 2:20.40 3:20.40
    -10 all; 10 meter:running_vm          | 1:24.00 2:24.00 3:24.00
    -10 all 1-3; -20 all 2-               | 1:21.60 2:16.80 3:19.20
    -80 all; -50 all                      |
    -80 all; -50 all; 50 all              | 1:4.80 2:4.80 3:4.80
    50 all; -80 all; -50 meter:running_vm | 1:4.80 2:4.80 3:4.80
    -100 all; -100 all; 250 all           | 1:36.00 2:36.00 3:36.00
    -100 all 2-3                          | 1:24.00 3:24.00
    """
    for row in table:
        found = rated(running(1, 3), [card(VM_HOUR)], *adjusted(row["agreed"]))
        assert by_day(line_of(found, "running_vm")) == row["by day"], row


def test_a_discount_is_named_in_the_workings() -> None:
    agreed = adjusted("-10 all; -5 all 2-")
    line = line_of(rated(running(1, 3), [card(VM_HOUR)], *agreed), "running_vm")
    assert line.pricing is not None
    steps = [(step.kind, step.amount, step.price, step.note) for step in line.pricing.steps]
    assert steps[0] == (Kind.FLAT, 72, 1, "")
    assert sorted(steps[1:], key=lambda step: step[1]) == [
        (Kind.ADJUSTMENT, D("-7.2"), -10, agreed[0].id),
        (Kind.ADJUSTMENT, D("-2.4"), -5, agreed[1].id),
    ]


def test_a_discount_comes_after_included_units_tiers_minimum_and_maximum(table: Table) -> None:
    """
    price                 | agreed     | amount
    flat 1                | -10 all    | 216.00
    flat 1 minimum 300    |            | 300.00
    flat 1 minimum 300    | -10 all    | 270.00
    flat 1 minimum 300    | -100 all   | 0.00
    flat 1 minimum 300    | -10 all 6- | 300.00
    flat 1 maximum 200    |            | 200.00
    flat 1 maximum 200    | -10 all    | 180.00
    flat 1 maximum 200    | 50 all     | 300.00
    flat 1 included 40    | -10 all    | 180.00
    flat 1 included 240   | -10 all    | 0.00
    graduated 100:1 :0.5  |            | 170.00
    graduated 100:1 :0.5  | -10 all    | 153.00
    graduated 100:1 :0.5  | -10 all 6- | 164.00
    volume 100:1 :0.5     | -10 all 6- | 114.00
    package 100 30        | -10 all    | 81.00
    package 100 30        | -10 all 6- | 87.00
    """
    for row in table:
        found = rated(running(1, 10), [card(tariff(row["price"]))], *adjusted(row["agreed"]))
        assert amounts(found) == f"running_vm={row['amount']}", row


def tariff(text: str) -> Tariff:
    """Return the tariff of `flat 1 minimum 300`, `graduated 100:1 :0.5` or `package 100 30`."""
    model, *rest = text.split()
    if model == "package":
        size, price = map(D, rest)
        return Tariff("running_vm", Per.HOUR, price, Model.PACKAGE, package_size=size)
    if model == "flat":
        more = {name: D(value) for name, value in zip(rest[1::2], rest[2::2], strict=True)}
        return Tariff("running_vm", Per.HOUR, D(rest[0]), **more)  # type: ignore[arg-type]
    tiers = tuple(
        Tier(D(up_to) if up_to else None, D(price))
        for up_to, _, price in (each.partition(":") for each in rest)
    )
    return Tariff("running_vm", Per.HOUR, model=Model(model), tiers=tiers)


def test_what_is_discounted_is_rounded_once_by_its_currency(table: Table) -> None:
    """
    currency | price    | agreed  | amount
    EUR      | 0.0123   | -10 all | 0.80
    KWD      | 0.0123   | -10 all | 0.797
    JPY      | 1.23     | -10 all | 80
    JPY      | 0.0347   | -20 all | 2
    JPY      | 0.0348   | -40 all | 2
    KWD      | 0.000007 | -1 all  | 0.000
    KWD      | 0.000007 | 1 all   | 0.001
    """
    for row in table:
        price = card(Tariff("running_vm", Per.HOUR, D(row["price"])), currency=row["currency"])
        found = rated(running(1, 3), [price], *adjusted(row["agreed"]))
        assert amounts(found) == f"running_vm={row['amount']}", row


def test_each_line_is_discounted_by_what_covers_it() -> None:
    prices = card(
        VM_HOUR, Tariff("volume", Per.GIB_HOUR, D(1)), Tariff("service:gold", Per.ONCE, D(50))
    )
    usage = [*running(1, 1), used("volume", 1, "24")]
    gold = Subscription(day(1), service="gold")
    for agreed, expected in {
        "-10 all": "running_vm=21.60 service:gold=45.00 volume=21.60",
        "-10 service:services": "running_vm=24.00 service:gold=45.00 volume=24.00",
        "-10 meter:service:gold": "running_vm=24.00 service:gold=45.00 volume=24.00",
        "-10 meter:service:silver": "running_vm=24.00 service:gold=50.00 volume=24.00",
        "-10 service:volumes": "running_vm=24.00 service:gold=50.00 volume=21.60",
    }.items():
        assert amounts(rated(usage, [prices], gold, *adjusted(agreed))) == expected, agreed


def test_what_is_converted_is_discounted_before_the_one_rounding() -> None:
    # 24 h x 0.10 USD = 2.40 USD; less 15 % = 2.04 USD; times 0.3333 = 0.679932 KWD.
    rate = ExchangeRate("USD", "KWD", date(2026, 11, 30), D("0.3333"), "hand")
    conversion = Conversion("USD", "KWD", rate.rate, D(1), (rate,))
    base = card(Tariff("running_vm", Per.HOUR, D("0.10")), currency="USD")
    lists = PriceLists("KWD", [], base=[base], base_currency="USD", conversion=conversion)
    assert amounts(rated(running(1, 1), lists, *adjusted("-15 all"))) == "running_vm=0.680"
