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


def test_planning_can_be_started_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(triggers, "plan_collection", seen.append)
    client = Lambda()
    Functions(client, "stacktally-prod").start("plan_collection")
    (asked,) = client.asked
    assert asked["FunctionName"] == "stacktally-prod-plan_collection"
    assert asked["InvocationType"] == "Event"
    app.plan_collection(json.loads(asked["Payload"]), None)
    assert len(seen) == 1
