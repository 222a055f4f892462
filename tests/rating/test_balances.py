"""The committed minimum and promotional credits, against what all charges come to."""

from datetime import date
from decimal import Decimal as D

import pytest

from chalicelib.money import Money
from chalicelib.rating.agreements import Adjustment, Agreement, Commitment, Credit, Subscription
from chalicelib.rating.balances import open_credit
from chalicelib.rating.line_items import Category, LineItem, RatedPeriod
from chalicelib.rating.tariffs import Per, Tariff
from tests.rating.books import (
    VM_HOUR,
    Table,
    by_day,
    card,
    day,
    instant,
    rated,
    running,
    until,
)


def commitment(amount: str, start: int = 1, end: str = "", currency: str = "EUR") -> Commitment:
    return Commitment(day(start), until(end), amount=Money.of(amount, currency))


def credit(amount: str, start: int = 1, end: str = "", note: str = "") -> Credit:
    return Credit(day(start), until(end), note, amount=Money.of(amount, "EUR"))


def topped_up(found: RatedPeriod) -> LineItem | None:
    return next((each for each in found.line_items if each.meter == "commitment"), None)


def paid(found: RatedPeriod) -> dict[str, D]:
    """Return what credits paid, by their ids."""
    lines = [each for each in found.line_items if each.category is Category.CREDIT]
    assert all(line.amount.amount < 0 for line in lines)
    return {line.meter.removeprefix("credit:"): -line.amount.amount for line in lines}


def test_the_minimum_of_a_month_is_topped_up_by_its_days(table: Table) -> None:
    """
    amount | from | until | ran  | as of            | top-up | total
    300    | 1    |       |      |                  | 300.00 | 300.00
    300    | 1    |       | 1-10 |                  | 60.00  | 300.00
    300    | 1    |       | 1-12 |                  | 12.00  | 300.00
    300    | 1    |       | 1-13 |                  |        | 312.00
    240    | 1    |       | 1-10 |                  |        | 240.00
    300    | 16   |       |      |                  | 150.00 | 150.00
    300    | 1    | 11    |      |                  | 100.00 | 100.00
    300    | 11   | 21    | 1-2  |                  | 52.00  | 100.00
    300    | 16   | 16    | 1-2  |                  |        | 48.00
    300    | 31   |       | 1-2  |                  |        | 48.00
    300    | 1    |       | 1-2  | 2026-11-03 00:00 |        | 48.00
    300    | 1    |       | 1-2  | 2026-11-07 00:00 | 12.00  | 60.00
    300    | 1    |       | 1-2  | 2026-11-07 23:59 | 12.00  | 60.00
    100    | 1    |       |      | 2026-11-02 00:00 | 3.33   | 3.33
    100    | 1    |       |      | 2026-11-04 00:00 | 10.00  | 10.00
    100    | 1    |       |      |                  | 100.00 | 100.00
    """
    for row in table:
        first, _, last = row["ran"].partition("-")
        usage = running(int(first), int(last)) if first else []
        agreed = commitment(row["amount"], int(row["from"]), row["until"])
        as_of = instant(row["as of"]) if row["as of"] else None
        found = rated(usage, [card(VM_HOUR)], agreed, as_of=as_of)
        line = topped_up(found)
        assert ("" if line is None else str(line.amount.amount)) == row["top-up"], row
        assert found.total.amount == D(row["total"]), row


def test_days_of_a_top_up_go_back_when_charges_catch_up() -> None:
    # 10.00 a day are committed; nothing on days 1 to 3, 24.00 on day 4.
    found = rated(running(4, 4), [card(VM_HOUR)], commitment("300"), as_of=instant("2026-11-06"))
    line = topped_up(found)
    assert line is not None and by_day(line) == "1:10.00 2:10.00 3:10.00 4:-14.00 5:10.00"
    assert (found.total.amount, line.category) == (50, Category.ADJUSTMENT)


def test_one_commitment_follows_another_within_a_month() -> None:
    agreed = [commitment("300", 1, "16"), commitment("600", 16)]
    found = rated(running(1, 1), [card(VM_HOUR)], *agreed)
    assert found.total.amount == 150 + 300


def test_a_minimum_is_compared_with_what_is_left_after_discounts_and_with_services() -> None:
    free = Adjustment(day(1), percent=D(-50))
    gold = Subscription(day(1), service="gold")
    prices = card(VM_HOUR, Tariff("service:gold", Per.MONTH, D(100)))
    line = topped_up(rated(running(1, 10), [prices], free, gold, commitment("300")))
    assert line is not None and str(line.amount.amount) == "130.00"


@pytest.mark.parametrize(
    ("currency", "amount", "top_up"), [("KWD", "1", "0.033"), ("JPY", "1000", "33")]
)
def test_a_minimum_is_rounded_by_its_currency(currency: str, amount: str, top_up: str) -> None:
    prices = card(Tariff("running_vm", Per.HOUR, D(1)), currency=currency)
    agreed = commitment(amount, currency=currency)
    line = topped_up(rated([], [prices], agreed, as_of=instant("2026-11-02")))
    assert line is not None and str(line.amount.amount) == top_up


def test_a_credit_pays_for_the_charges_of_its_days_until_it_is_used_up(table: Table) -> None:
    """
    amount | from | until | used before | by day            | total
    30     | 1    |       | 0           | 1:-24.00 2:-6.00  | 42.00
    72     | 1    |       | 0           | 1:-24.00 2:-24.00 3:-24.00 | 0.00
    500    | 1    |       | 0           | 1:-24.00 2:-24.00 3:-24.00 | 0.00
    500    | 2    | 3     | 0           | 2:-24.00          | 48.00
    500    | 2    | 2     | 0           |                   | 72.00
    500    | 4    |       | 0           |                   | 72.00
    500    | -20  | 2     | 0           | 1:-24.00          | 48.00
    30     | 1    |       | 20          | 1:-10.00          | 62.00
    30     | 1    |       | 30          |                   | 72.00
    30     | 1    |       | 35          |                   | 72.00
    0.01   | 1    |       | 0           | 1:-0.01           | 71.99
    """
    for row in table:
        agreed = credit(row["amount"], int(row["from"]), row["until"])
        used = {agreed.id: D(row["used before"])}
        found = rated(running(1, 3), [card(VM_HOUR)], agreed, used_credits=used)
        lines = [each for each in found.line_items if each.category is Category.CREDIT]
        assert " ".join(map(by_day, lines)) == row["by day"], row
        assert found.total.amount == D(row["total"]), row


def test_what_expires_first_is_used_first(table: Table) -> None:
    """
    first    | second   | third  | paid of each
    30 1-20  | 30 1-10  | 30 1-  | 30 30 12
    30 1-    | 30 2-10  | 90 1-9 | 0 0 72
    30 1-    | 50 2-10  |        | 24 48
    30 1-    | 30 1-2   |        | 30 24
    100 1-   | 10 3-30  |        | 62 10
    """
    for row in table:
        cells = [row[name].split() for name in ("first", "second", "third") if row[name]]
        agreed = [
            credit(amount, int(days.split("-")[0]), days.split("-")[1], f"{number}")
            for number, (amount, days) in enumerate(cells)
        ]
        found = rated(running(1, 3), [card(VM_HOUR)], *reversed(agreed))
        assert [paid(found).get(each.id, 0) for each in agreed] == [
            D(each) for each in row["paid of each"].split()
        ], row


def test_a_credit_lasts_over_several_months() -> None:
    gift = credit("100")
    used = D(0)
    for expected in ("72", "28", "0"):
        found = rated(running(1, 3), [card(VM_HOUR)], gift, used_credits={gift.id: used})
        assert paid(found).get(gift.id, D(0)) == D(expected)
        left = open_credit(found.line_items, [gift], {gift.id: used}, day(30))
        used += D(expected)
        assert left == 100 - used
    assert used == 100


def test_a_credit_never_pays_for_the_committed_minimum() -> None:
    found = rated(running(1, 1), [card(VM_HOUR)], commitment("300"), credit("100"))
    assert list(paid(found).values()) == [24]
    assert found.total.amount == 300 - 24
    nothing = rated([], [card(VM_HOUR)], commitment("300"), credit("100"))
    assert (paid(nothing), nothing.total.amount) == ({}, 300)


def test_what_is_left_counts_only_where_it_holds() -> None:
    agreed: list[Agreement] = [credit("50", 1, "16"), credit("70", 16), credit("5", 1, "1")]
    assert [open_credit([], agreed, {}, day(number)) for number in (1, 15, 16, 30)] == [
        50,
        50,
        70,
        70,
    ]
    assert open_credit([], agreed, {}, date(2026, 10, 31)) == 0
    assert open_credit([], agreed, {agreed[0].id: D(80)}, day(1)) == 0
