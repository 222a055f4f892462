"""What a million usage records cost on AWS: to take in and rate, and to keep for 13 months.

A month of twenty accounts, as dense as a million records in 200 accounts, lived day by day:
planned, collected, rated. What it asks of AWS is metered and scaled up to a million records.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from benchmarks import aws_prices as price
from benchmarks.capacity import STORED_BESIDE, item_bytes, write_units
from benchmarks.figures import Figure, rounded, say
from benchmarks.load import DAYS, PER_ACCOUNT_DAY, cloudstack, window
from benchmarks.metering import METERED
from benchmarks.profiles import profile
from benchmarks.scattered import growth
from benchmarks.stage import cloud, collect_day, deployment, function_mib, lookup, morning_before
from chalicelib.runs.messages import WindowMessage
from chalicelib.runs.read_pages import PAGES_A_BUNDLE
from chalicelib.wiring import Wiring
from local.empty import TABLES
from tests.world import World, scan

REACH = 0.05
REACH_KEEPING = 0.05
MONTHS_KEPT = 13
ACCOUNTS = 20
RECORDS = PER_ACCOUNT_DAY * ACCOUNTS * DAYS
SCALE = 1_000_000 / RECORDS
PAGE_SECONDS = 1.0
PAGE_RECORDS = 500
# What a function waits for one answer of DynamoDB, S3, SQS or SSM.
ANSWER_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Work:
    """What some runs asked of AWS.

    Attributes:
        cpu_seconds: of this machine; that of a Lambda with a whole CPU is about the same.
    """

    calls: Counter[str]
    reads: float
    writes: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Grown:
    """What the month's usage would take more if the ids in it were random, as real ones are.

    Attributes:
        times: size of a body over its size now.
        write_units: of writing each item once.
        size: in bytes, of all items.
    """

    times: float
    write_units: int
    size: float


def measure() -> Figure:
    """Live the month, then look at every window of it once more."""
    collecting, rating = function_mib("collect_usage"), function_mib("rate_usage")
    first_morning = morning_before(DAYS)
    per_day = PER_ACCOUNT_DAY * ACCOUNTS
    with cloud() as aws, cloudstack(per_day, ACCOUNTS, first_morning.date()) as (served, _):
        world = deployment(aws, served)
        world.now = first_morning
        METERED.lookup = lookup(aws)
        late_days = world.settings.late_days
        _look_back_never(world)
        say(f"{RECORDS} records of {ACCOUNTS} accounts, {DAYS} days")
        month = _month(world)
        by_table = {name: dict(units) for name, units in _units().items()}
        archived = METERED.bytes_put
        kept = _kept_bytes(world)
        grown = _grown(world)
        say("every window once more")
        asked_before = served.calls["listUsageRecords"]
        again = _again(world)
        asked_again = served.calls["listUsageRecords"] - asked_before
        where = profile(lambda: collect_day(world))
    pages = 1_000_000 / PAGE_RECORDS
    taking_in = {
        "dynamodb_writes": month.writes * SCALE * price.WRITE_UNIT,
        "dynamodb_reads": month.reads * SCALE * price.READ_UNIT,
        "s3_puts": DAYS * ceil(pages / DAYS / PAGES_A_BUNDLE) * price.S3_PUT,
        "sqs": _sqs(month) * SCALE * price.SQS_REQUEST,
        "lambda_waiting_for_cloudstack": _gb_seconds(pages * PAGE_SECONDS, collecting),
        "lambda_working": _working(month, rating),
    }
    # Only waiting for CloudStack counts; the rest is next to nothing. One answer a window is
    # asked for however many records it has, any more are pages.
    looking_back = (DAYS + (asked_again - DAYS) * SCALE) * PAGE_SECONDS * late_days
    keeping = {
        "dynamodb": kept * SCALE / price.GB * price.DYNAMODB_GB_MONTH * MONTHS_KEPT,
        "s3": archived * SCALE / price.GB * price.S3_GB_MONTH * MONTHS_KEPT,
    }
    value = sum(taking_in.values())
    return Figure(
        "aws_cost",
        rounded(value),
        REACH,
        {
            "dollars_a_million_records": _rounded(taking_in),
            "keeping_13_months_a_month": rounded(sum(keeping.values())),
            "reach_of_keeping": REACH_KEEPING,
            "keeping": _rounded(keeping),
            "with_random_ids_besides": {
                "usage_body_x": rounded(grown.times),
                "dynamodb_writes": rounded(grown.write_units * SCALE * price.WRITE_UNIT),
                "keeping": rounded(
                    grown.size * SCALE / price.GB * price.DYNAMODB_GB_MONTH * MONTHS_KEPT
                ),
            },
            "looking_at_late_days_again_besides": {
                "late_days": late_days,
                "answers_of_cloudstack_a_window": asked_again / DAYS,
                "lambda": rounded(_gb_seconds(looking_back, collecting)),
                "dynamodb": rounded(_dynamodb(again) * SCALE * late_days),
                "items_written": again.writes,
            },
            "units_by_table": by_table,
            "calls": dict(sorted(month.calls.items())),
            "product_cpu_seconds": rounded(month.cpu_seconds),
            "profile_of_a_day_percent_of_own_time": where,
            "how": f"{RECORDS} records metered, x {rounded(SCALE)}; {PAGE_SECONDS:g} s a page of"
            f" {PAGE_RECORDS}, {ANSWER_SECONDS * 1000:g} ms an answer of AWS, CPU as measured"
            " over the share of a CPU that the memory buys; no free tier; logs, mails, requests"
            " of the page and hourly plans that find nothing left out",
        },
    )


def _month(world: World) -> Work:
    METERED.reset()
    began = time.thread_time()
    with METERED.on():
        for number in range(DAYS):
            collect_day(world)
            if number % 10 == 9:
                say(f"day {number + 1}")
    return _work(time.thread_time() - began)


def _again(world: World) -> Work:
    METERED.reset()
    began = time.thread_time()
    with METERED.on():
        for number in range(DAYS):
            world.wiring.collect(WindowMessage.of(window(number)))
    return _work(time.thread_time() - began)


def _work(cpu_seconds: float) -> Work:
    reads, writes = METERED.read_units.total(), METERED.write_units.total()
    return Work(Counter(METERED.calls), reads, writes, cpu_seconds)


def _look_back_never(world: World) -> None:
    """Let plans ask for new windows only; looking back is reckoned from one look at each."""
    world.settings = replace(world.settings, late_days=0)
    world.wiring = Wiring(world.settings, now=lambda: world.now, pause=world.paused.append)


def _working(month: Work, mib: int) -> float:
    """Return the price of the functions' own work, and of waiting for AWS; rating does most."""
    slower = max(1.0, price.LAMBDA_MIB_A_CPU / mib)
    waiting = month.calls.total() * ANSWER_SECONDS
    return _gb_seconds((month.cpu_seconds * slower + waiting) * SCALE, mib)


def _gb_seconds(seconds: float, mib: int) -> float:
    return seconds * mib / 1024 * price.LAMBDA_GB_SECOND


def _dynamodb(work: Work) -> float:
    return work.writes * price.WRITE_UNIT + work.reads * price.READ_UNIT


def _sqs(work: Work) -> int:
    """Return the requests to SQS: for each batch sent, one taken and one removed."""
    return 3 * work.calls["sqs.SendMessageBatch"]


def _units() -> dict[str, dict[str, float]]:
    """Return the units so far by table, without the prefix of the deployment."""
    return {
        name: {table.partition("-")[2]: units for table, units in counts.items()}
        for name, counts in (("read", METERED.read_units), ("write", METERED.write_units))
    }


def _kept_bytes(world: World) -> int:
    """Return what the month takes in every table, as AWS counts storage."""
    return sum(
        item_bytes(item) + STORED_BESIDE
        for table in TABLES
        for item in scan(world.cloud, f"{world.prefix}-{table}")
    )


def _grown(world: World) -> Grown:
    items = list(scan(world.cloud, f"{world.prefix}-usage"))
    times = growth(items[-1]["body"]["B"])
    more = [(times - 1) * len(item["body"]["B"]) for item in items]
    units = [
        write_units(round(item_bytes(item) + grown)) - write_units(item_bytes(item))
        for item, grown in zip(items, more, strict=True)
    ]
    return Grown(times, sum(units), sum(more))


def _rounded(dollars: Mapping[str, float]) -> dict[str, float]:
    return {name: rounded(amount) for name, amount in dollars.items()}
