"""What the operator sees of the collection, and how they ask for one."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib import wiring
from chalicelib.entrypoints import triggers
from chalicelib.errors import CloudStackUnavailable
from chalicelib.metering.windows import Window
from tests.app.callers import Callers


class Functions:
    """Takes the place of Lambda, which starts nothing here, and notes what it was asked for."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.invoked: list[dict[str, Any]] = []
        self.failure = failure

    def invoke(self, **asked: Any) -> dict[str, Any]:
        """Note what to start, or fail."""
        self.invoked.append(asked)
        if self.failure is not None:
            raise self.failure
        return {"StatusCode": 202}


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Functions:
    """The functions of the deployment."""
    found, real = Functions(), wiring._client
    monkeypatch.setattr(wiring, "_client", lambda name: found if name == "lambda" else real(name))
    return found


def test_windows_and_their_connection_tell_the_same(billed: Callers) -> None:
    told = billed["admin"].get("/admin/windows").document
    (connection,) = told["connections"]
    assert (connection["id"], connection["name"]) == ("main", "Main")
    assert connection["complete_up_to"] == connection["newest_seen"] == "2026-11-04T00:00:00Z"
    assert connection["windows"] == {"complete": 4, "failed": 0, "waiting": 0}
    assert connection["last_error"] is None
    for count in ("records", "rejects"):
        assert connection[count] == sum(window[count] for window in told["windows"]) > 0
    starts = [window["start"] for window in told["windows"]]
    assert starts == [f"2026-{day}T00:00:00Z" for day in ("11-03", "11-02", "11-01", "10-31")]
    assert {(window["state"], window["error"]) for window in told["windows"]} == {
        ("complete", None)
    }


def test_rejects_tell_whose_they_are_why_and_show_samples(billed: Callers) -> None:
    told = billed["admin"].get("/admin/rejects").document
    assert told["next"] is None
    assert [group["window"][:10] for group in told["rejects"]] == [
        "2026-11-03",
        "2026-11-02",
        "2026-11-01",
        "2026-10-31",
    ]
    for group in told["rejects"]:
        assert (group["connection"], group["account"]) == ("main", "globex")
        assert (group["usage_type"], group["count"]) == (14, 2)
        assert group["reason"] == "usage type 14 has no meter"
        assert {sample["usagetype"] for sample in group["samples"]} == {14}


def test_before_the_first_collection_there_is_nothing_to_tell(untouched: Callers) -> None:
    told = untouched["admin"].get("/admin/windows").document
    (connection,) = told["connections"]
    assert told["windows"] == []
    assert connection["complete_up_to"] is connection["newest_seen"] is None
    assert connection["windows"] == {"complete": 0, "failed": 0, "waiting": 0}
    assert untouched["admin"].get("/admin/rejects").document == {"rejects": [], "next": None}


def test_a_collection_that_fails_is_told_until_cloudstack_answers_again(
    untouched: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, operator = untouched.world, untouched["admin"]
    world.plan()
    with monkeypatch.context() as patch:
        patch.setattr(world.wiring, "collect", unanswered)
        triggers.collect_records(world.wiring, one_message(untouched))
    told = operator.get("/admin/windows").document
    (connection,) = told["connections"]
    assert connection["windows"] == {"complete": 0, "failed": 1, "waiting": 3}
    assert connection["last_error"]["at"] == "2026-11-04T01:00:00Z"
    assert connection["last_error"]["message"] == "CloudStack did not answer"
    failed = [window for window in told["windows"] if window["state"] == "failed"]
    assert [window["error"] for window in failed] == [connection["last_error"]["message"]]

    world.now += timedelta(hours=1)
    world.plan()
    world.drain()
    (connection,) = operator.get("/admin/windows").document["connections"]
    assert connection["windows"] == {"complete": 4, "failed": 0, "waiting": 0}
    assert connection["last_error"] is None


def unanswered(window: Window) -> NoReturn:
    """Fail as a collection does whose CloudStack is down."""
    raise CloudStackUnavailable("CloudStack did not answer")


def one_message(callers: Callers) -> Iterator[dict[str, Any]]:
    """Yield the first message of the windows queue, as SQS hands it out; the rest stays."""
    world = callers.world
    url = world.settings.windows_queue_url
    answer = world.cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=1)
    for message in answer["Messages"]:
        yield {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {"ApproximateReceiveCount": "1"},
        }


def test_the_operator_may_ask_for_a_collection_now(billed: Callers, functions: Functions) -> None:
    answer = billed["admin"].post("/admin/runs", {"run": "plan_collection"})
    assert (answer.status, answer.document["state"]) == (202, "started")
    (asked,) = functions.invoked
    assert asked["FunctionName"] == f"{billed.world.prefix}-plan_collection"
    assert asked["InvocationType"] == "Event"


@pytest.mark.parametrize(
    "failure",
    [
        ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke"),
        ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "Invoke"),
        EndpointConnectionError(endpoint_url="https://lambda.example"),
    ],
    ids=["throttled", "gone", "no answer"],
)
def test_a_run_that_cannot_be_started_is_told_as_unavailable(
    billed: Callers, functions: Functions, failure: Exception
) -> None:
    functions.failure = failure
    answer = billed["admin"].post("/admin/runs", {"run": "plan_collection"})
    assert answer.status == 503, answer


@pytest.mark.parametrize(
    "content",
    [{}, {"run": ""}, {"run": "rate_usage"}, {"run": 5}, {"run": None}, {"run": ["plan"]}],
    ids=str,
)
def test_no_other_run_may_be_asked_for(
    billed: Callers, functions: Functions, content: object
) -> None:
    answer = billed["admin"].post("/admin/runs", content)
    assert (answer.status, set(answer.document["fields"])) == (400, {"run"})
    assert functions.invoked == []
