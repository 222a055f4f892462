"""Prices that the stories are told with: one change of them in the middle of November."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from chalicelib.metering.meters import METERS_BY_USAGE_TYPE
from chalicelib.rating.rate_cards import Per, RateCard, Tariff, rate_card
from tests.oracle import Prices

ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
CHANGE = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
BY_TYPE = {
    1: ("hour", "0.0240"),
    2: ("month", "4.10"),
    3: ("month", "3.00"),
    4: ("gib", "0.0123456789"),
    5: ("gib", "0.002"),
    6: ("gib_month", "0.08"),
    8: ("gib_month", "0.05"),
    9: ("gib_hour", "0.0000777"),
    11: ("month", "9.00"),
    12: ("hour", "0.0007"),
    13: ("month", "1.20"),
}
DEARER = {**BY_TYPE, 1: ("hour", "0.0255"), 6: ("gib_month", "0.0851")}
PRICES = [Prices(ALWAYS, BY_TYPE), Prices(CHANGE, DEARER)]


def cards(currency: str) -> list[RateCard]:
    """Return these prices as rate cards in `currency`."""
    return [_card(currency, each.since, each.by_type) for each in PRICES]


def _card(currency: str, since: datetime, by_type: Mapping[int, tuple[str, str]]) -> RateCard:
    tariffs = [
        Tariff(METERS_BY_USAGE_TYPE[usage_type].name, Per(per), Decimal(price))
        for usage_type, (per, price) in by_type.items()
    ]
    return rate_card(currency, since, tariffs)
