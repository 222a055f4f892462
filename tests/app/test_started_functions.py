"""Functions that are started by name take what they are started with."""

import json
from typing import Any

import pytest

import app
from chalicelib.delivery.functions import Functions
from chalicelib.entrypoints import triggers


class Lambda:
    """Keeps what it is asked to invoke."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **asked: Any) -> None:
        self.asked.append(asked)


@pytest.mark.parametrize("name", ["plan_collection", "fetch_exchange_rates"])
def test_what_is_on_a_schedule_can_be_started_by_hand(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    monkeypatch.setattr(triggers, name, seen.append)
    client = Lambda()
    Functions(client, "stacktally-prod").start(name)
    (asked,) = client.asked
    assert asked["FunctionName"] == f"stacktally-prod-{name}"
    assert asked["InvocationType"] == "Event"
    getattr(app, name)(json.loads(asked["Payload"]), None)
    assert len(seen) == 1
