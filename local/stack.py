"""The whole product on this machine, as one object: for `make run` and for tests."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import BotoCoreError

from deployment.connections import Connection, write_connection
from deployment.packaging import read_template
from local.cloud import STAGE, Cloud, start_cloud
from local.collection import Left, StepReport, step_reports, wait_until_idle
from local.errors import LocalCloudFailed
from local.headers import response_headers
from local.intact import stack_is_intact
from local.mailbox import Mail, Mailbox
from local.memory import Memory
from local.operator_api import OperatorApi, signed_list_users
from local.origin import Origin, Site
from local.past import give_a_past
from local.processes import Processes, Started, free_port
from local.provisioning import (
    Deployed,
    deploy_locally,
    forget_unpacked_functions,
    is_prepared,
    mark_prepared,
)
from local.seeding import post_rate_cards, set_sample_terms
from local.settings import first_day_to_collect
from local.simulator import SimulatorControl, sample_connection, start_simulator
from local.stripe import StripeStandIn

ADMIN = {"username": "admin", "password": "password", "domain": "/"}


class LocalStack:
    """StackTally on an emulated AWS, beside a CloudStack simulator or at a real CloudStack.

    Entered, it is deployed, connected, has example prices and has collected. It keeps
    its state in `folder`: the next one there goes on from it.

    Args:
        folder: for state; made if missing.
        port: of the one origin on loopback; 0 for a free one.
        today: what day it is for the simulator; None for the real day.
        seed: what the sample usage is drawn from.
        cloudstack: a CloudStack to bill instead of the simulator.
        collect: whether to collect before it is handed out.
        say: told of each step in a few words.
    """

    simulator: SimulatorControl
    stripe: StripeStandIn
    cloud: Cloud
    deployed: Deployed

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        today: date | None = None,
        seed: int = 1,
        cloudstack: Connection | None = None,
        collect: bool = True,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.folder = folder
        self._port = port
        self._today = today
        self._seed = seed
        self._cloudstack = cloudstack
        self._collect = collect
        self._say = say
        self._processes = Processes(folder)
        self._memory = Memory(folder / "run.json")
        self._children: list[Started] = []
        self._origin: Origin | None = None
        self._mailbox: Mailbox | None = None

    @property
    def url(self) -> str:
        """The address of the page, without a slash at its end."""
        assert self._origin is not None, "it has been entered"
        return self._origin.url

    def mails(self) -> list[Mail]:
        """Return every mail that was sent, newest first."""
        assert self._mailbox is not None, "it has been entered"
        return self._mailbox.mails()

    def client(self, service: str) -> Any:
        """Return a boto3 client of the emulated AWS."""
        return self.cloud.client(service)

    def invoke(self, function: str, event: Mapping[str, Any] | None = None) -> Any:
        """Run a function by its name in app.py; return its answer."""
        return self.cloud.invoke(function, event)

    def wait_idle(self, seconds: float = 120) -> None:
        """Return once nothing is left to collect, to rate and to send."""
        wait_until_idle(self.cloud, seconds=seconds)

    def collect(self) -> None:
        """Collect what CloudStack has, rate it, send what that brought about."""
        # Planning asks again for every window that is not complete, so what a killed run
        # had taken from the queue and not finished need not be waited for.
        queue = self.client("sqs").get_queue_url(QueueName=f"stacktally-{STAGE}-windows")
        self.client("sqs").purge_queue(QueueUrl=queue["QueueUrl"])
        self.invoke("plan_collection")
        self._settle()

    def reports(self, since: float) -> list[StepReport]:
        """Return what each step of the pipeline did since then."""
        return step_reports(self.cloud, since)

    def wait_until(self, happened: Callable[[], bool], seconds: float = 60) -> None:
        """Return once `happened` says so.

        Raises:
            LocalCloudFailed: it did not in time.
        """
        deadline = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > deadline:
                raise LocalCloudFailed(f"nothing has happened for {seconds:g} seconds")
            time.sleep(0.2)

    def operator(self) -> OperatorApi:
        """Return the API with the operator signed in."""
        api = OperatorApi(self.url)
        if self._cloudstack is None:
            api.sign_in(ADMIN)
        else:
            keys = (self._cloudstack.api_key, self._cloudstack.secret_key)
            api.sign_in({"signed_request": signed_list_users(*keys, datetime.now(UTC))})
        return api

    def check(self) -> None:
        """Do nothing while everything runs.

        Raises:
            LocalCloudFailed: a process has stopped by itself.
        """
        for child in self._children:
            child.check()

    def __enter__(self) -> Self:
        """Start everything."""
        try:
            self._start()
        except (OSError, BotoCoreError):
            # Rather why nothing answers than that nothing does.
            self._stop_after(self.check)
            raise
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything and keep the state."""
        self.stop()

    def _stop_after(self, last: Callable[[], None]) -> None:
        try:
            last()
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop what runs; the emulated AWS saves its state."""
        if self._origin is not None:
            self._origin.close()
        if hasattr(self, "stripe"):
            self.stripe.close()
        if self._mailbox is not None:
            try:
                self._mailbox.mails()
            except OSError:
                # The emulated AWS is gone already, and with it what it had not told.
                self._mailbox = None
        self._processes.stop_all()

    def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._processes.end_leftovers():
            self._say("ended what a killed run had left behind")
        self._origin = Origin(self._port)
        self._start_cloud()
        self._mailbox = Mailbox(self.cloud, self.folder / "mail.jsonl")
        rates = None if self._cloudstack else self._start_simulator().exchange_rates_url
        self._start_stripe()
        self.deployed = deploy_locally(
            self.cloud, self.url, self._say, exchange_rates_url=rates, stripe_url=self.stripe.url
        )
        headers = response_headers(read_template(self.deployed.package))
        self._origin.serve(Site(self.cloud, self.deployed, self._mailbox, headers))
        self._connect()
        self._prepare()
        self._fetch_rates()
        if self._collect:
            self.collect()
            self._bill()

    def _start_cloud(self) -> None:
        """Start the emulated AWS; without its state where that is damaged or half there."""
        self._say("\rstarting the emulated AWS")
        forget_unpacked_functions(self.folder)
        port = free_port(self._memory.get("port") or 0)
        had_state = any((self.folder / "state").glob("*.json"))
        self.cloud, child = start_cloud(self._processes, port, self.folder)
        if had_state and not stack_is_intact(self.cloud):
            self._say("the state of the last run is incomplete, building it anew")
            self._processes.stop(child)
            for name in ("state", "s3", "tmp"):
                shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / "mail.jsonl").unlink(missing_ok=True)
            self.cloud, child = start_cloud(self._processes, port, self.folder)
        self._children.append(child)
        self._memory.put("port", port)

    def _start_simulator(self) -> SimulatorControl:
        port = free_port(self._memory.get("simulator_port") or 0)
        self.simulator, child = start_simulator(
            self._processes, port, self.folder, today=self._today, seed=self._seed
        )
        self._children.append(child)
        self._memory.put("simulator_port", port)
        self._say(f"CloudStack simulator runs, its today is {self.simulator.today}")
        return self.simulator

    def _start_stripe(self) -> None:
        port = free_port(self._memory.get("stripe_port") or 0)
        self.stripe = StripeStandIn(port, f"{self.url}/api/webhooks/stripe").start()
        self._memory.put("stripe_port", port)

    def _connect(self) -> None:
        connection = self._cloudstack or sample_connection(self.simulator)
        # Dated from the first start: a later one must not forget the oldest months.
        first_day = first_day_to_collect(self._first_seen()).isoformat()
        connection = replace(connection, collect_from=first_day)
        write_connection(self.client("ssm"), STAGE, connection)

    def _prepare(self) -> None:
        if is_prepared(self.cloud):
            return
        api = self.operator()
        if self._cloudstack is None:
            self._say(f"terms of {set_sample_terms(api)} sample accounts set")
        self._say(f"{post_rate_cards(api, self._first_seen())} example rate cards posted")
        api.sign_out()
        mark_prepared(self.cloud)

    def _bill(self) -> None:
        """Have invoiced what is due; the sample is agreed upon and has some months behind it."""
        if self._cloudstack is None:
            api = self.operator()
            give_a_past(api, self.cloud, self._first_seen(), self._say, self._settle)
            api.sign_out()
        self.invoke("plan_billing")
        self._settle()

    def _settle(self) -> None:
        wait_until_idle(self.cloud, progress=self._tell_what_is_left)

    def _fetch_rates(self) -> None:
        """Fetch exchange rates, which the schedule would do in the afternoon."""
        self._say("\rfetching exchange rates")
        try:
            self.invoke("fetch_exchange_rates")
        except LocalCloudFailed as error:
            # Those of the sample always come; the bank's need a way to the internet.
            if self._cloudstack is None:
                raise
            self._say(f"no exchange rates: {error}")

    def _first_seen(self) -> date:
        """Return the day this folder was first used; collection and prices are dated from it."""
        today = self._today or datetime.now(UTC).date()
        first = self._memory.get("first_day") or today.toordinal()
        self._memory.put("first_day", first)
        return date.fromordinal(first)

    def _tell_what_is_left(self, left: Left) -> None:
        if left.messages:
            self._say(f"\r{left}")
