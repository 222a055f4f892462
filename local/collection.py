"""One collection from start to end: asked for, waited for, told of."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from local.cloud import DEAD_QUEUES, STACK, WORK_QUEUES, Cloud
from local.errors import LocalCloudFailed

SECONDS_BETWEEN_LOOKS = 0.3
LOOKS_TO_BE_SURE = 2
SECONDS_FOR_THE_STREAM = 4.0
FUNCTIONS = (
    "fetch_exchange_rates",
    "plan_collection",
    "collect_usage",
    "rate_usage",
    "send_notifications",
    "sweep_notifications",
)


@dataclass(slots=True)
class StepReport:
    """What all runs of one step did together.

    Attributes:
        counts: what the runs counted, added up by name.
        seconds: spent in them, added up.
    """

    name: str
    runs: int = 0
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def wait_until_idle(
    cloud: Cloud,
    *,
    seconds: float = 600,
    progress: Callable[[int, int], None] = lambda windows, accounts: None,
) -> None:
    """Return once no window waits, no account waits, and every mail that is due is sent.

    Args:
        progress: told how many windows and accounts are left whenever that changes.

    Raises:
        LocalCloudFailed: there is work left after that many seconds.
    """
    deadline = time.monotonic() + seconds
    quiet, before, sweep_at = 0, (-1, -1), time.monotonic() + SECONDS_FOR_THE_STREAM
    while quiet < LOOKS_TO_BE_SURE:
        lengths = cloud.queue_lengths()
        left = (lengths.get(WORK_QUEUES[0], 0), lengths.get(WORK_QUEUES[1], 0))
        if left != before:
            progress(*left)
            before, sweep_at = left, time.monotonic() + SECONDS_FOR_THE_STREAM
        quiet = quiet + 1 if left == (0, 0) and not mails_waiting(cloud) else 0
        if time.monotonic() > deadline:
            raise LocalCloudFailed(
                f"{left[0]} windows and {left[1]} accounts are still waiting after {seconds:.0f} s"
            )
        if left == (0, 0) and time.monotonic() > sweep_at:
            # What the stream left is the sweep's, which the schedule would start in minutes.
            cloud.invoke("sweep_notifications")
            sweep_at = time.monotonic() + SECONDS_FOR_THE_STREAM
        time.sleep(SECONDS_BETWEEN_LOOKS)


def mails_waiting(cloud: Cloud) -> int:
    """Return how many mails are due and not sent yet."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    found = cloud.client("dynamodb").query(
        TableName=f"{STACK}-outbox",
        IndexName="open",
        KeyConditionExpression="#open = :yes AND due_at <= :now",
        ExpressionAttributeNames={"#open": "open"},
        ExpressionAttributeValues={":yes": {"S": "yes"}, ":now": {"S": now}},
        Select="COUNT",
    )
    count: int = found["Count"]
    return count


def dead_letters(cloud: Cloud) -> int:
    """Return how many messages were given up."""
    lengths = cloud.queue_lengths()
    return sum(lengths.get(queue, 0) for queue in DEAD_QUEUES)


def step_reports(cloud: Cloud, since: float) -> list[StepReport]:
    """Return what each step did since then, from the lines that the runs logged."""
    reports = []
    for function in FUNCTIONS:
        report = StepReport(function)
        for line in _run_lines(cloud, function, since):
            _add(report, line)
        if report.runs:
            reports.append(report)
    return reports


def _add(report: StepReport, line: dict[str, Any]) -> None:
    report.runs += 1
    for name, value in line.items():
        if name in ("ms", "milliseconds"):
            report.seconds += value / 1000
        elif name == "seconds":
            report.seconds += value
        elif isinstance(value, int) and not isinstance(value, bool):
            report.counts[name] += value


def _run_lines(cloud: Cloud, function: str, since: float) -> Iterator[dict[str, Any]]:
    pages = (
        cloud.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=f"/aws/lambda/{STACK}-{function}", startTime=int(since * 1000))
    )
    for page in pages:
        for event in page["events"]:
            start = event["message"].find("{")
            try:
                line = json.loads(event["message"][start:]) if start >= 0 else None
            except ValueError:
                continue
            if isinstance(line, dict) and "run" in line:
                yield line
