"""Importing the API's handler, over importing boto3 and making a DynamoDB client."""

import os
import subprocess
import sys
from statistics import median

from benchmarks.figures import Figure, rounded, say

REACH = 1.1
ROUNDS = 11
# What deployment/ gives each function; the handler reads just the first two while it is imported.
ENVIRONMENT = {
    "STAGE": "bench",
    "TABLE_PREFIX": "stacktally-bench",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "ARCHIVE_BUCKET": "archive",
    "WINDOWS_QUEUE_URL": "https://sqs.example/windows",
    "ACCOUNTS_QUEUE_URL": "https://sqs.example/accounts",
    "CONNECTIONS_PATH": "/stacktally/bench/connections",
    "MAIL_FROM": "billing@stacktally.example",
    "SITE_URL": "https://billing.example",
    "DEFAULT_CURRENCY": "EUR",
    "DEFAULT_LANGUAGE": "en",
    "DEFAULT_TIME_ZONE": "UTC",
    "LATE_DAYS": "35",
    "EXCHANGE_RATES_URL": "",
    "DOCUMENTS_BUCKET": "documents",
    "INVOICES_QUEUE_URL": "https://sqs.example/invoices",
    "FOLLOW_UPS_QUEUE_URL": "https://sqs.example/follow-ups",
    "GATEWAYS_PATH": "/stacktally/bench/gateways",
    "STRIPE_URL": "https://stripe.example",
}
STARTS = {
    "handler": "import app",
    "handler_and_wiring": "import app; from chalicelib.wiring import wiring; wiring()",
    "boto3_client": "import boto3; boto3.client('dynamodb')",
    "chalice": "from chalice.app import Chalice",
    "pynamodb": "from pynamodb.models import Model",
    "requests": "import requests",
}
# Prints the CPU seconds that a start took, without those of the interpreter itself.
TIMED = "import time; began = time.process_time(); {}; print(time.process_time() - began)"


def measure() -> Figure:
    """Start each in fresh interpreters, in turns."""
    say(f"{ROUNDS} rounds of {len(STARTS)} interpreters")
    for start in STARTS.values():
        _seconds(start)
    taken: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(ROUNDS):
        for name, start in STARTS.items():
            taken[name].append(_seconds(start))
    medians = {name: median(seconds) for name, seconds in taken.items()}
    over = {name: rounded(seconds / medians["boto3_client"]) for name, seconds in medians.items()}
    return Figure(
        "cold_start",
        over["handler"],
        REACH,
        {
            "over_boto3_client": over,
            "largest_parts_ms": _largest_parts(),
            "how": f"CPU time of imports, byte code cached, median of {ROUNDS} interpreters each",
        },
    )


def _seconds(start: str) -> float:
    return float(_run("-c", TIMED.format(start)).stdout)


def _largest_parts() -> dict[str, float]:
    """Return the packages whose own modules take longest to import, in milliseconds."""
    own: dict[str, int] = {}
    for line in _run("-X", "importtime", "-c", STARTS["handler"]).stderr.splitlines()[1:]:
        micros, _, name = line.removeprefix("import time:").split("|")
        package = name.strip().partition(".")[0]
        own[package] = own.get(package, 0) + int(micros)
    largest = sorted(own.items(), key=lambda each: -each[1])[:10]
    return {package: rounded(micros / 1000) for package, micros in largest}


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | ENVIRONMENT,
    )
