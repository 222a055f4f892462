"""Money is exact, in one currency, and rounded half up, once."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.currencies import minor_unit, payable
from chalicelib.errors import CurrencyMismatch, InvalidInput, UnknownCurrency
from chalicelib.money import Money, total

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=9)


def test_halves_go_away_from_zero_at_the_digits_of_the_currency(table) -> None:
    """
    amount    | currency | payable
    0.005     | EUR      | 0.01
    0.0049999 | EUR      | 0.00
    -0.005    | EUR      | -0.01
    2.665     | EUR      | 2.67
    2.5       | JPY      | 3
    0.0005    | KWD      | 0.001
    0.00005   | CLF      | 0.0001
    1         | INR      | 1.00
    """
    for row in table:
        assert str(payable(Money.of(row["amount"], row["currency"])).amount) == row["payable"], row


def test_minor_units_are_those_of_iso_4217_where_cldr_differs(table) -> None:
    """
    currency | digits
    AFN      | 2
    LAK      | 2
    IQD      | 3
    BHD      | 3
    BIF      | 0
    ISK      | 0
    UYW      | 4
    """
    for row in table:
        assert minor_unit(row["currency"]) == int(row["digits"]), row


def test_there_is_no_money_in_a_currency_nobody_lists() -> None:
    with pytest.raises(UnknownCurrency):
        minor_unit("EURO")


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "1,5"])
def test_what_is_no_number_is_no_money(text: str) -> None:
    with pytest.raises(InvalidInput):
        Money.of(text, "EUR")


def test_floats_and_mixed_currencies_are_refused() -> None:
    with pytest.raises(TypeError):
        Money(0.1, "EUR")  # type: ignore[arg-type]
    with pytest.raises(CurrencyMismatch):
        Money.of("1", "EUR") + Money.of("1", "INR")


@given(amounts)
def test_a_credit_cancels_its_charge_to_the_last_digit(amount: D) -> None:
    charge, credit = payable(Money(amount, "EUR")), payable(Money(-amount, "EUR"))
    assert (charge + credit).amount == 0


@given(st.lists(amounts))
def test_a_total_is_the_sum_of_its_parts_in_any_order(parts: list[D]) -> None:
    forward = total([Money(part, "EUR") for part in parts], "EUR")
    backward = total([Money(part, "EUR") for part in reversed(parts)], "EUR")
    assert forward.amount == backward.amount == sum(parts, D(0))
