"""Rate cards: what may be priced how, and which is in force."""

from datetime import UTC, datetime
from decimal import Decimal as D

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.rating.rate_cards import Per, RateCard, Tariff, cards_in_force, rate_card

AUGUST = datetime(2026, 8, 1, tzinfo=UTC)


def card(*tariffs: Tariff, currency: str = "EUR", at: datetime = AUGUST) -> RateCard:
    return rate_card(currency, at, tariffs or [Tariff("running_vm", Per.HOUR, D("0.05"))])


def test_a_price_is_for_what_its_meter_counts(table) -> None:
    """
    meter        | per       | allowed
    running_vm   | hour      | yes
    running_vm   | month     | yes
    running_vm   | gib       | no
    volume       | gib_month | yes
    volume       | gib_hour  | yes
    volume       | month     | no
    network_sent | gib       | yes
    network_sent | hour      | no
    """
    for row in table:
        tariff = Tariff(row["meter"], Per(row["per"]), D(1))
        if row["allowed"] == "yes":
            assert card(tariff).tariffs[row["meter"]] == tariff, row
        else:
            with pytest.raises(InvalidInput, match="price it per"):
                card(tariff)


@pytest.mark.parametrize("price", ["-0.01", "NaN", "Infinity", "1e13", "0.0000000000000000001"])
def test_an_absurd_price_is_refused(price: str) -> None:
    with pytest.raises(InvalidInput, match="the price of usage type 1"):
        card(Tariff("running_vm", Per.HOUR, D(price)))


def test_a_meter_has_one_price_and_a_card_at_least_one() -> None:
    twice = [Tariff("running_vm", Per.HOUR, D(1)), Tariff("running_vm", Per.MONTH, D(1))]
    with pytest.raises(InvalidInput, match="two prices"):
        rate_card("EUR", AUGUST, twice)
    with pytest.raises(InvalidInput, match="at least one price"):
        rate_card("EUR", AUGUST, [])
    with pytest.raises(InvalidInput, match="unknown currency"):
        card(currency="XXX")


def test_the_cards_of_a_span_are_the_last_before_it_and_all_within(table) -> None:
    """
    start      | end        | in force from
    2026-01-01 | 2026-02-01 |
    2026-08-01 | 2026-09-01 | 2026-08-01 2026-08-15
    2026-08-20 | 2026-09-01 | 2026-08-15
    2026-07-01 | 2026-09-10 | 2026-08-01 2026-08-15 2026-09-09
    2027-01-01 | 2027-02-01 | 2026-09-09
    """
    days = ("2026-09-09", "2026-08-01", "2026-08-15")
    cards = [card(at=datetime.fromisoformat(day).replace(tzinfo=UTC)) for day in days]
    for row in table:
        start, end = (
            datetime.fromisoformat(row[at]).replace(tzinfo=UTC) for at in ("start", "end")
        )
        found = [f"{each.effective_from:%Y-%m-%d}" for each in cards_in_force(cards, start, end)]
        assert found == row["in force from"].split(), row
