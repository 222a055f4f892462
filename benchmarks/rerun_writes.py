"""Items written when everything is collected and rated once more, and nothing has changed."""

from datetime import timedelta

from benchmarks.figures import Figure, say
from benchmarks.load import AFTER, CONNECTION, FIRST_DAY, MONTH, window
from benchmarks.metering import METERED
from benchmarks.stage import cloud, collect_day, deployment, lookup, morning_before
from chalicelib.metering.windows import Window
from chalicelib.runs.messages import WindowMessage
from local.cloudstack.selection import Record
from local.cloudstack.simulator import Simulator
from tests.world import World

DAYS = 3


def measure() -> Figure:
    """Collect a few days, then run plan, collect and rate again for all of them."""
    first_morning = morning_before(29)
    with Simulator(today=AFTER) as sample:
        records = list(sample.records(FIRST_DAY, FIRST_DAY + timedelta(days=DAYS)))
    records += _doubtful(records)
    with cloud() as aws, Simulator(today=first_morning.date(), records=records) as served:
        world = deployment(aws, served)
        world.now = first_morning
        METERED.lookup = lookup(aws)
        say(f"collecting {DAYS} days of the sample usage, rejects and holds in it, then again")
        with METERED.on():
            for _ in range(DAYS):
                collect_day(world)
        first = METERED.written.total()
        known = list(world.wiring.windows.windows(CONNECTION))
        rejects, holds = sum(each.rejects for each in known), sum(each.holds for each in known)
        METERED.reset()
        before = world.rows()
        with METERED.on():
            changed = _again(world, [window(number) for number in range(DAYS)])
        return Figure(
            "rerun_writes",
            METERED.written.total(),
            0,
            {
                "usage": f"{DAYS} days of the sample accounts",
                "rejects": rejects,
                "holds": holds,
                "again": "plan, collect, meter anew from the archive, and rate",
                "first_run_items": first,
                "runs_that_said_they_changed_something": changed,
                "rows_differ": world.rows() != before,
                "by_table": _by_suffix(METERED.written),
                "write_units_of_refused_writes": METERED.write_units.total(),
                "dynamodb_calls": dict(sorted(METERED.calls.items())),
                "objects_put": METERED.objects_put,
            },
        )


def _again(world: World, windows: list[Window]) -> int:
    """Run everything again; return how many runs said that something had changed."""
    planned = world.plan()
    changed: int = planned.accounts_changed + planned.new
    for each in windows:
        changed += world.wiring.collect(WindowMessage.of(each)).written
        changed += world.wiring.collect(WindowMessage.of(each, replay=True)).written
    for account in world.wiring.accounts.all():
        rated = world.wiring.rate(account.id, MONTH, world.now)
        changed += rated is not None and rated.changed
    return changed


def _doubtful(records: list[Record]) -> list[Record]:
    """Return records to be set aside: of an unknown type, and of more hours than a day has."""
    machines = [each for each in records if each["usagetype"] == 1]
    unknown = [{**each, "usagetype": 99} for each in machines[:5]]
    return unknown + [{**each, "rawusage": "48", "virtualmachineid": "x"} for each in machines[:1]]


def _by_suffix(counts: dict[str, int]) -> dict[str, int]:
    return {table.rpartition("-")[2]: count for table, count in counts.items() if count}
