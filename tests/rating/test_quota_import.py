"""Tariffs of the Quota plugin that become prices, and those that need a person."""

from datetime import UTC, datetime
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.metering.meters import METERS_BY_USAGE_TYPE
from chalicelib.rating.quota_import import NeedsPerson, QuotaPrice, imported
from chalicelib.rating.quota_tariffs import QuotaTariff

AT = datetime(2026, 12, 1, tzinfo=UTC)
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
UNITS = {
    **dict.fromkeys((1, 2), "Compute*Month"),
    **dict.fromkeys((3,), "IP*Month"),
    **dict.fromkeys((4, 5), "GB"),
    **dict.fromkeys((6, 7, 8, 9, 25, 26, 27, 28, 29), "GB*Month"),
    **dict.fromkeys((10, 11, 12, 13, 14, 30, 31), "Policy*Month"),
    **dict.fromkeys((21, 22), "IOPS"),
    **dict.fromkeys((23, 24), "Bytes"),
}


def tariff(usage_type: int, value: str | None, rule: str = "", **more: object) -> QuotaTariff:
    told = {
        "id": "t",
        "name": "a tariff",
        "unit": UNITS.get(usage_type, "Compute*Month"),
        "effective_from": SINCE,
        "rule": rule or None,
        **more,
    }
    amount = None if value is None else D(value)
    return QuotaTariff(usage_type=usage_type, value=amount, **told)  # type: ignore[arg-type]


def only_price(*tariffs: QuotaTariff) -> QuotaPrice:
    ((price,), left) = imported(tariffs, AT)
    assert left == []
    return price


def left_over(*tariffs: QuotaTariff) -> list[NeedsPerson]:
    prices, left = imported(tariffs, AT)
    assert prices == []
    return left


def test_each_usage_type_has_its_meter_and_its_unit(table) -> None:
    """
    type | meter                  | per              | value   | price
    1    | running_vm             | month            | 12.00   | 12
    2    | allocated_vm           | month            | 1       | 1
    3    | ip_address             | month            | 3.00    | 3
    4    | network_sent           | gib              | 0.08    | 0.08
    5    | network_received       | gib              | 0.00    | 0
    6    | volume                 | gib_month        | 0.085   | 0.085
    7    | template               | gib_month        | 0.03    | 0.03
    8    | iso                    | gib_month        | 0.03    | 0.03
    9    | snapshot               | gib_month        | 0.04    | 0.04
    10   | security_group         | month            | 1       | 1
    11   | load_balancer          | month            | 8       | 8
    12   | port_forwarding        | month            | 0       | 0
    13   | network_offering       | month            | 5       | 5
    14   | vpn_user               | month            | 6       | 6
    21   | disk_reads             | million_requests | 0.00001 | 10
    22   | disk_writes            | million_requests | 0.00002 | 20
    23   | disk_read              | gib              | 0.00001 | 10737.41824
    24   | disk_written           | gib              | 1       | 1073741824
    25   | vm_snapshot            | gib_month        | 0.06    | 0.06
    27   | vm_snapshot_on_primary | gib_month        | 0.07    | 0.07
    28   | backup_storage         | gib_month        | 0.05    | 0.05
    29   | bucket                 | gib_month        | 0.02    | 0.02
    30   | network                | month            | 2       | 2
    31   | vpc                    | month            | 9       | 9
    """
    assert {int(row["type"]) for row in table} == {*METERS_BY_USAGE_TYPE} - {26}
    for row in table:
        price = only_price(tariff(int(row["type"]), row["value"]))
        assert (price.meter, price.per) == (row["meter"], row["per"]), row
        assert str(price.price) == row["price"], row


def test_what_needs_a_person_says_why(table) -> None:
    """
    type | value  | rule                              | why
    1    | 5      | value.osName == 'Windows'         | is a program
    1    | 5      | if (true) { 3 }                   | is a program
    1    | 5      | (3)                               | is a program
    1    | 5      | 1 + 2                             | is a program
    1    | 5      | 010                               | is a program
    1    | 5      | 1e3                               | is a program
    1    | 5      | .5                                | is a program
    1    | 5      | 3;;                               | is a program
    1    | 5      | TRUE                              | is a program
    1    | 5      | ٣                                 | is a program
    1    | 5      | 99999999                          | is a program
    1    | 5      | 0.1234567890123                   | is a program
    1    | 5      | 0.0005                            | may count it as 0
    26   | 0.02   |                                   | of this type do not tell
    26   | 0      |                                   | of this type do not tell
    15   | 1      |                                   | no meter for usage type 15
    1    | -3     |                                   | less than nothing
    24   | 1000   |                                   | up to 1000000000000
    1    | 1e300  |                                   | up to 1000000000000
    1    | 1e-30  |                                   | at most 18 decimals
    """
    for row in table:
        (found,) = left_over(tariff(int(row["type"]), row["value"], row["rule"]))
        assert row["why"] in found.reason, (row, found.reason)


def test_a_program_takes_the_other_tariffs_of_its_type_with_it() -> None:
    plain, program = tariff(6, "0.01", name="plain"), tariff(6, "0", "value.size", name="program")
    prices, left = imported([plain, program, tariff(3, "3")], AT)
    assert [price.meter for price in prices] == ["ip_address"]
    assert [(each.tariff.name, each.tariff.usage_type) for each in left] == [
        ("plain", 6),
        ("program", 6),
    ]
    assert "adds it to another tariff" in left[0].reason
    assert "is a program" in left[1].reason


def test_a_program_that_is_not_in_force_harms_nobody() -> None:
    ended = tariff(6, "0", "value.size", until=datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC))
    later = tariff(6, "0", "value.size", effective_from=datetime(2026, 12, 2, tzinfo=UTC))
    removed = tariff(6, "0", "value.size", removed=datetime(2026, 11, 1, tzinfo=UTC))
    assert only_price(ended, later, removed, tariff(6, "0.05")).price == D("0.05")


def test_a_discount_is_subtracted() -> None:
    assert only_price(tariff(1, "12"), tariff(1, "-2.5")).price == D("9.5")
    assert only_price(tariff(1, "12"), tariff(1, "-12")).price == 0


def test_rules_that_are_hidden_need_a_person() -> None:
    (found,) = left_over(tariff(1, "12", rule_shown=False))
    assert "quotaTariffUpdate" in found.reason


def test_a_value_that_was_not_told_needs_a_person() -> None:
    (found,) = left_over(tariff(1, None))
    assert found.reason == "CloudStack did not tell its value"


def test_a_unit_that_does_not_fit_needs_a_person_unless_the_price_is_zero() -> None:
    """The seeds of CloudStack 4.7 have the unit GB for disk requests, and the value 0."""
    assert only_price(tariff(21, "0.00", unit="GB")).price == 0
    (found,) = left_over(tariff(21, "0.01", unit="GB"))
    assert found.reason == "CloudStack says that it is for GB, expected IOPS"


def test_of_no_tariffs_there_is_nothing() -> None:
    assert imported([], AT) == ([], [])


amounts = st.decimals(min_value=0, max_value=1000, places=5)


@given(st.lists(st.tuples(st.sampled_from(sorted(UNITS)), amounts), max_size=30), st.randoms())
def test_no_tariff_is_lost_or_counted_twice(given_tariffs, order) -> None:
    tariffs = [
        tariff(usage_type, str(value), name=f"t{number}")
        for number, (usage_type, value) in enumerate(given_tariffs)
    ]
    prices, left = imported(tariffs, AT)
    named = [name for price in prices for name in price.tariffs]
    named += [each.tariff.name for each in left]
    assert sorted(named) == sorted(each.name for each in tariffs)
    shuffled = list(tariffs)
    order.shuffle(shuffled)
    again, _ = imported(shuffled, AT)
    assert [(each.meter, each.price) for each in again] == [
        (each.meter, each.price) for each in prices
    ]
