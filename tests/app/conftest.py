"""Deployments whose HTTP API is called in process, as Chalice's test client does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime

import pytest

from chalicelib.entrypoints import routes
from chalicelib.tables.accounts import AccountDocument
from chalicelib.wiring import Wiring
from local.cloud import Cloud
from local.cloudstack.estate import ACCOUNTS, ACME, APOLLO, GLOBEX, INITECH, PROJECTS
from local.cloudstack.simulator import Simulator
from local.seeding import example_rate_cards
from tests.app.billed import bill
from tests.app.callers import Caller, Callers
from tests.app.troubled import troubled_records
from tests.world import Stored, World

# Four days over the end of a month are enough for two billing periods and a forecast.
FIRST_DAY = date(2026, 10, 31)
TODAY = date(2026, 11, 4)
MORNING = datetime(2026, 11, 4, 1, 0, tzinfo=UTC)

_collected: dict[Simulator, Stored] = {}


@pytest.fixture(scope="session")
def cloudstack() -> Iterator[Simulator]:
    """The CloudStack of the deployments that share one; leave it as it is."""
    with Simulator(today=TODAY) as simulator:
        yield simulator


def callers_with_usage(cloud: Cloud, cloudstack: Simulator) -> Callers:
    """Return the callers of a new deployment that has collected and rated everything.

    The first of them collects; the others are given what it has stored.
    """
    world = World(cloud, cloudstack, FIRST_DAY)
    callers = Callers(world)
    with serving(world):
        if cloudstack in _collected:
            world.put_back(_collected[cloudstack])
        else:
            set_terms_and_prices(callers["admin"])
            world.collect_all()
            _collected[cloudstack] = world.stored()
    return callers


@pytest.fixture(scope="session")
def billed_callers(cloud: Cloud, cloudstack: Simulator) -> Callers:
    """The callers of a deployment with terms and prices set, and all usage rated."""
    return callers_with_usage(cloud, cloudstack)


@pytest.fixture
def billed(billed_callers: Callers) -> Iterator[Callers]:
    """The same deployment, at work; name budgets after the test and leave terms and prices."""
    with serving(billed_callers.world):
        yield billed_callers


@pytest.fixture(scope="session")
def empty_callers(cloud: Cloud, cloudstack: Simulator) -> Callers:
    """The callers of a deployment that has collected no usage; acme's project is billed in yen."""
    world = World(cloud, cloudstack, FIRST_DAY)
    callers = Callers(world)
    with serving(world):
        world.plan()
        for account, currency in ((APOLLO, "JPY"), (INITECH, "KWD")):
            terms = {"currency": currency, "language": "en", "time_zone": "UTC"}
            assert callers["admin"].put(f"/admin/accounts/{account.id}", terms).status == 200
    return callers


@pytest.fixture
def empty(empty_callers: Callers) -> Iterator[Callers]:
    """The same deployment, at work; collect nothing."""
    with serving(empty_callers.world):
        yield empty_callers


@pytest.fixture
def untouched(cloud: Cloud) -> Iterator[Callers]:
    """A deployment and a CloudStack of one's own: nothing planned, set or collected."""
    with Simulator(today=TODAY) as simulator:
        world = World(cloud, simulator, FIRST_DAY)
        with serving(world):
            yield Callers(world)


@pytest.fixture(scope="session")
def troubled_cloudstack() -> Iterator[Simulator]:
    """A CloudStack with records of which some cannot be billed, every day the same ones."""
    with Simulator(today=TODAY, records=troubled_records(FIRST_DAY, TODAY)) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def troubled_callers(cloud: Cloud, troubled_cloudstack: Simulator) -> Callers:
    """The callers of a deployment that has collected and rated those."""
    return callers_with_usage(cloud, troubled_cloudstack)


@pytest.fixture
def troubled(troubled_callers: Callers) -> Iterator[Callers]:
    """The same deployment, at work; decide nothing."""
    with serving(troubled_callers.world):
        yield troubled_callers


@pytest.fixture
def undecided(cloud: Cloud, troubled_cloudstack: Simulator) -> Iterator[Callers]:
    """Such a deployment of one's own, to decide at."""
    callers = callers_with_usage(cloud, troubled_cloudstack)
    with serving(callers.world):
        yield callers


@contextmanager
def serving(world: World) -> Iterator[None]:
    """Let the routes work on `world` at its usual hour."""
    world.now = MORNING
    # The models of the tables serve one world at a time, the one whose wiring is the newest.
    if AccountDocument.Meta.table_name != f"{world.prefix}-accounts":
        world.wiring = Wiring(world.settings, now=lambda: world.now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routes, "wiring", lambda: world.wiring)
        yield


def set_terms_and_prices(operator: Caller) -> None:
    for account in (*ACCOUNTS, *PROJECTS):
        known = asdict(account)
        terms = {name: known[name] for name in ("currency", "language", "time_zone")}
        assert operator.put(f"/admin/accounts/{account.id}", terms).status == 200
    for card in example_rate_cards(FIRST_DAY):
        assert operator.take_rate_card(card).status == 201


@pytest.fixture(scope="session")
def invoiced_callers(cloud: Cloud, cloudstack: Simulator) -> Callers:
    """The callers of a deployment with usage that has invoiced October."""
    callers = callers_with_usage(cloud, cloudstack)
    with serving(callers.world):
        bill(callers, [ACME.id, APOLLO.id, GLOBEX.id, INITECH.id])
    return callers


@pytest.fixture
def invoiced(invoiced_callers: Callers) -> Iterator[Callers]:
    """The same deployment, at work: read what is acme's, pay for globex, correct apollo's."""
    with serving(invoiced_callers.world):
        yield invoiced_callers
