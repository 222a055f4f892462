"""A whole StackTally in one test: real adapters, an emulated AWS, the CloudStack simulator.

Queues and stream are drained by the test itself, so a story decides what happens when.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, NamedTuple

from chalicelib.accounts import Terms
from chalicelib.entrypoints import triggers
from chalicelib.settings import Settings
from chalicelib.tables.attributes import updated
from chalicelib.wiring import Wiring
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from local.empty import TABLES, create_bucket, create_queue, create_tables

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SENDER = "billing@stacktally.example"
_worlds = count()


class Stored(NamedTuple):
    """What a deployment has stored at some time, and how it goes on from there.

    Attributes:
        tables: rows in wire form by both keys, by the suffix of their table.
        objects: the archive.
    """

    tables: dict[str, dict[tuple[str, str], dict[str, Any]]]
    objects: dict[str, bytes]
    now: datetime
    pages_a_run: int | None


class World:
    """One deployment of its own on a shared emulator; the newest one is the one in use.

    Args:
        simulator: the CloudStack to bill, as connection `main`.
        collect_from: first day to collect.
        connection: what else its parameters say, such as `time_zone` or `page_size`.

    Attributes:
        now: what time it is.
        pages_a_run: after so many pages, a run that collects has no time left; None for never.
    """

    def __init__(
        self, cloud: Cloud, simulator: Simulator, collect_from: date, **connection: object
    ) -> None:
        self.cloud = cloud
        self.simulator = simulator
        self.prefix = f"world{next(_worlds)}"
        self.now = NOW
        self.pages_a_run: int | None = None
        create_tables(cloud, self.prefix)
        bucket, documents = f"{self.prefix}-archive", f"{self.prefix}-documents"
        for name in (bucket, documents):
            create_bucket(cloud, name)
        cloud.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        self._endpoints: dict[str, dict[str, object]] = {}
        self._put_parameters("main", simulator, collect_from, connection)
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
            exchange_rates_url=simulator.exchange_rates_url,
            documents_bucket=documents,
            invoices_queue_url=self._create_queue("invoices"),
            follow_ups_queue_url=self._create_queue("follow-ups"),
            gateways_path=f"/{self.prefix}/gateways",
            stripe_url="http://127.0.0.1:9",
        )
        self.paused: list[float] = []
        self._wire_anew()
        self._windows: list[dict[str, Any]] = []
        self._ratings: list[dict[str, Any]] = []
        self._first_mail = len(cloud.sent_mails())

    def connect(
        self, name: str, simulator: Simulator, collect_from: date, **connection: object
    ) -> None:
        """Bill one more CloudStack."""
        self._put_parameters(name, simulator, collect_from, connection)
        self.settings = replace(self.settings, connections=(*self.settings.connections, name))
        self._wire_anew()

    def plan(self, connection: str = "main") -> Any:
        """Plan the collection of a connection."""
        return self.wiring.plan(connection, self.now)

    def drain(
        self,
        *,
        reverse: bool = False,
        twice: bool = False,
        shuffle: Random | None = None,
        rate: bool = True,
    ) -> None:
        """Work off both queues until they are empty, in the order asked for.

        A message that dies with its handler is still there the next time, as on SQS.

        Args:
            shuffle: draws which message is next, and which comes a second time.
            rate: whether to rate too, or to leave that for later.
        """
        while True:
            self._receive()
            if not self._windows and not (rate and self._ratings):
                return
            if reverse:
                self._windows.reverse()
            while self._windows:
                if shuffle is not None:
                    self._receive()
                    shuffle.shuffle(self._windows)
                for _ in range(2 if twice or (shuffle and shuffle.random() < 0.3) else 1):
                    self._collect(self._windows[0])
                self._windows.pop(0)
            if rate:
                self._rate(times=2 if twice else 1)

    def ratings(self) -> set[str]:
        """Return which ratings wait to be done."""
        self._receive()
        return {each["body"] for each in self._ratings}

    def drop_messages(self) -> None:
        """Lose whatever waits in both queues."""
        self._receive()
        self._windows, self._ratings = [], []

    def _receive(self) -> None:
        self._windows += self._received(self.settings.windows_queue_url)
        self._ratings += self._received(self.settings.accounts_queue_url)

    def _collect(self, record: dict[str, Any]) -> None:
        """Work off one message of the windows queue: a window, a part of one, or a replay."""
        answer = triggers.collect_records(self.wiring, [record], self._clock())
        assert answer == {"batchItemFailures": []}

    def _rate(self, times: int) -> None:
        for _ in range(times):
            answer = triggers.rate_records(self.wiring, self._ratings)
            assert answer == {"batchItemFailures": []}
        self._ratings.clear()

    def _clock(self) -> Callable[[], bool]:
        """Return what tells a run after each page whether it has time for another."""
        if self.pages_a_run is None:
            return lambda: True
        left = iter(range(self.pages_a_run - 1))
        return lambda: next(left, None) is not None

    def collect_all(self) -> None:
        """Collect and rate everything there is, and send the mails."""
        triggers.plan_connections(self.wiring)
        self.drain()
        self.send()

    def send(self) -> Any:
        """Send what is due in the outbox."""
        return self.wiring.sweep(self.now)

    def received(self, queue: str) -> list[dict[str, Any]]:
        """Take all messages of a queue, named as in the settings, as SQS gives them."""
        return self._received(getattr(self.settings, f"{queue}_queue_url"))

    def _received(self, url: str) -> list[dict[str, Any]]:
        """Take all messages of a queue, as SQS gives them to a function."""
        records: list[dict[str, Any]] = []
        while True:
            answer = self.cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            messages = answer.get("Messages", [])
            if not messages:
                return records
            self.cloud.client("sqs").delete_message_batch(
                QueueUrl=url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                    for number, message in enumerate(messages)
                ],
            )
            for message in messages:
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
        """Return every row of every table but sessions, as text by its key.

        Without the revision of prices: it counts how often something was changed, and whoever
        dies in between and comes again changes it twice.
        """
        found: dict[str, str] = {}
        for table in TABLES:
            for item in scan(self.cloud, f"{self.prefix}-{table}"):
                key = f"{table}/{item['pk']['S']}/{item['sk']['S']}"
                if table == "charges":
                    item.pop("revision", None)
                found[key] = json.dumps(item, sort_keys=True, default=lambda raw: raw.hex())
        found.pop("accounts/revision/prices", None)
        return found

    def copied(self) -> "World":
        """Return another deployment that has stored the same; nothing waits in its queues."""
        more = dict(self._endpoints["main"])
        first = date.fromisoformat(str(more.pop("collect_from")))
        copy = World(self.cloud, self.simulator, first, **more)
        copy.put_back(self.stored())
        return copy

    def stored(self) -> "Stored":
        """Return everything a deployment has stored, and what time it is."""
        tables = {
            table: {
                (row["pk"]["S"], row["sk"]["S"]): row
                for row in scan(self.cloud, f"{self.prefix}-{table}")
            }
            for table in TABLES
        }
        return Stored(tables, self.archived(), self.now, self.pages_a_run)

    def put_back(self, stored: "Stored") -> None:
        """Be as somebody was then: store that and no more; nothing waits in the queues."""
        self.drop_messages()
        here = self.stored()
        for table, wanted in stored.tables.items():
            rows = here.tables[table]
            writes: list[dict[str, Any]] = [
                {"DeleteRequest": {"Key": {"pk": {"S": pk}, "sk": {"S": sk}}}}
                for pk, sk in rows.keys() - wanted.keys()
            ]
            writes += [
                {"PutRequest": {"Item": row}} for key, row in wanted.items() if rows.get(key) != row
            ]
            for begin in range(0, len(writes), 25):
                batch = {f"{self.prefix}-{table}": writes[begin : begin + 25]}
                self.cloud.client("dynamodb").batch_write_item(RequestItems=batch)
        s3, bucket = self.cloud.client("s3"), self.settings.archive_bucket
        for key in here.objects.keys() - stored.objects.keys():
            s3.delete_object(Bucket=bucket, Key=key)
        for key, body in stored.objects.items():
            if here.objects.get(key) != body:
                s3.put_object(Bucket=bucket, Key=key, Body=body)
        self.now, self.pages_a_run = stored.now, stored.pages_a_run
        self._wire_anew()

    def archived(self) -> dict[str, bytes]:
        """Return every object of the archive by its key."""
        s3, bucket = self.cloud.client("s3"), self.settings.archive_bucket
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    def use(self, simulator: Simulator, **connection: object) -> None:
        """Bill another CloudStack as `main` from now on, or ask it in another way."""
        self.simulator = simulator
        first = date.fromisoformat(str(self._endpoints["main"]["collect_from"]))
        self._put_parameters("main", simulator, first, connection)
        self._wire_anew()

    def close(self, account: str, period: str, document: str = "D1") -> bool:
        """Mark a rated period as invoiced; tell whether that could be done."""
        seen = self.wiring.charges.stored(account, period)
        assert seen is not None
        return updated(*self.wiring.amended.closing(account, period, document, seen))

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

    def _wire_anew(self) -> None:
        self.wiring = Wiring(self.settings, now=lambda: self.now, pause=self.paused.append)

    def _put_parameters(
        self, name: str, simulator: Simulator, collect_from: date, more: dict[str, object]
    ) -> None:
        """Connect a CloudStack; what was said of the connection before stays."""
        ssm = self.cloud.client("ssm")
        path = f"/{self.prefix}/connections/{name}"
        endpoint = {
            "name": name.title(),
            **self._endpoints.get(name, {}),
            "endpoint": simulator.url,
            "collect_from": collect_from.isoformat(),
            **more,
        }
        self._endpoints[name] = endpoint
        keys = {"api_key": simulator.api_key, "secret_key": simulator.secret_key}
        ssm.put_parameter(
            Name=f"{path}/endpoint", Type="String", Value=json.dumps(endpoint), Overwrite=True
        )
        ssm.put_parameter(
            Name=f"{path}/keys", Type="SecureString", Value=json.dumps(keys), Overwrite=True
        )

    def _create_queue(self, name: str) -> str:
        return create_queue(self.cloud, f"{self.prefix}-{name}")


def scan(cloud: Cloud, table: str) -> Iterator[dict[str, Any]]:
    """Yield every row of a table in wire form."""
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return (item for page in pages for item in page["Items"])
