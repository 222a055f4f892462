"""Collecting and billing from start to end: asked for, waited for, told of."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from local.cloud import DEAD_QUEUES, STACK, WORK, Cloud
from local.errors import LocalCloudFailed

SECONDS_BETWEEN_LOOKS = 0.3
LOOKS_TO_BE_SURE = 2
SECONDS_FOR_THE_STREAM = 4.0
FUNCTIONS = (
    "fetch_exchange_rates",
    "plan_collection",
    "collect_usage",
    "rate_usage",
    "plan_billing",
    "issue_invoices",
    "follow_up",
    "send_notifications",
    "sweep_notifications",
)


@dataclass(frozen=True, slots=True)
class Left:
    """How many messages each queue of work holds.

    >>> str(Left(windows=2, invoices=1))
    '2 windows to collect, 0 accounts to rate, 1 invoices to issue, 0 accounts to follow up'
    """

    windows: int = 0
    accounts: int = 0
    invoices: int = 0
    follow_ups: int = 0

    @property
    def messages(self) -> int:
        """How many there are in all."""
        return self.windows + self.accounts + self.invoices + self.follow_ups

    def __str__(self) -> str:
        return (
            f"{self.windows} windows to collect, {self.accounts} accounts to rate, "
            f"{self.invoices} invoices to issue, {self.follow_ups} accounts to follow up"
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
    progress: Callable[[Left], None] = lambda left: None,
) -> None:
    """Return once no message waits in a queue of work, and every mail that is due is sent.

    Args:
        progress: told how many messages are left whenever that changes.

    Raises:
        LocalCloudFailed: there is work left after that many seconds.
    """
    deadline = time.monotonic() + seconds
    quiet, before, sweep_at = 0, Left(), time.monotonic() + SECONDS_FOR_THE_STREAM
    while quiet < LOOKS_TO_BE_SURE:
        left = work_left(cloud)
        if left != before:
            progress(left)
            before, sweep_at = left, time.monotonic() + SECONDS_FOR_THE_STREAM
        quiet = 0 if left.messages or mails_waiting(cloud) else quiet + 1
        if time.monotonic() > deadline:
            raise LocalCloudFailed(f"still waiting after {seconds:.0f} s: {left}")
        if not left.messages and time.monotonic() > sweep_at:
            # What the stream left is the sweep's, which the schedule would start in minutes.
            cloud.invoke("sweep_notifications")
            sweep_at = time.monotonic() + SECONDS_FOR_THE_STREAM
        time.sleep(SECONDS_BETWEEN_LOOKS)


def work_left(cloud: Cloud) -> Left:
    """Return what lies in the queues of work, what is being worked on included."""
    lengths = cloud.queue_lengths()
    return Left(*(lengths.get(f"{STACK}-{name}", 0) for name in WORK))


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
