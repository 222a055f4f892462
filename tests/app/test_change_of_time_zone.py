"""An account whose time zone changes: its days and months begin at another hour."""

from datetime import date
from decimal import Decimal

from local.cloud import Cloud
from local.cloudstack.estate import ACME
from local.cloudstack.simulator import Simulator
from local.seeding import example_rate_cards
from tests.app.callers import Callers
from tests.app.conftest import FIRST_DAY, serving
from tests.world import World

BOTH_MONTHS = {"from": "2026-10-01", "to": "2026-11-30", "granularity": "month", "group": "none"}


def test_usage_that_falls_into_a_month_not_rated_before_is_billed_there(
    cloud: Cloud, cloudstack: Simulator
) -> None:
    #  Oct 31 21:00Z         Nov 1 00:00Z             Nov 1 03:00Z
    #                        | first usage ... billed in November in UTC
    #                        | in October in Sao Paulo | in November
    world = World(cloud, cloudstack, date(2026, 11, 1))
    callers = Callers(world)
    with serving(world):
        world.plan()
        assert callers["admin"].take_rate_card(next(example_rate_cards(FIRST_DAY)))
        world.drain()
        (november,) = callers["acme"].get("/costs", **BOTH_MONTHS).document["rows"]
        assert november["month"] == "2026-11"

        terms = {"currency": "EUR", "language": "pt-BR", "time_zone": "America/Sao_Paulo"}
        assert callers["admin"].put(f"/admin/accounts/{ACME.id}", terms).status == 200
        world.drain()
        rows = callers["acme"].get("/costs", **BOTH_MONTHS).document["rows"]
        assert [row["month"] for row in rows] == ["2026-10", "2026-11"]
        amounts = [Decimal(row["amount"]["amount"]) for row in rows]
        # A month price is divided by the hours of its month, so both sums differ a little.
        assert abs(sum(amounts) / Decimal(november["amount"]["amount"]) - 1) < Decimal("0.02")
