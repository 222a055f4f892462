"""Usage from the CloudStack simulator, in the amounts that the measures ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from chalicelib.cloudstack.client import CloudStackClient
from chalicelib.cloudstack.source import CloudStackSource
from chalicelib.delivery.parameters import KeyPair
from chalicelib.metering.pages import UsagePage
from chalicelib.metering.windows import Window
from chalicelib.periods import Period
from local.cloudstack.simulator import Simulator

CONNECTION = "main"
MONTH = "2026-11"
FIRST_DAY = date(2026, 11, 1)
DAYS = 30
AFTER = FIRST_DAY + timedelta(days=DAYS)
# A million usage records a month in 200 accounts are so many an account and day.
PER_ACCOUNT_DAY = 167
RUNNING_VM = "1"


@contextmanager
def cloudstack(
    records_per_day: int, accounts: int, today: date = AFTER, *, random_ids: bool = False
) -> Iterator[tuple[Simulator, CloudStackSource]]:
    """Serve generated usage, with the product's own source of it."""
    with Simulator(
        today=today, records_per_day=records_per_day, accounts=accounts, random_ids=random_ids
    ) as simulator:
        yield simulator, CloudStackSource(client_of(simulator), CONNECTION)


def client_of(simulator: Simulator) -> CloudStackClient:
    """Return the product's own client of a simulator."""
    keys = KeyPair(simulator.api_key, simulator.secret_key)
    return CloudStackClient(simulator.url, keys)


def window(number: int = 0) -> Window:
    """Return the window of a day of the month."""
    start = datetime(FIRST_DAY.year, FIRST_DAY.month, 1, tzinfo=UTC) + timedelta(days=number)
    return Window(CONNECTION, Period(start, start + timedelta(days=1)))


def first_page(accounts: int) -> UsagePage:
    """Return a page of 500 records of all usage types."""
    with cloudstack(500, accounts) as (_, source):
        return next(source.usage_pages(window().period))


def page_of_machines(accounts: int) -> bytes:
    """Return a page of 500 running virtual machines: the records with most fields, 26."""
    day = FIRST_DAY.isoformat()
    with cloudstack(20_000, accounts) as (served, _):
        return client_of(served).call(
            "listUsageRecords",
            startdate=f"{day}T00:00:00+0000",
            enddate=f"{day}T23:59:59+0000",
            type=RUNNING_VM,
            page="1",
            pagesize="500",
        )
