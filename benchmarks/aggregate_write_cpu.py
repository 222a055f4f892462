"""CPU of writing the usage of a day to DynamoDB, over `json.loads` of its pages, per record."""

import json
import os
from collections.abc import Mapping
from typing import Any

import boto3
import botocore
from botocore.awsrequest import AWSResponse

from benchmarks.clocks import cpu_seconds
from benchmarks.figures import Figure, rounded, say
from benchmarks.load import PER_ACCOUNT_DAY, cloudstack, window
from benchmarks.stage import CREDENTIALS
from chalicelib.metering.usage import PackedUsage
from chalicelib.metering.windows import WindowMeter
from chalicelib.tables.usage import UsageTable

REACH = 0.3
ROUNDS = 15
ACCOUNTS = 70
SPARSE = 14


def measure() -> Figure:
    """Write a day of many accounts through the product's table, with no network below it."""
    os.environ |= CREDENTIALS
    botocore.register_initializer(_without_network)
    say(f"{ACCOUNTS} account-days of {SPARSE} and of {PER_ACCOUNT_DAY} records")
    sparse, items = _x_json(SPARSE)
    dense, _ = _x_json(PER_ACCOUNT_DAY)
    return Figure(
        "aggregate_write_cpu",
        rounded(sparse),
        REACH,
        {
            "records_an_account_day": SPARSE,
            f"at_{PER_ACCOUNT_DAY}_records": rounded(dense),
            "x_json_a_record_for_one_item": rounded(items),
            "how": "UsageTable.digests and .put of every item; botocore's before-send answers",
        },
    )


def _x_json(records_an_account_day: int) -> tuple[float, float]:
    """Return CPU of writing over that of json.loads: a record over a record, an item over one."""
    with cloudstack(records_an_account_day * ACCOUNTS, ACCOUNTS) as (_, client):
        pages = list(client.usage_pages(window().period))
    meter = WindowMeter(window())
    for page in pages:
        meter.add(page.rows)
    usage = meter.metered().usage
    table = UsageTable(boto3.client("dynamodb"), "bench-usage")
    seconds = cpu_seconds(
        {
            "json": lambda: [json.loads(page.body) for page in pages],
            "write": lambda: _write(table, usage),
        },
        ROUNDS,
    )
    ratio = seconds["write"] / seconds["json"]
    return ratio, ratio * records_an_account_day


def _write(table: UsageTable, usage: Mapping[str, PackedUsage]) -> None:
    """Store a day as `collect_usage` stores it the first time."""
    table.digests(window(), list(usage))
    for sub_account, packed in usage.items():
        table.put(window(), sub_account, packed)


def _without_network(session: Any) -> None:
    session.register("before-send", _answered)


def _answered(request: Any, event_name: str, **_: Any) -> AWSResponse:
    """Answer in place of DynamoDB: a batch of reads finds nothing, a write succeeds."""
    body = b'{"Responses": {}}' if event_name.endswith("BatchGetItem") else b"{}"
    return AWSResponse(request.url, 200, {}, _Body(body))


class _Body:
    """What urllib3 would have received."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        """Return all of it at once."""
        return [self._content]
