"""The simulator as an object: start it, point a client at its URL, move its clock, break it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from local.cloudstack.api import Api
from local.cloudstack.clock import Clock
from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.control import EXCHANGE_RATES, Control
from local.cloudstack.directory import Directory
from local.cloudstack.estate import BILLING_API_KEY, BILLING_SECRET_KEY, load_accounts
from local.cloudstack.faults import Faults
from local.cloudstack.fleet_window import Installation
from local.cloudstack.jobs import Jobs
from local.cloudstack.load import LoadUsage
from local.cloudstack.quota import Quota
from local.cloudstack.records import AggregatedRecords, Dress, GivenRecords
from local.cloudstack.sample_usage import SampleUsage
from local.cloudstack.selection import Record, Selection
from local.cloudstack.served import ServedRecords, clean
from local.cloudstack.server import API_PATH, LOOPBACK, Server
from local.cloudstack.signing import Verifier
from local.cloudstack.states import States, beside
from local.cloudstack.versions import DEFAULT_VERSION, Version
from local.cloudstack.windows import MINUTES_OF_DAY, Aggregation

DEFAULT_LOAD_ACCOUNTS = 200


class Simulator:
    """A strict CloudStack on loopback, in this process; it serves once started or entered.

    Args:
        port: 0 for a free one.
        today: instead of the real day, its midnight in the aggregation zone; moving on adds to it.
        now: instead of `today`, an instant with its offset.
        version: one of VERSIONS or a later release of its line, such as `4.19.3`.
        time_zone: of the management server, IANA name; it only writes dates.
        aggregation_minutes: 1440 for days of the aggregation zone, 60 for hours, or any less.
        aggregation_time_zone: IANA name.
        records_per_day: load instead of the sample usage, for so many `accounts`.
        random_ids: ids and names of that load look like a real cloud's.
        records: serve exactly these raw records instead; the key `_poison` in one is no field,
            it makes every page that holds the record fail with 530.
        poison: says of other records that they are such.
        attached_volumes: volumes have a second record for the hours they were attached.
        state: file that keeps the days moved over a restart; one beside it, what is locked.
        algorithms: of signatures it takes, HmacSHA1 and HmacSHA512.
        enforce_expiry: refuse signatures without version 3 or valid over 15 minutes.
        quota: whether the Quota plugin is enabled (`quota.enable.service`).

    Attributes:
        quota: the plugin, with the tariffs it lists now.
        states: which accounts are locked or disabled, and which projects suspended.
        jobs: what runs asynchronously, and how long that takes.

    Raises:
        ValueError: an option makes no sense.
        OSError: the port is taken.

    >>> with Simulator(today=date(2026, 11, 23)) as simulator:
    ...     simulator.advance(1)
    datetime.date(2026, 11, 24)
    """

    def __init__(
        self,
        *,
        port: int = 0,
        seed: int = 1,
        today: date | None = None,
        now: datetime | None = None,
        version: str = DEFAULT_VERSION,
        time_zone: str = "UTC",
        aggregation_minutes: int = MINUTES_OF_DAY,
        aggregation_time_zone: str = "UTC",
        records_per_day: int | None = None,
        accounts: int = DEFAULT_LOAD_ACCOUNTS,
        random_ids: bool = False,
        records: Sequence[Record] | None = None,
        poison: Callable[[Record], bool] | None = None,
        attached_volumes: bool = False,
        state: Path | None = None,
        algorithms: Sequence[str] = ("HmacSHA1",),
        enforce_expiry: bool = False,
        quota: bool = True,
    ) -> None:
        if today is not None and now is not None:
            raise ValueError("both a day and an instant to begin with")
        self._seed, self._version = seed, Version.read(version)
        self.aggregation = Aggregation(aggregation_minutes, _zone(aggregation_time_zone))
        self.clock = Clock(now or today, state, self.aggregation.zone)
        self.faults = Faults()
        load = load_accounts(accounts) if records_per_day is not None else ()
        self._generated = AggregatedRecords(
            SampleUsage(Installation(seed, self._version, attached_volumes))
            if records_per_day is None
            else LoadUsage(seed, records_per_day, load, aggregation_minutes, random_ids),
            self.aggregation,
            lambda: self.aggregation.midnight(self.clock.history_start),
            lambda: self._cloud.over,
        )
        self._records = ServedRecords(self._generated, poison)
        if records is not None:
            self.serve(records)
        directory = Directory(load)
        self.quota = Quota()
        self.states, self.jobs = States(beside(state)), Jobs()
        self._cloud = Cloud(
            directory,
            self._records,
            self.clock,
            self._version,
            _zone(time_zone),
            self.aggregation,
            self.quota,
            self.states,
            self.jobs,
        )
        verifier = Verifier(directory.user_of_key, algorithms, enforce_expiry)
        self._api = Api(self._cloud, verifier, quota)
        control = Control(self.clock, self.faults, self.state)
        self._server = Server(port, self._api, control, self.faults)
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """Return the endpoint of the API."""
        return f"{self.base_url}{API_PATH}"

    @property
    def base_url(self) -> str:
        """Return the origin, under which `/simulator/` has the controls."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    @property
    def exchange_rates_url(self) -> str:
        """Return the folder of the reference rates, which follow its clock."""
        return f"{self.base_url}{EXCHANGE_RATES}"

    @property
    def api_key(self) -> str:
        """Return the API key of the billing service, a root admin."""
        return BILLING_API_KEY

    @property
    def secret_key(self) -> str:
        """Return the secret key of the billing service."""
        return BILLING_SECRET_KEY

    @property
    def today(self) -> date:
        """Return the day it is in the aggregation zone; usage of whole windows is there."""
        return self.clock.today()

    @property
    def calls(self) -> dict[str, int]:
        """Return how often each command was called."""
        return self._api.calls

    def advance(self, days: int | None = None, *, hours: int = 0) -> date:
        """Return the day it is after moving on: by a day unless days or hours are given."""
        return self.clock.advance(1 if days is None and not hours else days or 0, hours)

    def records(self, start: date | None = None, end: date | None = None) -> Iterator[Record]:
        """Yield every raw record of the days from `start` up to, not including, `end`.

        Without bounds the whole history, oldest first: what a root admin reads by paging.
        """
        at = self.aggregation.midnight
        opens = datetime.fromtimestamp(at(start or date(2000, 1, 1)), UTC)
        last = datetime.fromtimestamp(at(end or date(2200, 1, 1)) - 1, UTC)
        if opens > last:
            return iter(())
        dress = Dress(self._cloud.dates, self._version)
        return clean(self._records.select(opens, last, Selection(), dress).records(0, None))

    def serve(self, records: Sequence[Record] | None) -> None:
        """Serve exactly these raw records from now on; None for those it generates."""
        self._records.source = self._generated if records is None else GivenRecords(records)

    def state(self) -> dict[str, object]:
        """Return what `GET /simulator/state` says."""
        return {
            "today": str(self.today),
            "now": self.clock.now().isoformat(timespec="seconds"),
            "offset_days": self.clock.offset_days,
            "offset_hours": self.clock.offset_hours,
            "history_start": str(self.clock.history_start),
            "seed": self._seed,
            "version": self._version.full,
            "aggregation_minutes": self.aggregation.minutes,
            "calls": self.calls,
            "faults": self.faults.waiting(),
        }

    def start(self) -> Self:
        """Serve in a thread of its own."""
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and break what is connected."""
        if self._thread is None:
            self._server.server_close()
            return
        self._server.stop()
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        """Start serving."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self.stop()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        raise ValueError(f"unknown time zone {name!r}") from None
