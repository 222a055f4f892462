"""`make connect`: what it stores is what the product reads, and nonsense is not stored."""

import getpass
import subprocess
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from chalicelib.delivery.parameters import Endpoint, KeyPair, Parameters
from chalicelib.errors import Unavailable
from deployment import connect
from deployment.connections import Connection
from deployment.errors import DeploymentFailed
from local.cloud import Cloud

PROJECT = Path(__file__).parents[2]
URL = "https://cloud.example/client/api"
GOOD = {"id": "main", "name": "Main", "endpoint": URL, "collect_from": "2026-11-01"}
KEYS = {"api_key": "a", "secret_key": "s"}
_stages = count()


@pytest.fixture
def stage(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> str:
    """A stage nothing is stored of; somebody types the two keys."""
    typed = {"API key: ": "public", "Secret key: ": "secret"}
    monkeypatch.setattr(getpass, "getpass", typed.__getitem__)
    return f"connect{next(_stages)}"


def read(cloud: Cloud, stage: str) -> Parameters:
    return Parameters(cloud.client("ssm"), f"/stacktally/{stage}/connections")


def test_the_endpoint_alone_is_enough(cloud: Cloud, stage: str) -> None:
    assert connect.main(["--stage", stage, "--endpoint", URL, "--collect-from", "2026-11-01"]) == 0
    stored = read(cloud, stage)
    assert stored.endpoint("main") == Endpoint(URL, date(2026, 11, 1), name="main")
    assert stored.keys("main") == KeyPair("public", "secret")


def test_everything_can_be_told_of_a_second_one(cloud: Cloud, stage: str) -> None:
    told = "--id mumbai-2 --time-zone Asia/Kolkata --aggregation-minutes 60 --tags off"
    told += " --page-size 200 --signature HmacSHA512 --collect-from 2026-10-15"
    assert connect.main(["--stage", stage, "--endpoint", URL]) == 0
    more = ["--stage", stage, "--endpoint", URL, "--name", "Mumbai 2", *told.split()]
    assert connect.main(more) == 0
    assert read(cloud, stage).endpoint("mumbai-2") == Endpoint(
        URL,
        date(2026, 10, 15),
        name="Mumbai 2",
        time_zone="Asia/Kolkata",
        signature="HmacSHA512",
        aggregation_minutes=60,
        tags=False,
        page_size=200,
    )
    assert read(cloud, stage).endpoint("main").endpoint == URL


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": ""},
        {"id": "decisions#main"},
        {"id": "a/b"},
        {"id": "Main"},
        {"id": "-main"},
        {"id": "a,b"},
        {"id": "x" * 41},
        {"name": " "},
        {"endpoint": "cloud.example"},
        {"endpoint": "https://cloud.example/client"},
        {"endpoint": ""},
        {"collect_from": "yesterday"},
        {"collect_from": "20261101"},
        {"time_zone": "CET+1"},
        {"time_zone": ""},
        {"signature": "MD5"},
        {"aggregation_minutes": 0},
        {"aggregation_minutes": 1441},
        {"page_size": 0},
        {"api_key": ""},
        {"secret_key": " "},
    ],
    ids=str,
)
def test_what_nothing_could_be_collected_with_is_refused(wrong: dict[str, object]) -> None:
    Connection(**GOOD, **KEYS)
    with pytest.raises(DeploymentFailed):
        Connection(**{**GOOD, **KEYS, **wrong})  # type: ignore[arg-type]


def test_a_refusal_is_told_and_nothing_is_stored(
    cloud: Cloud, stage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert connect.main(["--stage", stage, "--endpoint", "cloud.example"]) == 1
    assert "Not connected: no URL that ends in /client/api" in capsys.readouterr().err
    with pytest.raises(Unavailable):
        read(cloud, stage).endpoint("main")


def test_make_passes_what_it_is_given_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "this-machine")

    def command(*settings: str) -> str:
        ran = subprocess.run(
            ["make", "--no-print-directory", "--dry-run", "connect", f"ENDPOINT={URL}", *settings],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        )
        lines = ran.stdout.replace("\\\n", " ")
        return " ".join(lines[lines.index("-m deployment.connect") :].split())

    assert command() == f'-m deployment.connect --stage prod --endpoint "{URL}"'
    given = ("STAGE=test", "CONNECTION=second", "NAME=Second one", "TIME_ZONE=Europe/Berlin")
    given += ("AGGREGATION=60", "TAGS=off", "PAGE_SIZE=100", "SIGNATURE=HmacSHA512")
    assert command(*given, "COLLECT_FROM=2026-10-01") == (
        f'-m deployment.connect --stage test --endpoint "{URL}" --id "second" --name "Second one"'
        ' --collect-from "2026-10-01" --time-zone "Europe/Berlin" --aggregation-minutes "60"'
        ' --tags "off" --page-size "100" --signature "HmacSHA512"'
    )
