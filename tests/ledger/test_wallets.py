"""Wallets: topped up, drawn down day by day, expired; and what pays an invoice."""

from decimal import Decimal as D

import pytest
from msgspec.structs import replace

from chalicelib.errors import CurrencyMismatch
from chalicelib.ledger.standing import Standing
from chalicelib.ledger.wallets import (
    arrears_posting,
    available,
    draw_down_posting,
    expiry_posting,
    top_up_posting,
)
from tests.ledger.facts import (
    FIRST,
    NOTHING,
    after,
    bought,
    day,
    drawn,
    given,
    in_lots,
    invoiced,
    money,
    noon,
    paid,
)

SOON = given("5.00", "soon", expires_on=day("11-20"))
LATER = given("5.00", "later", expires_on=day("12-20"))
STAYS = given("5.00", "stays", day("11-03"))
BOUGHT = bought("10.00", "bought", day("11-02"))
LOTS = (SOON, LATER, STAYS, BOUGHT)


def wallet() -> Standing:
    """Four lots and some credit; told in another order than they are used in."""
    return after(NOTHING, BOUGHT, STAYS, LATER, SOON, paid("3.00"))


def test_given_is_drawn_before_bought_and_what_expires_soonest_first(table) -> None:
    """
    target | day   | lots                 | credit | drawn
    0      | 11-10 | 5.00 5.00 5.00 10.00 | 3.00   | 0.00
    4.00   | 11-10 | 1.00 5.00 5.00 10.00 | 3.00   | 4.00
    7.00   | 11-10 | 0.00 3.00 5.00 10.00 | 3.00   | 7.00
    16.00  | 11-10 | 0.00 0.00 0.00 9.00  | 3.00   | 16.00
    26.00  | 11-10 | 0.00 0.00 0.00 0.00  | 2.00   | 26.00
    28.00  | 11-10 | 0.00 0.00 0.00 0.00  | 0.00   | 28.00
    99.00  | 11-10 | 0.00 0.00 0.00 0.00  | 0.00   | 28.00
    7.00   | 11-19 | 0.00 3.00 5.00 10.00 | 3.00   | 7.00
    7.00   | 11-20 | 5.00 0.00 3.00 10.00 | 3.00   | 7.00
    99.00  | 12-20 | 5.00 5.00 0.00 0.00  | 0.00   | 18.00
    -1.00  | 11-10 | 5.00 5.00 5.00 10.00 | 3.00   | 0.00
    """
    for row in table:
        on = day(row["day"])
        posting = draw_down_posting(wallet(), "2026-11", D(row["target"]), on, noon(on))
        assert (posting is None) == (row["drawn"] == "0.00"), row
        now = wallet() if posting is None else after(wallet(), posting)
        assert in_lots(now, *LOTS) == row["lots"], row
        assert str(now.credit) == row["credit"], row
        assert str(now.drawn("2026-11")) == row["drawn"], row
        assert str(now.drawn("2026-12")) == "0.00"
        assert available(wallet(), on) == available(now, on) + now.drawn("2026-11")


def test_a_month_is_drawn_day_by_day_and_what_was_too_much_goes_back() -> None:
    """What was drawn last goes back first, to where it came from, even to an empty lot."""
    standing = wallet()
    for target, lots, credit in [
        ("3.00", "2.00 5.00 5.00 10.00", "3.00"),
        ("6.00", "0.00 4.00 5.00 10.00", "3.00"),
        ("26.00", "0.00 0.00 0.00 0.00", "2.00"),
        ("24.50", "0.00 0.00 0.00 0.50", "3.00"),
        ("14.00", "0.00 0.00 1.00 10.00", "3.00"),
        ("2.00", "3.00 5.00 5.00 10.00", "3.00"),
        ("0", "5.00 5.00 5.00 10.00", "3.00"),
    ]:
        standing = after(standing, drawn(standing, target, day("11-10")))
        assert (in_lots(standing, *LOTS), str(standing.credit)) == (lots, credit), target
        again = draw_down_posting(standing, "2026-11", D(target), day("11-10"), noon(FIRST))
        assert again is None
    assert not standing.drawn_lots and not standing.drawn_periods()


def test_two_months_are_drawn_side_by_side() -> None:
    standing = after(NOTHING, BOUGHT)
    standing = after(standing, drawn(standing, "6.00", day("11-30"), "2026-11"))
    standing = after(standing, drawn(standing, "9.00", day("12-01"), "2026-12"))
    assert [str(standing.drawn(each)) for each in ("2026-11", "2026-12")] == ["6.00", "4.00"]
    assert (standing.lots, list(standing.drawn_lots)) == ({}, [BOUGHT.id])
    assert standing.drawn_periods() == ["2026-11", "2026-12"]
    standing = after(standing, drawn(standing, "5.00", day("12-01"), "2026-11"))
    standing = after(standing, drawn(standing, "9.00", day("12-01"), "2026-12"))
    assert [str(standing.drawn(each)) for each in ("2026-11", "2026-12")] == ["5.00", "5.00"]


def test_what_has_expired_is_taken_back(table) -> None:
    """
    day   | lots
    11-19 | 5.00 5.00 5.00 10.00
    11-20 | 0.00 5.00 5.00 10.00
    12-19 | 0.00 5.00 5.00 10.00
    12-20 | 0.00 0.00 5.00 10.00
    12-31 | 0.00 0.00 5.00 10.00
    """
    for row in table:
        on = day(row["day"])
        posting = expiry_posting(wallet(), on, noon(on))
        now = wallet() if posting is None else after(wallet(), posting)
        assert in_lots(now, *LOTS) == row["lots"], row
        assert expiry_posting(now, on, noon(on)) is None
        assert str(now.balance("promotions")) == str(now.wallet - 10)


def test_what_goes_back_to_an_expired_lot_expires() -> None:
    standing = after(wallet(), drawn(wallet(), "5.00", day("11-19")))
    assert expiry_posting(standing, day("11-20"), noon(FIRST)) is None
    standing = after(standing, drawn(standing, "4.00", day("11-20")))
    assert str(available(standing, day("11-20"))) == "23.00"
    posting = expiry_posting(standing, day("11-20"), noon(FIRST))
    assert posting is not None and posting.entries[0].amount == 1


def test_open_documents_are_paid_once_the_wallet_is_filled(table) -> None:
    """
    topped up | R1    | R2    | left
    5.00      | 10.00 | 15.00 | 0.00
    20.00     | 10.00 | 0.00  | 0.00
    25.00     | 5.00  | 0.00  | 0.00
    40.00     | 0.00  | 0.00  | 10.00
    """
    late = invoiced(invoiced(NOTHING, "R1", "10.00", due_days=30), "R2", "20.00")
    for row in table:
        standing = after(late, bought(row["topped up"]))
        posting = arrears_posting(standing, day("11-02"), noon(day("11-02")))
        assert posting is not None
        now = after(standing, posting)
        found = [str(each) for each in (now.open_of("id-R1"), now.open_of("id-R2"), now.wallet)]
        assert found == [row["R1"], row["R2"], row["left"]], row
    assert arrears_posting(late, FIRST, noon(FIRST)) is None
    assert arrears_posting(wallet(), FIRST, noon(FIRST)) is None


def test_a_top_up_is_in_the_currency_of_its_account() -> None:
    with pytest.raises(CurrencyMismatch, match="pays in EUR, not USD"):
        top_up_posting(replace(BOUGHT, amount=money("1", "USD")), NOTHING)
    with pytest.raises(ValueError, match="globex"):
        top_up_posting(replace(BOUGHT, account="globex"), NOTHING)


def test_bought_is_cash_and_given_is_none() -> None:
    standing = wallet()
    assert standing.balance("cash:card") == 10
    assert standing.balance("cash:bank") == 3
    assert standing.balance("promotions") == 15
