"""Prices imported from CloudStack's Quota plugin charge what it charges, but for its roundings.

The figures are assertions of CloudStack's own tests (`QuotaManagerImplTest`, and its integration
tests `test_quota_balance.py` and `test_quota_tariff_order.py`) or follow from its source.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN
from decimal import Decimal as D
from fractions import Fraction

from chalicelib.metering.meters import METERS_BY_USAGE_TYPE, PARTS
from chalicelib.metering.usage import UsageGroup, group_of, measured, quantity
from chalicelib.rating.quota_import import QuotaPrice, imported
from chalicelib.rating.quota_tariffs import QuotaTariff

AT = datetime(2026, 12, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
UNITS = {
    **dict.fromkeys((1, 2), "Compute*Month"),
    **dict.fromkeys((10, 11, 12, 13, 14, 30, 31), "Policy*Month"),
    **dict.fromkeys((6, 7, 8, 9, 25, 26, 27, 28, 29), "GB*Month"),
    **dict.fromkeys((4, 5), "GB"),
    **dict.fromkeys((21, 22), "IOPS"),
    **dict.fromkeys((23, 24), "Bytes"),
    3: "IP*Month",
}
START = int(datetime(2026, 11, 2, tzinfo=UTC).timestamp())
GIB = 2**30
HALF = Fraction(1, 2 * 10**8)


def tariff(
    usage_type: int,
    value: str = "10",
    rule: str | None = None,
    *,
    since: datetime = LONG_AGO,
    until: datetime | None = None,
    position: int = 1,
    name: str = "",
) -> QuotaTariff:
    return QuotaTariff(
        id=f"id of {name}",
        name=name,
        usage_type=usage_type,
        unit=UNITS[usage_type],
        value=D(value),
        effective_from=since,
        until=until,
        rule=rule,
        position=position,
    )


def price_of(usage_type: int, value: str) -> QuotaPrice:
    ((price,), left) = imported([tariff(usage_type, value)], AT)
    assert left == []
    return price


# CloudStack's own arithmetic.


def scale_8(number: Fraction) -> Fraction:
    exact = D(number.numerator) / D(number.denominator)
    return Fraction(exact.quantize(D("0.00000001"), rounding=ROUND_HALF_EVEN))


def quota_used(usage_type: int, raw: D, size: int, value: D, days: int) -> Fraction:
    """Return what Quota charges for one usage record."""
    per_hour = scale_8(Fraction(value) / (24 * days))
    unit = UNITS[usage_type]
    if unit == "GB*Month":
        return Fraction(raw) * per_hour * scale_8(Fraction(size, GIB))
    if unit == "GB":
        return scale_8(Fraction(raw) / GIB) * Fraction(value)
    if unit in ("IOPS", "Bytes"):
        return Fraction(raw) * Fraction(value)
    return Fraction(raw) * per_hour


def explained(usage_type: int, raw: D, size: int, value: D, days: int) -> Fraction:
    """Return by how much its roundings alone may move that."""
    unit, hours = UNITS[usage_type], Fraction(raw)
    if unit == "GB*Month":
        per_hour = Fraction(value) / (24 * days) + HALF
        return hours * (HALF * Fraction(size, GIB) + per_hour * HALF)
    if unit == "GB":
        return HALF * Fraction(value)
    return Fraction(0) if unit in ("IOPS", "Bytes") else hours * HALF


# What StackTally charges, not rounded to a currency.


def usage(usage_type: int, raw: D, size: int) -> UsageGroup:
    """Return what is kept of one usage record."""
    meter = METERS_BY_USAGE_TYPE[usage_type]
    told = {"size": str(size)}
    dimensions = tuple(told.get(each.name, "") for each in meter.dimensions)
    entry = ("r-1", f"{raw:f}", "", size if meter.sized else 0, "", ())
    return group_of(meter.name, START, START + 86_400, dimensions, [entry])


def charged(usage_type: int, raw: D, size: int, value: str, days: int) -> Fraction:
    """Return what StackTally charges for it at the imported price."""
    price = price_of(usage_type, value)
    measures = dict(measured(usage(usage_type, raw, size)))
    amount = Fraction(quantity(price.meter, measures[price.meter])) * Fraction(price.price)
    hours = 24 * days if price.per.of_a_month else 1
    return amount / Fraction(price.per.units) / hours


def types(words: str) -> Iterable[int]:
    """Yield the usage types of a cell: `1-3 7` are 1, 2, 3 and 7."""
    for word in words.split():
        first, _, last = word.partition("-")
        yield from range(int(first), int(last or first) + 1)


def test_a_record_costs_what_quota_charges_but_for_its_roundings(table) -> None:
    """
    row | types         | raw            | gib | value   | days | quota's    | ours
    1   | 1-3 10-14     | 10             | 1   | 400     | 30   | 5.5555556  | 50/9
    1   | 30 31         | 10             | 1   | 400     | 30   | 5.5555556  | 50/9
    1   | 6-9 25 27 28  | 10             | 1   | 400     | 30   | 5.5555556  | 50/9
    1   | 4 5           | 10             | 1   | 400     | 30   | 0.000004   | 4000/1073741824
    1   | 21-24         | 10             | 1   | 400     | 30   | 4000       | 4000
    10  | 21            | 1              | 0   | 10      | 30   | 10         | 10
    13  | 6             | 24             | 50  | 0.10    | 31   | 0.161292   | 5/31
    15  | 3             | 0.083333333333 | 0   | 3       | 30   | 0.00034722 | 0.083333333333/240
        | 1             | 720            | 0   | 30      | 30   | 30.0000024 | 30
        | 1             | 672            | 0   | 30      | 28   | 30.00000192 | 30
        | 28            | 24             | 120 | 0.05    | 30   | 0.1999872  | 1/5
        | 4             | 1073741824     | 0   | 0.08    | 30   | 0.08       | 0.08
        | 23            | 1073741824     | 0   | 0.00001 | 30   | 10737.41824 | 10737.41824
        | 22            | 1000000        | 0   | 0.00002 | 31   | 20         | 20
    """
    for row in table:
        raw, size, days = D(row["raw"]), int(row["gib"]) * GIB, int(row["days"])
        numerator, _, denominator = row["ours"].partition("/")
        expected = Fraction(numerator) / Fraction(denominator or 1)
        for usage_type in types(row["types"]):
            theirs = quota_used(usage_type, raw, size, D(row["value"]), days)
            assert abs(theirs - Fraction(row["quota's"])) < Fraction(1, 10**6), (row, usage_type)
            ours = charged(usage_type, raw, size, row["value"], days)
            assert ours == expected, (row, usage_type)
            most = explained(usage_type, raw, size, D(row["value"]), days)
            assert abs(ours - theirs) <= most, (row, usage_type)


def test_the_figures_quota_stores_are_of_eight_decimals() -> None:
    volume = quota_used(6, D(24), 50 * GIB, D("0.10"), 31)
    assert volume == Fraction("0.16129200")
    assert charged(6, D(24), 50 * GIB, "0.10", 31) == Fraction(5, 31)
    assert scale_8(quota_used(3, D("0.083333333333"), 0, D(3), 30)) == Fraction("0.00034722")


def instant(text: str) -> datetime | None:
    return datetime.fromisoformat(f"{text}Z") if text else None


def test_a_tariff_counts_from_its_first_instant_up_to_its_last(table) -> None:
    """
    Quota adds a tariff to the record that begins at its very end (row 4); a rate card that begins
    there would go on with it.

    row | at               | since            | until            | quota | card
    2   | 2026-12-01T10:00 | 2026-12-01T12:00 |                  | no    | no
    3   | 2026-12-01T12:00 | 2026-12-01T12:00 |                  | yes   | yes
    4   | 2026-12-01T12:00 | 2026-12-01T10:00 | 2026-12-01T12:00 | yes   | no
    5   | 2026-01-11T00:00 | 2026-01-08T00:00 | 2026-01-10T00:00 | no    | no
        | 2026-01-09T00:00 | 2026-01-08T00:00 | 2026-01-10T00:00 | yes   | yes
        | 2026-01-11T00:00 | 2026-01-08T00:00 |                  | yes   | yes
    """
    for row in table:
        at, since, until = (instant(row[name]) for name in ("at", "since", "until"))
        assert at is not None and since is not None
        # Its own test, for a record that touches this instant.
        applied = not ((until is not None and at > until) or at < since)
        assert applied == (row["quota"] == "yes"), row
        prices, left = imported([tariff(1, since=since, until=until)], at)
        assert [price.price for price in prices] == ([D(10)] if row["card"] == "yes" else []), row
        assert left == []


def test_row_8_the_tariffs_in_force_are_added_up() -> None:
    three = [
        tariff(1, name="a"),
        tariff(1, name="b", since=datetime(2027, 1, 1, tzinfo=UTC)),
        tariff(1, name="c"),
    ]
    ((price,), left) = imported(three, AT)
    assert (price.price, price.tariffs, left) == (D(20), ("a", "c"), [])


def test_row_9_a_rule_is_the_tariff_a_number_or_nothing(table) -> None:
    """
    rule            | value
                    | 10
    true            | 10
    true;           | 10
    50.1            | 50.1
    7               | 7
    7 ;             | 7
    0               | 0
    0.05            | 0.05
    false           | 0
    """
    for row in table:
        ((price,), left) = imported([tariff(1, "10", row["rule"])], AT)
        assert (price.price, left) == (D(row["value"]), []), row


def test_row_11_a_tariff_that_looks_at_the_ones_before_it_needs_a_person() -> None:
    rules = (
        "10",
        "lastTariffs[lastTariffs.length - 1].value + 7",
        "lastTariffs[lastTariffs.length - 1].value + lastTariffs[lastTariffs.length - 2].value",
    )
    # What CloudStack comes to, 10 + 17 + 27, is not to be had from the numbers alone.
    tariffs = [
        tariff(22, "0", rule, position=place, name=f"tariff {place}")
        for place, rule in enumerate(rules, 1)
    ]
    prices, left = imported(reversed(tariffs), AT)
    assert prices == []
    assert [each.tariff.name for each in left] == ["tariff 1", "tariff 2", "tariff 3"]


def test_backups_are_priced_by_storage_which_is_not_measured_where_their_size_is_unknown() -> None:
    price = price_of(28, "0.05")
    assert PARTS[price.meter].of == "backup"
    unsized = group_of("backup", START, START + 86_400, ("", "", ""), [("r", "24", "", 0, "", ())])
    assert [name for name, _ in measured(unsized)] == ["backup"]
