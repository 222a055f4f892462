"""Agreements: what can be agreed, when it holds, and which are one and the same."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal as D

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.money import Money
from chalicelib.rating.agreements import (
    Adjustment,
    Agreement,
    Commitment,
    Credit,
    FreeQuota,
    Subscription,
    checked,
    those,
)
from chalicelib.rating.tariffs import Per
from tests.rating.books import Table, day, until


def discount(percent: str, scope: str = "all", **more: object) -> Adjustment:
    return Adjustment(day(1), percent=D(percent), scope=scope, **more)  # type: ignore[arg-type]


def commitment(start: str, end: str, amount: str = "100") -> Commitment:
    first = until(start)
    assert first is not None
    return Commitment(first, until(end), amount=Money.of(amount, "EUR"))


def refused(agreement: Agreement, *others: Agreement) -> str:
    with pytest.raises(InvalidInput) as error:
        checked(agreement, "EUR", others)
    assert error.value.fields is not None
    (field,) = error.value.fields
    assert str(error.value) == f"{field}: {error.value.fields[field]}"
    return field


def test_it_holds_from_its_first_day_until_the_day_before_its_end(table: Table) -> None:
    """
    from | until | day | holds
    10   |       | 9   | no
    10   |       | 10  | yes
    10   |       | 31  | yes
    10   | 12    | 11  | yes
    10   | 12    | 12  | no
    10   | 10    | 10  | no
    """
    for row in table:
        found = commitment(row["from"], row["until"]).holds_on(day(int(row["day"])))
        assert found == (row["holds"] == "yes"), row


def test_one_agreement_has_one_id_whatever_its_end() -> None:
    forever, ended = commitment("1", ""), commitment("1", "20")
    assert forever.id == ended.id != commitment("2", "").id
    assert commitment("1", "", "100").id != commitment("1", "", "101").id
    assert discount("-10").id != discount("-10", note="other").id
    gift = Credit(day(1), amount=Money.of("100", "EUR"))
    assert gift.id != forever.id


def test_numbers_are_written_in_one_way(table: Table) -> None:
    """
    percent | quantity | amount
    -10     | 5        | 100
    -10.0   | 5.00     | 100.0
    -1E+1   | 0.5E+1   | 1E+2
    """
    for row in table:
        agreed: list[tuple[Agreement, Agreement]] = [
            (discount(row["percent"]), discount("-10")),
            (commitment("1", "", row["amount"]), commitment("1", "", "100.00")),
            (Subscription(day(1), service="g", quantity=D(row["quantity"])), gold("5", "g")),
            (
                FreeQuota(day(1), meter="network_sent", quantity=D(row["quantity"]), per=Per.GIB),
                FreeQuota(day(1), meter="network_sent", quantity=D(5), per=Per.GIB),
            ),
        ]
        for written, plain in agreed:
            found = checked(written, "EUR", [])
            assert (found, found.id) == (plain, plain.id), row


def gold(quantity: str, service: str = "gold") -> Subscription:
    return Subscription(day(1), service=service, quantity=D(quantity))


def test_no_two_commitments_hold_on_one_day(table: Table) -> None:
    """
    known | asked | taken
    1-    | 20-   | no
    1-20  | 20-   | yes
    1-20  | 19-   | no
    20-   | 1-    | no
    20-   | 1-20  | yes
    20-   | 1-21  | no
    20-20 | 1-    | yes
    20-20 | 1-30  | yes
    20-20 | 20-   | yes
    1-    | 20-20 | yes
    """
    for row in table:
        first = commitment(*row["known"].split("-"))
        asked = commitment(*row["asked"].split("-"), amount="200")
        if row["taken"] == "yes":
            assert checked(asked, "EUR", [first, discount("-5")]).start == asked.start, row
        else:
            assert refused(asked, first) == "from", row
    stored = checked(commitment("1", ""), "EUR", [])
    assert checked(commitment("1", "20", "100.0"), "EUR", [stored]).id == stored.id


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: discount("0"), "percent"),
        (lambda: discount("-100.01"), "percent"),
        (lambda: discount("1000.1"), "percent"),
        (lambda: discount("NaN"), "percent"),
        (lambda: discount("sNaN"), "percent"),
        (lambda: discount("-Infinity"), "percent"),
        (lambda: discount("0." + "0" * 18 + "1"), "percent"),
        (lambda: discount("-10", "everything"), "scope"),
        (lambda: discount("-10", "all:"), "scope"),
        (lambda: discount("-10", "all:x"), "scope"),
        (lambda: discount("-10", "service:"), "scope"),
        (lambda: discount("-10", "service:credits"), "scope"),
        (lambda: discount("-10", "meter:commitment"), "scope"),
        (lambda: discount("-10", "meter:service:" + "x" * 41), "scope"),
        (lambda: discount("-10", note="x" * 201), "note"),
        (lambda: discount("-10", note="two\nlines"), "note"),
        (lambda: discount("-10", until=date(2026, 10, 31)), "until"),
        (lambda: commitment("1", "", "0"), "amount"),
        (lambda: commitment("1", "", "-5"), "amount"),
        (lambda: commitment("1", "", "0.001"), "amount"),
        (lambda: commitment("1", "", "1000000000000.01"), "amount"),
        (lambda: Credit(day(1), amount=Money.of("5", "USD")), "amount"),
        (lambda: Credit(day(1), amount=Money(D("NaN"), "EUR")), "amount"),
        (lambda: FreeQuota(day(1), meter="x", quantity=D(1), per=Per.GIB), "meter"),
        (lambda: FreeQuota(day(1), meter="service:x", quantity=D(1), per=Per.ONCE), "meter"),
        (lambda: FreeQuota(day(1), meter="volume", quantity=D(1), per=Per.GIB), "per"),
        (lambda: FreeQuota(day(1), meter="volume", quantity=D(0), per=Per.GIB_HOUR), "quantity"),
        (lambda: gold("-1"), "quantity"),
        (lambda: gold("1e13"), "quantity"),
        (lambda: gold("1", ""), "service"),
        (lambda: gold("1", "Gold"), "service"),
        (lambda: gold("1", "x" * 41), "service"),
    ],
)
def test_what_is_absurd_is_refused_by_its_field(make: Callable[[], Agreement], field: str) -> None:
    assert refused(make()) == field


def test_an_amount_has_the_decimals_of_its_currency(table: Table) -> None:
    """
    currency | amount | taken
    EUR      | 0.01   | 0.01
    EUR      | 5      | 5.00
    EUR      | 0.001  |
    KWD      | 0.001  | 0.001
    KWD      | 0.0001 |
    JPY      | 100.0  | 100
    JPY      | 0.5    |
    """
    for row in table:
        gift = Credit(day(1), amount=Money.of(row["amount"], row["currency"]))
        if row["taken"]:
            found = checked(gift, row["currency"], [])
            assert isinstance(found, Credit) and str(found.amount.amount) == row["taken"], row
        else:
            with pytest.raises(InvalidInput, match="decimals"):
                checked(gift, row["currency"], [])


def test_those_of_a_kind_come_in_one_order() -> None:
    agreed: list[Agreement] = [commitment("20", ""), discount("-5"), commitment("1", "20")]
    assert those(Commitment, agreed) == [agreed[2], agreed[0]]
    assert those(Commitment, reversed(agreed)) == [agreed[2], agreed[0]]
    assert those(Credit, agreed) == []
