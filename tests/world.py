"""A whole StackTally in one test: real adapters, an emulated AWS, the CloudStack simulator.

Queues and stream are drained by the test itself, so a story decides what happens when.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from chalicelib.accounts import Terms
from chalicelib.entrypoints import triggers
from chalicelib.settings import Settings
from chalicelib.wiring import Wiring
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
RESOURCES = Path(__file__).parent.parent / ".chalice" / "resources.json"
SENDER = "billing@stacktally.example"
_worlds = count()


class World:
    """One deployment of its own on a shared emulator; the newest one is the one in use.

    Args:
        simulator: the CloudStack to bill.
        collect_from: first day to collect.
    """

    def __init__(self, cloud: Cloud, simulator: Simulator, collect_from: date) -> None:
        self.cloud = cloud
        self.simulator = simulator
        self.prefix = f"world{next(_worlds)}"
        self.now = NOW
        _create_tables(cloud, self.prefix)
        bucket = f"{self.prefix}-archive"
        cloud.client("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        cloud.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        self._collect_from = collect_from
        self._put_parameters(collect_from)
        self.settings = Settings(
            table_prefix=self.prefix,
            archive_bucket=bucket,
            windows_queue_url=self._create_queue("windows"),
            accounts_queue_url=self._create_queue("accounts"),
            connections=("main",),
            connections_path=f"/{self.prefix}/connections",
            mail_from=SENDER,
            site_url="https://billing.example",
            default_terms=Terms("EUR", "en", "UTC"),
            late_days=35,
        )
        self.paused: list[float] = []
        self.wiring = Wiring(self.settings, now=lambda: self.now, pause=self.paused.append)
        self._windows: list[dict[str, Any]] = []
        self._ratings: list[dict[str, Any]] = []
        self._first_mail = len(cloud.sent_mails())

    def plan(self) -> Any:
        """Plan the collection."""
        return self.wiring.plan("main", self.now)

    def drain(self, *, reverse: bool = False, twice: bool = False) -> None:
        """Work off both queues until they are empty, in the order asked for.

        A message that dies with its handler is still there the next time, as on SQS.
        """
        while True:
            self._windows += self._received(self.settings.windows_queue_url)
            self._ratings += self._received(self.settings.accounts_queue_url)
            if not self._windows and not self._ratings:
                return
            if reverse:
                self._windows.reverse()
            while self._windows:
                for _ in range(2 if twice else 1):
                    answer = triggers.collect_records(self.wiring, self._windows[:1])
                    assert answer == {"batchItemFailures": []}
                self._windows.pop(0)
            for _ in range(2 if twice else 1):
                answer = triggers.rate_records(self.wiring, self._ratings)
                assert answer == {"batchItemFailures": []}
            self._ratings.clear()

    def collect_all(self) -> None:
        """Collect and rate everything there is, and send the mails."""
        triggers.plan_connections(self.wiring)
        self.drain()
        self.send()

    def send(self) -> Any:
        """Send what is due in the outbox."""
        return self.wiring.sweep(self.now)

    def _received(self, url: str) -> list[dict[str, Any]]:
        """Take all messages of a queue, as SQS gives them to a function."""
        records: list[dict[str, Any]] = []
        while True:
            answer = self.cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            messages = answer.get("Messages", [])
            if not messages:
                return records
            for message in messages:
                self.cloud.client("sqs").delete_message(
                    QueueUrl=url, ReceiptHandle=message["ReceiptHandle"]
                )
                records.append(
                    {
                        "messageId": message["MessageId"],
                        "receiptHandle": message["ReceiptHandle"],
                        "body": message["Body"],
                        "attributes": {"ApproximateReceiveCount": "1"},
                    }
                )

    def mails(self) -> list[dict[str, Any]]:
        """Return the mails sent since this world began."""
        return self.cloud.sent_mails()[self._first_mail :]

    def rows(self) -> dict[str, str]:
        """Return every row of every table but sessions, as text by its key."""
        found: dict[str, str] = {}
        for table in TABLES:
            for item in scan(self.cloud, f"{self.prefix}-{table}"):
                key = f"{table}/{item['pk']['S']}/{item['sk']['S']}"
                found[key] = json.dumps(item, sort_keys=True, default=lambda raw: raw.hex())
        return found

    def use(self, simulator: Simulator) -> None:
        """Bill another CloudStack from now on."""
        self.simulator = simulator
        self._put_parameters(self._collect_from)
        self.wiring = Wiring(self.settings, now=lambda: self.now, pause=self.paused.append)

    def drop_window(self, day: date) -> None:
        """Lose the message that asks for a day, as a crash of its sender would."""
        self._windows += self._received(self.settings.windows_queue_url)
        start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        kept = [each for each in self._windows if json.loads(each["body"])["start"] != start]
        assert len(kept) == len(self._windows) - 1
        self._windows = kept

    def advance(self, days: int = 1) -> None:
        """Let days pass, in CloudStack and here."""
        self.simulator.advance(days)
        self.now += timedelta(days=days)

    def _put_parameters(self, collect_from: date) -> None:
        ssm = self.cloud.client("ssm")
        path = f"/{self.prefix}/connections/main"
        endpoint = {
            "endpoint": self.simulator.url,
            "name": "Main",
            "collect_from": collect_from.isoformat(),
        }
        keys = {"api_key": self.simulator.api_key, "secret_key": self.simulator.secret_key}
        ssm.put_parameter(
            Name=f"{path}/endpoint", Type="String", Value=json.dumps(endpoint), Overwrite=True
        )
        ssm.put_parameter(
            Name=f"{path}/keys", Type="SecureString", Value=json.dumps(keys), Overwrite=True
        )

    def _create_queue(self, name: str) -> str:
        answer = self.cloud.client("sqs").create_queue(QueueName=f"{self.prefix}-{name}")
        return str(answer["QueueUrl"])


def scan(cloud: Cloud, table: str) -> Iterator[dict[str, Any]]:
    """Yield every row of a table in wire form."""
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return (item for page in pages for item in page["Items"])


def _templates() -> dict[str, dict[str, Any]]:
    """Return the properties of each table in the deployment's template, by its suffix."""
    resources = json.loads(RESOURCES.read_text())["Resources"].values()
    tables = [each for each in resources if each.get("Type") == "AWS::DynamoDB::Table"]
    return {_suffix(each["Properties"]["TableName"]): each["Properties"] for each in tables}


def _suffix(name: Any) -> str:
    text = name["Fn::Sub"] if isinstance(name, dict) else name
    return str(text).rpartition("}-")[2] if "}-" in str(text) else str(text).split("-", 2)[-1]


TABLES = sorted(set(_templates()) - {"sessions"})


def _create_tables(cloud: Cloud, prefix: str) -> None:
    """Create the tables as the template declares them."""
    kept = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    for suffix, properties in _templates().items():
        wanted = {name: properties[name] for name in kept if name in properties}
        cloud.client("dynamodb").create_table(TableName=f"{prefix}-{suffix}", **wanted)
