"""The CloudStack simulator as a child process, and its knobs."""

import json
import time
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any

from deployment.connections import Connection
from local.cloudstack.control import EXCHANGE_RATES
from local.cloudstack.estate import BILLING_API_KEY, BILLING_SECRET_KEY
from local.errors import LocalCloudFailed
from local.processes import LOOPBACK, Processes, Started
from local.settings import CONNECTION, first_day_to_collect, process_environment

READY_SECONDS = 30.0


class SimulatorControl:
    """Moves the simulator's clock, breaks and heals it.

    Args:
        port: where it listens.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.endpoint = f"http://{LOOPBACK}:{port}/client/api"
        self.exchange_rates_url = f"http://{LOOPBACK}:{port}{EXCHANGE_RATES}"

    @property
    def today(self) -> date:
        """The day it is there; usage is there up to the day before."""
        return date.fromisoformat(self.state()["today"])

    def state(self) -> dict[str, Any]:
        """Return what it says of itself."""
        return self._call("GET", "state")

    def advance(self, days: int | None = None, *, hours: int = 0) -> None:
        """Move on: by a day unless days or hours are given."""
        days = 1 if days is None and not hours else days or 0
        self._call("POST", "clock", {"days": days, "hours": hours})

    def fault(self, kind: str, **details: object) -> None:
        """Make it fail: `down`, `slow`, `401`, `530`, `nonsense` or `cut`."""
        self._call("POST", "faults", {"kind": kind, **details})

    def heal(self) -> None:
        """End every fault."""
        self._call("DELETE", "faults")

    def _call(self, method: str, path: str, content: object = None) -> dict[str, Any]:
        url = f"http://{LOOPBACK}:{self.port}/simulator/{path}"
        body = None if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(url, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found


def start_simulator(
    processes: Processes, port: int, folder: Path, *, today: date | None, seed: int
) -> tuple[SimulatorControl, Started]:
    """Start the simulator; return once it answers.

    Args:
        folder: keeps the days it was moved on over a restart.
        today: None for the real day.

    Raises:
        LocalCloudFailed: it did not start.
    """
    arguments = ["--port", str(port), "--seed", str(seed)]
    arguments += ["--state", str(folder / "simulator.json")]
    if today is not None:
        arguments += ["--today", today.isoformat()]
    environment = process_environment() | {"PYTHONUNBUFFERED": "1"}
    started = processes.start("CloudStack simulator", "local.cloudstack", arguments, environment)
    control = SimulatorControl(port)
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        started.check()
        try:
            control.state()
        except OSError:
            time.sleep(0.1)
        else:
            return control, started
    raise LocalCloudFailed(f"the CloudStack simulator does not answer (see {started.log})")


def sample_connection(control: SimulatorControl) -> Connection:
    """Return the connection to the simulator."""
    return Connection(
        id=CONNECTION,
        name="Sample CloudStack",
        endpoint=control.endpoint,
        collect_from=first_day_to_collect(control.today).isoformat(),
        api_key=BILLING_API_KEY,
        secret_key=BILLING_SECRET_KEY,
    )
