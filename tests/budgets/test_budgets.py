"""Budgets: what may be set, what is crossed, where spend stands."""

from decimal import Decimal as D

import pytest

from chalicelib.budgets.budgets import Budget, checked_budget, crossed, status
from chalicelib.errors import CurrencyMismatch, InvalidInput
from chalicelib.money import Money


def budget(amount: str = "200.00", levels: str = "50 80 100", currency: str = "EUR") -> Budget:
    return checked_budget(
        "a",
        "monthly",
        amount=Money.of(amount, currency),
        thresholds=[D(level) for level in levels.split()],
        recipients=["ops@acme.example"],
        currency=currency,
    )


def test_spend_stands_against_a_budget(table) -> None:
    """
    spend  | crossed   | percent | difference | state
    0      |           | 0.0     | 200.00     | ok
    99.99  |           | 49.9    | 100.01     | ok
    100.00 | 50        | 50.0    | 100.00     | warning
    160    | 50 80     | 80.0    | 40.00      | warning
    199.99 | 50 80     | 99.9    | 0.01       | warning
    200.00 | 50 80 100 | 100.0   | 0.00       | warning
    200.01 | 50 80 100 | 100.0   | -0.01      | exceeded
    900    | 50 80 100 | 450.0   | -700.00    | exceeded
    """
    for row in table:
        against = status(budget(), Money.of(row["spend"], "EUR"))
        assert [str(level) for level in against.crossed] == row["crossed"].split(), row
        assert str(against.percent) == row["percent"], row
        assert against.difference.amount == D(row["difference"]), row
        assert against.state == row["state"], row


@pytest.mark.parametrize(
    ("amount", "currency", "reason"),
    [
        ("0", "EUR", "more than zero"),
        ("-5", "EUR", "more than zero"),
        ("1000000000000", "EUR", "at most 999999999999"),
        ("10.005", "EUR", "EUR has 2 decimals"),
        ("10.5", "JPY", "JPY has 0 decimals"),
        ("10.0005", "KWD", "KWD has 3 decimals"),
    ],
)
def test_a_wrong_amount_is_refused_at_its_field(amount: str, currency: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        budget(amount, currency=currency)
    assert reason in refused.value.fields["amount"]


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_budget(
            "a",
            "monthly",
            amount=Money.of("5", "INR"),
            thresholds=[D(0)],
            recipients=["nobody"],
            currency="EUR",
        )
    assert set(refused.value.fields) == {"amount", "thresholds", "recipients"}


@pytest.mark.parametrize(
    ("levels", "reason"),
    [
        ("", "1 to 10"),
        (" ".join(map(str, range(1, 12))), "1 to 10"),
        ("50 50.0", "alike"),
        ("1001", "at most 1000"),
        ("-1", "more than 0"),
        ("33.333", "two decimals"),
        ("NaN", "more than 0"),
    ],
)
def test_wrong_thresholds_are_refused(levels: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        budget(levels=levels)


@pytest.mark.parametrize(
    ("recipients", "reason"),
    [
        ([], "1 to 10"),
        ([f"user{n}@acme.example" for n in range(11)], "1 to 10"),
        (["a@acme.example", "A@ACME.example"], "alike"),
        (["acme.example"], "is not an e-mail address"),
        (["a@b@c"], "is not an e-mail address"),
        (["a@acme.example\nBcc: all@acme.example"], "is not an e-mail address"),
        (["a@localhost"], "is not an e-mail address"),
    ],
)
def test_wrong_recipients_are_refused(recipients: list[str], reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        checked_budget(
            "a",
            "monthly",
            amount=Money.of("5", "EUR"),
            thresholds=[D(50)],
            recipients=recipients,
            currency="EUR",
        )


@pytest.mark.parametrize("budget_id", ["", "Monthly", "a/b", "x" * 41, "-a"])
def test_a_wrong_id_is_refused(budget_id: str) -> None:
    with pytest.raises(InvalidInput, match="id"):
        checked_budget(
            "a",
            budget_id,
            amount=Money.of("5", "EUR"),
            thresholds=[D(50)],
            recipients=["a@acme.example"],
            currency="EUR",
        )


def test_spend_in_another_currency_crosses_nothing_but_is_an_error() -> None:
    with pytest.raises(CurrencyMismatch):
        crossed(budget(), Money.of("1000", "INR"))
