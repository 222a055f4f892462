"""Every amount the deployed product shows, reckoned again from the simulator's own records."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from local.seeding import example_rate_cards
from local.settings import first_day_to_collect
from local.stack import LocalStack
from tests.oracle import Prices, services_of

pytestmark = pytest.mark.stack
SAMPLES = [*estate.ACCOUNTS, *estate.PROJECTS]


def prices_of(currency: str, today: date) -> list[Prices]:
    cards = [card for card in example_rate_cards(today) if card["currency"] == currency]
    found = [
        Prices(
            datetime.fromisoformat(card["effective_from"]).astimezone(UTC),
            {_priced(each): (each["per"], each["price"]) for each in plain(card)},
            {
                (each["usage_type"], offering): (each["per"], each["price"])
                for each in card["prices"]
                for offering in each.get("conditions", {}).get("offering", ())
            },
            {
                each["usage_type"]: [(tier.get("up_to", ""), tier["price"]) for tier in tiers]
                for each in card["prices"]
                if (tiers := each.get("tiers"))
            },
        )
        for card in cards
    ]
    return sorted(found, key=lambda each: each.since)


def plain(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the prices of a card that are one number, whatever the offering, and are measured."""
    return [
        each
        for each in card["prices"]
        if "price" in each and "conditions" not in each and "service" not in each
    ]


def _priced(price: dict[str, Any]) -> int | str:
    """Return what a price is of: a usage type, or a part of one by its name."""
    found: int | str = price["usage_type"] if "usage_type" in price else price["meter"]
    return found


def months_until(today: date) -> list[str]:
    """The month of yesterday and the two before it."""
    month = (today - timedelta(days=1)).replace(day=1)
    months = [month]
    for _ in range(2):
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return [f"{month:%Y-%m}" for month in months]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_services_add_up_to_the_month_and_are_what_was_used(
    running_site: LocalStack, sample: estate.SubAccount
) -> None:
    today, api = running_site.simulator.today, running_site.operator()
    collected_from = first_day_to_collect(today)
    with Simulator(today=today) as simulator:
        records = list(simulator.records(collected_from, today))
    for month in months_until(today):
        first = date.fromisoformat(f"{month}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        span = f"account={sample.id}&from={first}&to={last}"
        shown = api.call("GET", f"/costs?{span}&granularity=month&group=service")
        found = {row["service"]: Decimal(row["amount"]["amount"]) for row in shown["rows"]}
        expected = services_of(
            records,
            prices_of(sample.currency, today),
            owner=sample.id,
            month=month,
            zone=sample.time_zone,
            currency=sample.currency,
        )
        assert found == expected, month
        assert Decimal(shown["total"]["amount"]) == sum(expected.values()), month
        assert shown["currency"] == sample.currency
        by_day = api.call("GET", f"/costs?{span}&granularity=day&group=none")
        days = sum(Decimal(row["amount"]["amount"]) for row in by_day["rows"])
        assert days == Decimal(shown["total"]["amount"]), month


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_overview_adds_up_to_the_last_digit(
    running_site: LocalStack, sample: estate.SubAccount
) -> None:
    shown = running_site.operator().call("GET", f"/overview?account={sample.id}")
    month = Decimal(shown["summary"]["month_to_date"]["amount"]["amount"])
    for parts in (shown["services"], shown["summary"]["days"]):
        assert sum(Decimal(part["amount"]["amount"]) for part in parts) == month
