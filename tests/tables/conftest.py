"""What the tests of tables start from: tables without usage, and a window of nobody else's."""

from datetime import date

import pytest

from chalicelib.metering.windows import Window
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from tests.tables.spans import day, new_connection
from tests.world import TODAY, World


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> World:
    with Simulator(today=TODAY, records=[]) as simulator:
        return World(cloud, simulator, date(2026, 11, 1))


@pytest.fixture
def window() -> Window:
    """A window of a connection that nobody else uses."""
    return day(new_connection(), 0)
