"""What a tenant's overview reads of DynamoDB, however much usage the month holds."""

from dataclasses import asdict, dataclass
from typing import Any

from chalice.test import Client

from benchmarks.figures import Figure, say
from benchmarks.load import DAYS, MONTH, cloudstack
from benchmarks.metering import METERED
from benchmarks.stage import CONFIG, CURRENCY, cloud, deployment, lookup
from benchmarks.volume import store_month
from chalicelib.accounts import Identity, Role
from chalicelib.budgets.budgets import Budget
from chalicelib.entrypoints import routes
from chalicelib.money import Money
from chalicelib.wiring.budgets import set_budget
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from tests.world import World

REACH_ITEMS = 3
REACH_UNITS = 2
SIZES = (1_000, 100_000, 1_000_000)
TOKEN = "bench"


@dataclass(frozen=True, slots=True)
class Reads:
    """What one overview read."""

    records: int
    items: int
    units: float
    calls: dict[str, int]


def measure() -> Figure:
    """Read the overview over the API at each size, signed in as the account's owner."""
    reads = []
    with cloud() as aws, cloudstack(0, 1) as (served, _):
        METERED.lookup = lookup(aws)
        for records in SIZES:
            say(f"{records} records in the month")
            reads.append(_overview(aws, served, records))
    return Figure(
        "overview_reads",
        max(each.items for each in reads),
        REACH_ITEMS,
        {
            "read_units": max(each.units for each in reads),
            "reach_of_read_units": REACH_UNITS,
            "same_at_each_size": len({(each.items, each.units) for each in reads}) == 1,
            "by_size": [asdict(each) for each in reads],
            "how": "one account; a day collected and metered by the product, moved to each day of"
            " the month and packed and stored by it; rated by the product; GET /overview by the"
            " session's own account, with a budget; the session is among the items",
        },
    )


def _overview(aws: Cloud, served: Simulator, records: int) -> Reads:
    world = deployment(aws, served)
    account = store_month(world, -(-records // DAYS))
    rated = world.wiring.rate(account, MONTH, world.now)
    assert rated is not None and rated.usages >= records, rated
    set_budget(world.wiring, world.wiring.accounts.get(account), _budget(account), world.now)
    _open_session(world, account)
    vars(routes)["wiring"] = lambda: world.wiring
    answer = _get("/overview")
    METERED.reset()
    with METERED.on():
        answer = _get("/overview")
    assert answer.status_code == 200 and answer.json_body["budget"], answer.body
    calls = dict(METERED.calls)
    return Reads(records, METERED.read.total(), METERED.read_units.total(), calls)


def _get(path: str) -> Any:
    client = Client(_app(), stage_name="local", project_dir=str(CONFIG.parent.parent))
    return client.http.get(path, headers={"Cookie": f"session={TOKEN}"})


def _app() -> Any:
    from app import app

    return app


def _budget(account: str) -> Budget:
    amount = Money.of("100000.00", CURRENCY)
    return Budget(account, "monthly", amount, (), ("owner@example.com",))


def _open_session(world: World, account: str) -> None:
    """Sign the owner of `account` in, as a sign-in that CloudStack accepted does."""
    owner = Identity("owner", "Owner", Role.TENANT, "main", account)
    world.wiring.sessions.open(TOKEN, owner, world.now.replace(year=world.now.year + 1))
