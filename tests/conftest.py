"""What several groups of tests share."""

import inspect
from collections.abc import Iterator
from datetime import date

import pytest

from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from local.testing import running_site
from tests.emulated import EmulatedCloud
from tests.world import TODAY, World

__all__ = ["running_site"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the texts of golden months be written anew."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/*.txt anew")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of the running site in one process: it is started once.

    First of all, since xdist looks at the groups in the same hook.
    """
    for item in items:
        if "running_site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("running_site"))


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An emulated AWS for the whole session, in this process."""
    cloud = EmulatedCloud(tmp_path_factory.mktemp("cloud"))
    with cloud.serving():
        yield cloud


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A CloudStack with the sample accounts, on a day of its own."""
    with Simulator(today=TODAY) as simulator:
        yield simulator


@pytest.fixture
def world(cloud: Cloud, simulator: Simulator) -> World:
    """A deployment that has collected nothing yet; it will from 1 November on."""
    return World(cloud, simulator, date(2026, 11, 1))


@pytest.fixture
def table(request: pytest.FixtureRequest) -> list[dict[str, str]]:
    """The rows of the table in the test's docstring, by the names in its header."""
    text = inspect.getdoc(request.function) or ""
    lines = [line for line in text.splitlines() if "|" in line]
    names, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    assert rows, "the docstring has no table"
    return [dict(zip(names, row, strict=True)) for row in rows]
