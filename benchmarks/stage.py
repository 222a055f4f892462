"""The whole product for a measure: its adapters, an emulated AWS, a CloudStack under load."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.load import AFTER, FIRST_DAY
from benchmarks.metering import Lookup
from local.cloud import REGION, Cloud, start_cloud
from local.cloudstack.simulator import Simulator
from local.processes import LOOPBACK, Processes, free_port
from tests.runs.prices import cards
from tests.world import World

CURRENCY = "EUR"
CONFIG = Path(__file__).parent.parent / ".chalice" / "config.json"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
}


@contextmanager
def cloud() -> Iterator[Cloud]:
    """Serve an emulated AWS to this process; only one at a time."""
    with tempfile.TemporaryDirectory() as folder:
        processes, port = Processes(Path(folder)), free_port()
        os.environ |= {**CREDENTIALS, "AWS_ENDPOINT_URL": f"http://{LOOPBACK}:{port}"}
        try:
            yield start_cloud(processes, port, Path(folder))[0]
        finally:
            processes.stop_all()


def deployment(cloud: Cloud, simulator: Simulator) -> World:
    """Return a deployment with prices, on the morning after the month, that knows the accounts."""
    world = World(cloud, simulator, FIRST_DAY)
    world.now = datetime(AFTER.year, AFTER.month, AFTER.day, 1, tzinfo=UTC)
    for card in cards(CURRENCY):
        world.wiring.add_rate_card(card)
    return world


def collect_day(world: World) -> None:
    """Let a day pass, then plan, collect and rate what it brought; the runs' own lines go away."""
    world.advance()
    with silently():
        world.plan()
        world.drain()


@contextmanager
def silently() -> Iterator[None]:
    """Let the lines that runs print go away."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        yield


def morning_before(days: int) -> datetime:
    """Return one in the morning of the day so many days before the month is over."""
    return datetime(AFTER.year, AFTER.month, AFTER.day, 1, tzinfo=UTC) - timedelta(days=days)


def lookup(cloud: Cloud) -> Lookup:
    """Return a function that reads stored items."""

    def stored(table: str, key: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = cloud.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)
        return dict(answer.get("Item", {}))

    return stored


def function_mib(name: str) -> int:
    """Return the memory that a function has in production, in MiB."""
    functions = json.loads(CONFIG.read_text())["stages"]["prod"]["lambda_functions"]
    return int(functions[name]["lambda_memory_size"])
