"""A rating that began before prices changed never replaces one that began after."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from chalicelib.rating.rate_cards import rate_card
from chalicelib.rating.tariffs import Per, Tariff
from local.cloud import Cloud
from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from tests.world import TODAY, World

ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
FIRST_DAY = date(2026, 11, 21)
ACME = estate.ACME.id


@pytest.fixture
def world(cloud: Cloud) -> Iterator[World]:
    """A deployment with usage, all of it rated at 0.10 a VM-hour and nothing else."""
    with Simulator(today=TODAY) as simulator:
        world = World(cloud, simulator, FIRST_DAY)
        world.wiring.add_rate_card(_card("0.10", ALWAYS))
        world.collect_all()
        yield world


def _card(price: str, at: datetime) -> object:
    return rate_card("EUR", at, [Tariff("running_vm", Per.HOUR, D(price))])


def total(world: World) -> D:
    (summary,) = world.wiring.charges.newest(ACME, 1)
    return summary.total.amount


def test_a_slow_rating_gives_way_to_what_was_rated_with_newer_prices(world: World) -> None:
    #  slow   reads prices ................................ rates
    #  prices               changed, ratings asked for
    #  quick                                    rates
    cheap = total(world)
    slow = world.wiring.rater(9)
    # A batch reads prices with its first account, and comes to acme later.
    slow(estate.APOLLO.id, "2026-11", world.now)
    world.wiring.add_rate_card(_card("0.20", datetime(2026, 11, 1, tzinfo=UTC)))
    world.drain()
    dear = total(world)
    assert dear == 2 * cheap
    # What the slow one knows of prices is old: it reads them again.
    slow(ACME, "2026-11", world.now)
    assert total(world) == dear


def test_a_change_that_comes_after_a_slow_rating_is_rated_after_it(world: World) -> None:
    cheap = total(world)
    slow = world.wiring.rater(9)
    slow(estate.APOLLO.id, "2026-11", world.now)
    world.wiring.add_rate_card(_card("0.20", datetime(2026, 11, 1, tzinfo=UTC)))
    slow(ACME, "2026-11", world.now)
    world.drain()
    assert total(world) == 2 * cheap


def test_terms_agreements_and_rates_raise_the_revision(world: World) -> None:
    wiring = world.wiring
    before = wiring.revision.current()
    wiring.set_terms(ACME, wiring.accounts.terms(ACME))
    after = wiring.revision.current()
    assert after > before
    # Asking for the ratings of new usage does not: it changes nothing that is read once.
    world.advance()
    world.plan()
    world.drain()
    assert wiring.revision.current() == after
