"""What the monthly run asks of DynamoDB for one billing account, however much it has used."""

from dataclasses import asdict, dataclass

import msgspec

from benchmarks.figures import Figure, say
from benchmarks.load import DAYS, MONTH, cloudstack
from benchmarks.metering import METERED
from benchmarks.stage import cloud, deployment, lookup, silently
from benchmarks.volume import store_month
from chalicelib.entrypoints.billing_triggers import bill_records
from chalicelib.invoicing.billing_runs import RunState
from chalicelib.runs.messages import IssueMessage
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from local.rated_accounts import make_out
from tests.world import World

REACH = 12
SIZES = (1_000, 100_000)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one invoice took.

    Attributes:
        lines: rows on the invoice.
    """

    records: int
    lines: int
    requests: int
    calls: dict[str, int]


def measure() -> Figure:
    """Issue an invoice at each size, alone in its batch."""
    asked = []
    with cloud() as aws, cloudstack(0, 1) as (served, _):
        METERED.lookup = lookup(aws)
        for records in SIZES:
            say(f"{records} records in the month")
            asked.append(_invoice(aws, served, records))
    return Figure(
        "invoice_requests",
        max(each.requests for each in asked),
        REACH,
        {
            "same_at_each_size": len({each.requests for each in asked}) == 1,
            "by_size": [asdict(each) for each in asked],
            "how": "one account; a day collected and metered by the product, moved to each day of"
            " the month, stored and rated by it; then the message of the monthly run alone in a"
            " batch, so that nothing is shared with other accounts; a transaction is one request",
        },
    )


def _invoice(aws: Cloud, served: Simulator, records: int) -> Asked:
    world = deployment(aws, served)
    wired, account = world.wiring, store_month(world, -(-records // DAYS))
    rated = wired.rate(account, MONTH, world.now)
    assert rated is not None and rated.usages >= records, rated
    make_out(wired, [account])
    body = msgspec.json.encode(IssueMessage(account, MONTH)).decode()
    METERED.reset()
    with METERED.on(), silently():
        answer = bill_records(wired, [{"messageId": "1", "body": body}])
    assert answer == {"batchItemFailures": []}
    calls = {name: count for name, count in METERED.calls.items() if name.startswith("dynamodb.")}
    (state,) = wired.invoices.run(MONTH)
    return Asked(records, _lines(world, state), sum(calls.values()), calls)


def _lines(world: World, state: RunState) -> int:
    """Return how many rows the invoice has."""
    assert state.state == "issued", state
    found = world.wiring.invoices.get(state.account, state.document)
    assert found is not None
    return len(found[1].lines)
