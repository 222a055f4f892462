"""The simulator as an object: start it, point a client at its URL, move its clock, break it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from local.cloudstack.api import Api
from local.cloudstack.clock import Clock
from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.control import Control
from local.cloudstack.directory import Directory
from local.cloudstack.estate import BILLING_API_KEY, BILLING_SECRET_KEY, Account, load_accounts
from local.cloudstack.faults import Faults
from local.cloudstack.load import LoadUsage
from local.cloudstack.records import DailyRecords, Dress, GivenRecords
from local.cloudstack.sample_usage import SampleUsage
from local.cloudstack.selection import DailyUsage, Record, Selection
from local.cloudstack.served import ServedRecords, clean
from local.cloudstack.server import API_PATH, LOOPBACK, Server
from local.cloudstack.signing import Verifier

DEFAULT_VERSION = "4.22"
VERSIONS = ("4.19", "4.20", "4.22")
DEFAULT_LOAD_ACCOUNTS = 200


class Simulator:
    """A strict CloudStack on loopback, in this process; it serves once started or entered.

    Args:
        port: 0 for a free one.
        today: instead of the real day; moving on adds to it.
        version: one of VERSIONS; until 4.19 dates are written differently.
        time_zone: of the management server, IANA name.
        records_per_day: load instead of the sample usage, for so many `accounts`.
        records: serve exactly these raw records instead; the key `_poison` in one is no field,
            it makes every page that holds the record fail with 530.
        poison: says of other records that they are such.
        state: file that keeps the days moved over a restart.
        algorithms: of signatures it takes, HmacSHA1 and HmacSHA512.
        enforce_expiry: refuse signatures without version 3 or valid over 15 minutes.

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
        version: str = DEFAULT_VERSION,
        time_zone: str = "UTC",
        records_per_day: int | None = None,
        accounts: int = DEFAULT_LOAD_ACCOUNTS,
        records: Sequence[Record] | None = None,
        poison: Callable[[Record], bool] | None = None,
        state: Path | None = None,
        algorithms: Sequence[str] = ("HmacSHA1",),
        enforce_expiry: bool = False,
    ) -> None:
        if version not in VERSIONS:
            raise ValueError(f"unknown version {version!r}")
        self._seed, self._version = seed, version
        self.clock = Clock(today, state)
        self.faults = Faults()
        load = load_accounts(accounts) if records_per_day is not None else ()
        self._daily = DailyRecords(
            _usage(seed, records_per_day, load),
            lambda: self.clock.history_start,
            self.clock.today,
        )
        source = self._daily if records is None else GivenRecords(records)
        self._records = ServedRecords(source, poison)
        directory = Directory(load)
        self._cloud = Cloud(directory, self._records, self.clock, version, _zone(time_zone))
        self._api = Api(self._cloud, Verifier(directory.user_of_key, algorithms, enforce_expiry))
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
    def api_key(self) -> str:
        """Return the API key of the billing service, a root admin."""
        return BILLING_API_KEY

    @property
    def secret_key(self) -> str:
        """Return the secret key of the billing service."""
        return BILLING_SECRET_KEY

    @property
    def today(self) -> date:
        """Return the day it is; usage is there up to the day before."""
        return self.clock.today()

    @property
    def calls(self) -> dict[str, int]:
        """Return how often each command was called."""
        return self._api.calls

    def advance(self, days: int = 1) -> date:
        """Return the day it is after moving on by so many days."""
        return self.clock.advance(days)

    def records(self, start: date | None = None, end: date | None = None) -> Iterator[Record]:
        """Yield every raw record of the days from `start` up to, not including, `end`.

        Without bounds the whole history, oldest first: what a root admin reads by paging.
        """
        opens = datetime.combine(start or date(2000, 1, 1), datetime.min.time(), UTC)
        closes = datetime.combine(end or date(2200, 1, 1), datetime.min.time(), UTC)
        last = closes - timedelta(seconds=1)
        if opens > last:
            return iter(())
        dress = Dress(self._cloud.dates, not self._cloud.before_4_20)
        return clean(self._records.select(opens, last, Selection(), dress).records(0, None))

    def serve(self, records: Sequence[Record] | None) -> None:
        """Serve exactly these raw records from now on; None for those it generates."""
        self._records.source = self._daily if records is None else GivenRecords(records)

    def state(self) -> dict[str, object]:
        """Return what `GET /simulator/state` says."""
        return {
            "today": str(self.today),
            "offset_days": self.clock.offset_days,
            "history_start": str(self.clock.history_start),
            "seed": self._seed,
            "version": self._version,
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


def _usage(seed: int, records_per_day: int | None, load: Sequence[Account]) -> DailyUsage:
    if records_per_day is None:
        return SampleUsage(seed)
    return LoadUsage(seed, records_per_day, load)
