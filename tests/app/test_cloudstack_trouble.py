"""Signing in while CloudStack is down, slow, or talks nonsense."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from chalicelib.cloudstack import sign_in as sign_in_adapter
from local.cloudstack.estate import ACME_USER
from local.operator_api import signed_list_users
from tests.app.callers import PROJECT, Answer, Caller, Callers

TROUBLE = ["down", "nonsense", "cut", "530"]


def sign_in() -> Answer:
    """Return the answer to a sign-in that is right."""
    credentials = {"username": "acme", "password": "acme-demo", "domain": "/acme"}
    return Caller().post("/session", credentials)


@pytest.fixture
def troubled(billed: Callers) -> Iterator[Callers]:
    """A deployment whose CloudStack may be broken; it is healed afterwards."""
    yield billed
    billed.world.simulator.faults.clear()


@pytest.mark.parametrize("command", ["login", "listUsers"])
@pytest.mark.parametrize("kind", TROUBLE)
def test_trouble_in_cloudstack_is_told_as_such(troubled: Callers, kind: str, command: str) -> None:
    for _ in range(2):
        troubled.world.simulator.faults.add(kind, times=1, command=command)
        answer = sign_in()
        assert answer.status == 503, answer
        assert "CloudStack" in answer.document["message"]
        assert "set-cookie" not in answer.headers
    assert sign_in().status == 200


@pytest.mark.parametrize("kind", TROUBLE)
def test_trouble_with_a_signed_request_is_told_as_such(troubled: Callers, kind: str) -> None:
    # CloudStack checks the expiry of what is signed by the real clock.
    troubled.world.now = datetime.now(UTC)
    signed = signed_list_users(ACME_USER.api_key, ACME_USER.secret_key, troubled.world.now)
    troubled.world.simulator.faults.add(kind, times=1, command="listUsers")
    assert Caller().post("/session", {"signed_request": signed}).status == 503
    assert Caller().post("/session", {"signed_request": signed}).status == 200


def test_trouble_in_cloudstack_counts_as_nobodys_failure(troubled: Callers) -> None:
    troubled.world.simulator.faults.add("down", times=None, command="login")
    assert {sign_in().status for _ in range(11)} == {503}
    troubled.world.simulator.faults.clear()
    assert sign_in().status == 200


def test_a_password_that_was_right_is_not_told_to_be_wrong(troubled: Callers) -> None:
    troubled.world.simulator.faults.add("401", times=1, command="listUsers")
    assert sign_in().status == 503


@pytest.mark.parametrize("kind", [*TROUBLE, "401"])
def test_who_is_known_is_signed_in_even_if_cloudstack_fails_at_the_end(
    troubled: Callers, kind: str
) -> None:
    troubled.world.simulator.faults.add(kind, times=1, command="logout")
    assert sign_in().status == 200


def test_a_slow_cloudstack_is_not_waited_for(
    troubled: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_adapter, "_TIMEOUT_SECONDS", (1, 0.1))
    troubled.world.simulator.faults.add("slow", times=1, command="login", seconds=0.3)
    answer = sign_in()
    assert answer.status == 503
    assert answer.document["message"] == "CloudStack did not answer (ReadTimeout)"


def test_the_longest_wait_for_cloudstack_fits_into_the_time_of_the_function(
    troubled: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    send = requests.Session.request

    def noted(http: requests.Session, *args: Any, **more: Any) -> requests.Response:
        connect, read = more["timeout"]
        waits.append(connect + read)
        return send(http, *args, **more)

    monkeypatch.setattr(requests.Session, "request", noted)
    assert sign_in().status == 200
    stages = json.loads((PROJECT / ".chalice" / "config.json").read_text())["stages"]
    seconds = stages["prod"]["lambda_functions"]["api_handler"]["lambda_timeout"]
    assert len(waits) >= 2
    assert sum(waits) < seconds
