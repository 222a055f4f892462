"""CPU of writing the usage of a day to DynamoDB, over `json.loads` of its pages, per record."""

import json
import os
from collections.abc import Callable, Mapping
from functools import cache

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from benchmarks.clocks import cpu_seconds
from benchmarks.figures import Figure, rounded, say
from benchmarks.load import PER_ACCOUNT_DAY, cloudstack, window
from benchmarks.profiles import profile
from benchmarks.stage import CREDENTIALS
from chalicelib.metering.pages import UsagePage
from chalicelib.metering.usage import PackedUsage
from chalicelib.metering.windows import WindowMeter
from chalicelib.tables.usage import UsageTable

REACH = 0.3
ROUNDS = 15
ACCOUNTS = 70
SPARSE = 14
TABLE = "bench-usage"


def measure() -> Figure:
    """Write a day of many accounts through the product's table, with no network below it."""
    os.environ |= CREDENTIALS
    URLLib3Session.send = _sent
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
            "profile_percent_of_own_time": profile(_writing(SPARSE), ROUNDS),
            "how": "UsageTable.put_new of a day, with no HTTP session below it",
        },
    )


def _x_json(records_an_account_day: int) -> tuple[float, float]:
    """Return CPU of writing over that of json.loads: a record over a record, an item over one."""
    pages = _pages(records_an_account_day)
    seconds = cpu_seconds(
        {
            "json": lambda: [json.loads(page.body) for page in pages],
            "write": _writing(records_an_account_day),
        },
        ROUNDS,
    )
    ratio = seconds["write"] / seconds["json"]
    return ratio, ratio * records_an_account_day


def _writing(records_an_account_day: int) -> Callable[[], None]:
    """Return what stores a day of many accounts, metered before."""
    meter = WindowMeter(window())
    for page in _pages(records_an_account_day):
        meter.add(page.rows)
    usage = meter.metered().usage
    table = UsageTable(boto3.client("dynamodb"), TABLE)
    return lambda: _write(table, usage)


def _pages(records_an_account_day: int) -> list[UsagePage]:
    with cloudstack(records_an_account_day * ACCOUNTS, ACCOUNTS) as (_, source):
        return list(source.usage_pages(window().period))


def _write(table: UsageTable, usage: Mapping[str, PackedUsage]) -> None:
    """Store a day as it is stored the first time."""
    assert table.put_new(window(), usage) == []


def _sent(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
    """Answer in place of DynamoDB: every statement is carried out."""
    statements = request.body.count(b'{"Statement":')
    return AWSResponse(request.url, 200, {}, _Body(_answer(statements)))


@cache
def _answer(statements: int) -> bytes:
    return json.dumps({"Responses": [{"TableName": TABLE}] * statements}).encode()


class _Body:
    """What urllib3 would have received."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        """Return all of it at once."""
        return [self._content]
