"""Prices that the stories are told with: one change of them in the middle of November."""

from datetime import UTC, datetime
from decimal import Decimal

from chalicelib.metering.meters import METERS_BY_USAGE_TYPE
from chalicelib.rating.rate_cards import RateCard, rate_card
from chalicelib.rating.tariffs import Per, Tariff
from tests.oracle import Prices

ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
CHANGE = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
BY_TYPE: dict[int | str, tuple[str, str]] = {
    1: ("hour", "0.0240"),
    "running_vcpus": ("vcpu_month", "1.10"),
    "running_ghz": ("ghz_hour", "0.00011"),
    "running_memory": ("gib_month", "0.75"),
    2: ("month", "4.10"),
    3: ("month", "3.00"),
    4: ("gib", "0.0123456789"),
    5: ("gib", "0.002"),
    6: ("gib_month", "0.08"),
    7: ("gib_month", "0.03"),
    8: ("gib_month", "0.05"),
    9: ("gib_hour", "0.0000777"),
    10: ("month", "0.10"),
    11: ("month", "9.00"),
    12: ("hour", "0.0007"),
    13: ("month", "1.20"),
    14: ("month", "2.50"),
    21: ("million_requests", "0.20"),
    22: ("thousand_requests", "0.0005"),
    23: ("gib", "0.0001"),
    24: ("gib", "0.0002"),
    25: ("gib_month", "0.06"),
    26: ("month", "0.90"),
    27: ("gib_hour", "0.00009"),
    28: ("month", "5.00"),
    29: ("gib_month", "0.021"),
    30: ("month", "0.40"),
    31: ("month", "4.00"),
}
DEARER = {**BY_TYPE, 1: ("hour", "0.0255"), 6: ("gib_month", "0.0851")}
PRICES = [Prices(ALWAYS, BY_TYPE), Prices(CHANGE, DEARER)]


def cards(currency: str) -> list[RateCard]:
    """Return these prices as rate cards in `currency`."""
    return [card_of(currency, each) for each in PRICES]


def card_of(currency: str, prices: Prices, *others: Tariff) -> RateCard:
    """Return prices as a rate card in `currency`, with tariffs that are not as plain."""
    plain = [
        Tariff(_meter(of), Per(per), Decimal(price)) for of, (per, price) in prices.by_type.items()
    ]
    return rate_card(currency, prices.since, [*plain, *others])


def _meter(of: int | str) -> str:
    return of if isinstance(of, str) else METERS_BY_USAGE_TYPE[of].name
