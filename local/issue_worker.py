"""What a worker of `make issue` does, in a process of its own: the product's own code, no more."""

import io
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from multiprocessing.sharedctypes import SynchronizedArray
from multiprocessing.synchronize import Event
from typing import Any, TypeAlias

import boto3
import botocore

from chalicelib.entrypoints.billing_triggers import bill_records
from chalicelib.settings import Settings
from chalicelib.wiring import Wiring
from local.rated_accounts import NOW, rate_accounts

# What all workers count together, by its place in the array they share.
RATED, ISSUED, WAITING, FAILED, SET, REQUESTS = range(6)
COUNTS = 6
Counts: TypeAlias = "SynchronizedArray[int]"
_MESSAGES_A_CALL = 10
_SECONDS_TO_WAIT = 1


@dataclass(slots=True)
class Requests:
    """How often DynamoDB was asked by this process."""

    count: int = 0

    def watch(self, session: Any) -> None:
        """Count what clients of a session ask from now on."""
        session.register("before-send.dynamodb", self._asked)

    def _asked(self, **_request: object) -> None:
        self.count += 1


def rate_some(settings: Settings, accounts: Sequence[str], counts: Counts) -> None:
    """Rate the month of each account."""
    with redirect_stdout(io.StringIO()):
        rate_accounts(_wiring(settings), accounts, lambda: _add(counts, RATED))


def bill(settings: Settings, counts: Counts, done: Event) -> None:
    """Work off the queue of invoices until there is nothing more to come."""
    requests = Requests()
    botocore.register_initializer(requests.watch)
    wired, sqs = _wiring(settings), boto3.client("sqs")
    with redirect_stdout(_Lines(counts, requests)):
        while not done.is_set():
            bill_some(wired, sqs)


def bill_some(wired: Wiring, sqs: Any) -> int:
    """Work off some messages of the queue of invoices; return how many there were."""
    queue = {"QueueUrl": wired.settings.invoices_queue_url}
    records = _received(sqs, queue)
    if not records:
        return 0
    answer = bill_records(wired, records)
    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    for record in records:
        if record["messageId"] not in failed:
            sqs.delete_message(**queue, ReceiptHandle=record["receiptHandle"])
    return len(records)


class _Lines(io.TextIOBase):
    """Counts what the lines of runs tell; anything else goes where errors go."""

    def __init__(self, counts: Counts, requests: Requests) -> None:
        self._counts = counts
        self._requests = requests
        self._before = 0

    def write(self, text: str) -> int:
        """Take a line."""
        line = _run_line(text)
        if line is None:
            return sys.stderr.write(text)
        asked, self._before = self._requests.count - self._before, self._requests.count
        if "error" in line:
            _add(self._counts, FAILED)
        elif line.get("do") == "issue":
            _add(self._counts, WAITING if line["state"] == "waiting" else ISSUED)
        else:
            _add(self._counts, SET)
        if line.get("do") == "issue":
            _add(self._counts, REQUESTS, asked)
        return len(text)


def _run_line(text: str) -> Mapping[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and "run" in line else None


def _add(counts: Counts, which: int, number: int = 1) -> None:
    with counts.get_lock():
        counts[which] += number


def _received(sqs: Any, queue: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return messages as SQS gives them to a function."""
    answer = sqs.receive_message(
        **queue, MaxNumberOfMessages=_MESSAGES_A_CALL, WaitTimeSeconds=_SECONDS_TO_WAIT
    )
    return [
        {
            "messageId": each["MessageId"],
            "receiptHandle": each["ReceiptHandle"],
            "body": each["Body"],
            "attributes": {"ApproximateReceiveCount": "1"},
        }
        for each in answer.get("Messages", [])
    ]


def _wiring(settings: Settings) -> Wiring:
    return Wiring(settings, now=lambda: NOW)
