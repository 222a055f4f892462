"""The emulated AWS from outside: clients, readiness, queues, functions."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.errors import LocalCloudFailed
from local.processes import LOOPBACK, Processes, Started
from local.settings import process_environment

REGION = "eu-central-1"
ACCOUNT = "000000000000"
STAGE = "local"
STACK = f"stacktally-{STAGE}"
READY_SECONDS = 60.0
# The queues between the runs; what lies in them is work not yet done.
WORK = ("windows", "accounts", "invoices", "follow-ups")
DEAD_QUEUES = tuple(f"{STACK}-{name}-dead" for name in (*WORK, "notifications", "schedules"))


class Cloud:
    """An AWS account on loopback.

    Args:
        port: of the emulator.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.endpoint = f"http://{LOOPBACK}:{port}"
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._session = boto3.session.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION
        )

    def client(self, service: str) -> Any:
        """Return the boto3 client of `service`; one for all threads."""
        with self._lock:
            if service not in self._clients:
                config = Config(
                    retries={"total_max_attempts": 2},
                    read_timeout=330,
                    s3={"addressing_style": "path"},
                )
                self._clients[service] = self._session.client(
                    service, endpoint_url=self.endpoint, config=config
                )
            return self._clients[service]

    def wait_until_ready(self, emulator: Started) -> None:
        """Return once requests are answered.

        Raises:
            LocalCloudFailed: it stopped, or did not answer within a minute.
        """
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            emulator.check()
            try:
                self._get("/_ministack/ready")
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise LocalCloudFailed(f"the emulated AWS does not answer (see {emulator.log})")

    def queue_lengths(self) -> dict[str, int]:
        """Return how many messages each queue holds, those being worked on included."""
        regions = self._get("/_ministack/sqs/messages")["messages"].get(ACCOUNT, {})
        queues = regions.get(REGION, {})
        return {url.rpartition("/")[2]: len(messages) for url, messages in queues.items()}

    def sent_mails(self) -> list[dict[str, Any]]:
        """Return the mails that SES took since the emulator started, oldest first."""
        mails: list[dict[str, Any]] = self._get("/_ministack/ses/messages")["messages"].get(
            ACCOUNT, []
        )
        return mails

    def invoke(self, function: str, event: Mapping[str, Any] | None = None) -> Any:
        """Run a function and wait; return its answer.

        Args:
            function: its name in app.py, such as `plan_collection`.

        Raises:
            LocalCloudFailed: it raised; says what.
        """
        answer = self.client("lambda").invoke(
            FunctionName=f"{STACK}-{function}", Payload=json.dumps(event or scheduled_event())
        )
        body = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            message = body.get("errorMessage", "no reason") if isinstance(body, dict) else body
            raise LocalCloudFailed(f"{function} failed: {message}")
        return body

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.endpoint + path, timeout=10) as answer:
            return json.loads(answer.read())


def start_cloud(processes: Processes, port: int, folder: Path) -> tuple[Cloud, Started]:
    """Start the emulator with its state in `folder`; return once it answers."""
    for name in ("state", "s3", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    started = processes.start(
        "emulated AWS", "local.emulator", [], emulator_environment(port, folder)
    )
    cloud = Cloud(port)
    cloud.wait_until_ready(started)
    return cloud, started


def client_environment(cloud: Cloud) -> dict[str, str]:
    """Return what a process needs whose AWS is this one."""
    return {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": cloud.endpoint,
    }


def scheduled_event() -> dict[str, Any]:
    """Return what EventBridge gives a function that a schedule starts."""
    return {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "region": REGION,
        "resources": [],
        "detail": {},
    }


def emulator_environment(port: int, folder: Path) -> dict[str, str]:
    """Return the emulator's settings, which its functions inherit where they set none."""
    return process_environment() | {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": LOOPBACK,
        "MINISTACK_HOST": LOOPBACK,
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        # The functions' own roles decide what they may do, as on AWS.
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        # Where functions are unpacked; emptied at each start.
        "TMPDIR": str(folder / "tmp"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
    }
