"""Services that CloudStack does not measure: by the days they hold on, in full, or once."""

from datetime import date
from decimal import Decimal as D

from chalicelib.periods import BillingPeriod
from chalicelib.rating.agreements import Subscription
from chalicelib.rating.price_lists import Missing
from chalicelib.rating.tariffs import Per, Tariff
from tests.rating.books import Table, amounts, by_day, card, instant, line_of, rated, until

GOLD = "service:gold"
MONTHLY = Tariff(GOLD, Per.MONTH, D(30))
ONCE = Tariff(GOLD, Per.ONCE, D(60))


def gold(start: str, end: str = "", **more: object) -> Subscription:
    first = until(start)
    assert first is not None
    return Subscription(first, until(end), service="gold", **more)  # type: ignore[arg-type]


def test_a_month_is_billed_by_the_days_it_holds_on_or_in_full(table: Table) -> None:
    """
    from | until | how many | pro-rated | as of            | amount
    1    |       | 1        | yes       |                  | 30.00
    1    |       | 3        | yes       |                  | 90.00
    1    |       | 0.5      | yes       |                  | 15.00
    -30  |       | 1        | yes       |                  | 30.00
    16   |       | 1        | yes       |                  | 15.00
    1    | 11    | 1        | yes       |                  | 10.00
    16   | 21    | 1        | yes       |                  | 5.00
    16   | 16    | 1        | yes       |                  |
    31   |       | 1        | yes       |                  |
    -30  | 1     | 1        | yes       |                  |
    1    |       | 1        | yes       | 2026-11-11 00:00 | 10.00
    1    |       | 1        | yes       | 2026-11-11 23:59 | 10.00
    1    |       | 1        | yes       | 2026-11-01 23:59 |
    16   |       | 1        | no        |                  | 30.00
    16   | 17    | 2        | no        |                  | 60.00
    16   | 16    | 1        | no        |                  |
    1    |       | 1        | no        | 2026-11-11 00:00 | 10.00
    21   |       | 1        | no        | 2026-11-26 00:00 | 15.00
    """
    for row in table:
        how = {"quantity": D(row["how many"]), "prorated": row["pro-rated"] == "yes"}
        as_of = instant(row["as of"]) if row["as of"] else None
        found = rated([], [card(MONTHLY)], gold(row["from"], row["until"], **how), as_of=as_of)
        assert amounts(found) == (row["amount"] and f"{GOLD}={row['amount']}"), row


def test_what_is_paid_once_is_paid_on_its_first_day(table: Table) -> None:
    """
    from | until | how many | as of            | by day
    1    |       | 1        |                  | 1:60.00
    16   |       | 2        |                  | 16:120.00
    16   | 17    | 1        |                  | 16:60.00
    16   | 16    | 1        |                  |
    -1   |       | 1        |                  |
    31   |       | 1        |                  |
    16   |       | 1        | 2026-11-16 23:59 |
    16   |       | 1        | 2026-11-17 00:00 | 16:60.00
    """
    for row in table:
        agreed = gold(row["from"], row["until"], quantity=D(row["how many"]))
        as_of = instant(row["as of"]) if row["as of"] else None
        found = rated([], [card(ONCE)], agreed, as_of=as_of)
        days = by_day(line_of(found, GOLD)) if found.line_items else ""
        assert days == row["by day"], row


def test_a_day_of_another_length_costs_its_hours(table: Table) -> None:
    """
    period  | hours | from       | until      | amount
    2026-10 | 745   | 2026-10-01 |            | 745.00
    2026-10 | 745   | 2026-10-24 | 2026-10-25 | 24.00
    2026-10 | 745   | 2026-10-25 | 2026-10-26 | 25.00
    2027-03 | 743   | 2027-03-01 |            | 743.00
    2027-03 | 743   | 2027-03-28 | 2027-03-29 | 23.00
    2026-11 | 720   | 2026-10-25 |            | 720.00
    """
    for row in table:
        last = date.fromisoformat(row["until"]) if row["until"] else None
        agreed = Subscription(date.fromisoformat(row["from"]), last, service="gold")
        tariff = Tariff(GOLD, Per.MONTH, D(row["hours"]))
        period = BillingPeriod(row["period"], "Europe/Berlin")
        assert amounts(rated([], [card(tariff)], agreed, period=period)) == (
            f"{GOLD}={row['amount']}"
        ), row


def test_a_price_that_changes_is_charged_from_then_on(table: Table) -> None:
    """
    since            | from | pro-rated | amounts
    2026-11-16 00:00 | 1    | yes       | 15.00 30.00
    2026-11-16 12:00 | 1    | yes       | 15.50 29.00
    2026-11-16 00:00 | 16   | yes       | 30.00
    2026-11-16 00:00 | 21   | yes       | 20.00
    2026-11-16 00:00 | 1    | no        | 15.00 30.00
    2026-11-21 00:00 | 11   | no        | 15.00 30.00
    """
    for row in table:
        dearer = card(Tariff(GOLD, Per.MONTH, D(60)), since=instant(row["since"]))
        agreed = gold(row["from"], prorated=row["pro-rated"] == "yes")
        found = rated([], [card(MONTHLY), dearer], agreed)
        assert [str(line.amount.amount) for line in found.line_items] == row["amounts"].split(), row


def test_a_service_sold_by_the_month_and_once_is_what_the_price_in_force_says(
    table: Table,
) -> None:
    """
    before | after | since            | from | amounts
    month  | once  | 2026-11-16 00:00 | 1    | 15.00
    month  | once  | 2026-11-16 00:00 | 11   | 5.00
    month  | once  | 2026-11-16 00:00 | 16   | 60.00
    month  | once  | 2026-11-16 00:00 | 20   | 60.00
    month  | once  | 2026-11-16 12:00 | 16   | 0.50
    once   | month | 2026-11-16 00:00 | 1    | 60.00 15.00
    once   | month | 2026-11-16 12:00 | 16   | 60.00 14.50
    once   | month | 2026-11-16 00:00 | 16   | 15.00
    once   | once  | 2026-11-16 12:00 | 16   | 60.00
    """
    tariffs = {"month": MONTHLY, "once": ONCE}
    for row in table:
        cards = [
            card(tariffs[row["before"]]),
            card(tariffs[row["after"]], since=instant(row["since"])),
        ]
        found = rated([], cards, gold(row["from"]))
        assert [str(line.amount.amount) for line in found.line_items] == row["amounts"].split(), row


def test_a_service_without_a_price_waits_and_is_never_free() -> None:
    other = Tariff("service:silver", Per.MONTH, D(1))
    late = card(MONTHLY, since=instant("2026-11-16 00:00"))
    twice = [gold("1"), gold("1", quantity=D(2))]
    found = rated([], [card(other), late], *twice)
    assert amounts(found) == f"{GOLD}=45.00"
    (waiting,) = found.unpriced
    assert (waiting.meter, waiting.why, waiting.usages) == (GOLD, Missing.PRICE, 1)
    assert waiting.quantity == 3 * 15 * 24


def test_services_of_one_kind_share_a_line_and_its_tiers() -> None:
    found = rated([], [card(MONTHLY)], gold("1"), gold("16", quantity=D(2)))
    assert amounts(found) == f"{GOLD}=60.00"
    minimum = Tariff(GOLD, Per.MONTH, D(30), included=D(1), minimum=D(40))
    assert amounts(rated([], [card(minimum)], gold("1", quantity=D(2)))) == f"{GOLD}=40.00"
    assert amounts(rated([], [card(minimum)], gold("1", quantity=D(4)))) == f"{GOLD}=90.00"
