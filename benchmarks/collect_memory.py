"""Peak memory of collecting a large window, over that of a small one."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator

import boto3

from benchmarks.figures import Figure, rounded, say
from benchmarks.load import AFTER, CONNECTION, cloudstack, window
from benchmarks.stage import cloud, function_mib
from chalicelib.accounts import Terms
from chalicelib.runs.messages import WindowMessage, window_message
from chalicelib.settings import Settings
from chalicelib.wiring import Wiring
from tests.world import SENDER, World

REACH = 1.25
BYTES_A_RECORD = 120
SMALL, LARGE = 10_000, 1_000_000
ACCOUNTS = 200
KIB = 1024


def measure() -> Figure:
    """Collect windows of two sizes, each in a process that does nothing else."""
    small, large = _peak(SMALL), _peak(LARGE)
    allowed = BYTES_A_RECORD * (LARGE - SMALL)
    return Figure(
        "collect_memory",
        rounded((large - allowed) / small),
        REACH,
        {
            "peak_mib": {str(SMALL): _mib(small), str(LARGE): _mib(large)},
            "bytes_a_record": round((large - small) / (LARGE - SMALL)),
            "without_the_allowance": rounded(large / small),
            "memory_of_the_function_mib": function_mib("collect_usage"),
            "how": f"peak resident memory of a process that reads all parts of a window of"
            f" {ACCOUNTS} accounts, ids random as real ones, and meters it from the archive: that"
            f" at {LARGE} records less {BYTES_A_RECORD} B a record, over that at {SMALL}",
        },
    )


def collect(prefix: str, windows_url: str, accounts_url: str) -> None:
    """Collect the window as the function does, message by message, and print what that came to.

    The records, and the peak of this process in bytes.
    """
    settings = Settings(
        table_prefix=prefix,
        archive_bucket=f"{prefix}-archive",
        windows_queue_url=windows_url,
        accounts_queue_url=accounts_url,
        connections=(CONNECTION,),
        connections_path=f"/{prefix}/connections",
        mail_from=SENDER,
        site_url="https://billing.example",
        default_terms=Terms("EUR", "en", "UTC"),
        late_days=35,
        exchange_rates_url="",
        documents_bucket=f"{prefix}-documents",
        invoices_queue_url="",
        follow_ups_queue_url="",
        gateways_path=f"/{prefix}/gateways",
        stripe_url="",
    )
    wiring = Wiring(settings)
    wiring.collect(WindowMessage.of(window()))
    for message in _received(windows_url):
        wiring.collect(message)
    progress = wiring.windows.window(window())
    assert progress is not None and progress.state == "complete", progress
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB
    print(progress.records, peak)


def _received(url: str) -> Iterator[WindowMessage]:
    """Yield the messages in the queue until there are none: the parts of a large window."""
    sqs = boto3.client("sqs")
    while True:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)
        if not answer.get("Messages"):
            return
        (message,) = answer["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        yield window_message(message["Body"])


def _peak(records: int) -> int:
    """Return the peak memory of a process that collects so many records, in bytes."""
    say(f"collecting a window of {records} records")
    with cloud() as aws, cloudstack(records, ACCOUNTS, AFTER, random_ids=True) as (served, _):
        world = World(aws, served, window().period.start.date())
        urls = world.settings.windows_queue_url, world.settings.accounts_queue_url
        done = subprocess.run(
            [sys.executable, "-m", __name__, world.prefix, *urls],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ,
        )
    collected, peak = map(int, done.stdout.split())
    assert collected == records, done.stdout
    return peak


def _mib(size: float) -> int:
    return round(size / KIB**2)


if __name__ == "__main__":
    collect(*sys.argv[1:])
