"""What a page costs from bytes to money, over what `json.loads` of it costs."""

import json
from collections.abc import Callable, Iterable, Iterator

from benchmarks.clocks import cpu_seconds
from benchmarks.figures import Figure, rounded, say
from benchmarks.load import MONTH, PER_ACCOUNT_DAY, first_page, page_of_machines, window
from benchmarks.profiles import profile
from chalicelib.metering.pages import read_page
from chalicelib.metering.records import UsageRow
from chalicelib.metering.settling import Settled
from chalicelib.metering.usage import UsageGroup, pack, unpack
from chalicelib.metering.windows import WindowMeter
from chalicelib.periods import BillingPeriod
from chalicelib.rating.charges import rate
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.price_lists import PriceLists
from chalicelib.reporting.summaries import PeriodSummary, summarize
from tests.runs.prices import cards

REACH = 0.8
ROUNDS = 41
RECORDS = 500
ACCOUNTS = round(RECORDS / PER_ACCOUNT_DAY)
SPARSE_ACCOUNTS = RECORDS // 14
PERIOD = BillingPeriod(MONTH, "UTC")
CURRENCY = "EUR"
LISTS = PriceLists(CURRENCY, cards(CURRENCY))


def measure() -> Figure:
    """Measure a page of 26 fields a record, and beside it one of all usage types."""
    machines = page_of_machines(ACCOUNTS)
    mixed = first_page(ACCOUNTS).body
    sparse = page_of_machines(SPARSE_ACCOUNTS)
    say(f"{RECORDS} records, {len(machines)} bytes, {ROUNDS} rounds in turns with json.loads")
    steps = _steps(machines)
    times = _times_json(machines)
    return Figure(
        "page_pipeline",
        rounded(times["pipeline"]),
        REACH,
        {
            "page": f"{RECORDS} running machines of 26 fields, {len(machines)} bytes",
            "accounts": f"{ACCOUNTS}, as dense as a million records a month in 200 accounts",
            "steps_x_json": {name: rounded(times[name]) for name in steps},
            "with_packing_and_unpacking_x_json": rounded(times["with_storing"]),
            "all_usage_types_x_json": rounded(_times_json(mixed)["pipeline"]),
            "14_records_an_account_day_x_json": rounded(_times_json(sparse)["pipeline"]),
            "profile_percent_of_own_time": profile(lambda: pipeline(machines), ROUNDS),
        },
    )


def pipeline(body: bytes) -> list[PeriodSummary]:
    """Return what the usage of one page comes to for each account, by the product's own way.

    Decoded, validated, grouped, deduplicated, metered, rated and added up. What the product does
    between metering and rating, to store usage and read it again, is measured beside it.
    """
    return [_summary(_rated(usages)) for usages in _settled(read_page(body).rows)]


def with_storing(body: bytes) -> list[PeriodSummary]:
    """Return the same, the usage of each account packed and unpacked in between."""
    packed = _add(read_page(body).rows).metered().usage.values()
    return [_summary(_rated(unpack(each.body))) for each in packed]


def _times_json(body: bytes) -> dict[str, float]:
    """Return what each step, and all of them, take over `json.loads` of the same page."""
    contenders: dict[str, Callable[[], object]] = {
        "json": lambda: json.loads(body),
        "pipeline": lambda: pipeline(body),
        "with_storing": lambda: with_storing(body),
        **_steps(body),
    }
    seconds = cpu_seconds(contenders, ROUNDS)
    return {name: taken / seconds["json"] for name, taken in seconds.items()}


def _steps(body: bytes) -> dict[str, Callable[[], object]]:
    """Return the steps of the pipeline, each given what the one before it made."""
    rows = read_page(body).rows
    usages = list(_settled(rows))
    packed = [pack([each]) for each in usages]
    rated = [_rated(each) for each in usages]
    return {
        "decode": lambda: read_page(body),
        "validate_and_group": lambda: _add(rows),
        "validate_group_deduplicate_and_meter": lambda: list(_settled(rows)),
        "rate": lambda: [_rated(each) for each in usages],
        "summarize": lambda: [_summary(each) for each in rated],
        "pack_beside": lambda: [pack([each]) for each in usages],
        "unpack_beside": lambda: [list(unpack(each.body)) for each in packed],
    }


def _add(rows: list[UsageRow]) -> WindowMeter:
    meter = WindowMeter(window())
    meter.add(rows)
    return meter


def _settled(rows: list[UsageRow]) -> Iterator[list[UsageGroup]]:
    """Yield what each account used."""
    meter = _add(rows)
    for owner in meter.owners():
        yield from meter.segments(owner, Settled())


def _rated(usages: Iterable[UsageGroup]) -> RatedPeriod:
    return rate(usages, LISTS, PERIOD)


def _summary(rated: RatedPeriod) -> PeriodSummary:
    return summarize("account", rated, PERIOD.span.start, {}, {})
