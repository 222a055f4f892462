"""What the operator sees of the collection, and how they ask for one."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NoReturn

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib import wiring
from chalicelib.entrypoints import triggers
from chalicelib.errors import CloudStackUnavailable
from chalicelib.runs.messages import WindowMessage
from chalicelib.wiring import Wiring
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from tests.app.callers import Caller, Callers
from tests.app.conftest import FIRST_DAY, TODAY, serving
from tests.app.troubled import troubled_records
from tests.world import World

COUNTS = ("records", "copies", "rejects", "holds", "refused")


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


def test_windows_and_their_connection_tell_the_same(troubled: Callers) -> None:
    told = troubled["admin"].get("/admin/windows").document
    (connection,) = told["connections"]
    assert (connection["id"], connection["name"]) == ("main", "Main")
    assert (connection["version"], connection["time_zone"]) == ("4.22.0.0", "UTC")
    assert connection["aggregation_minutes"] == 1440
    assert connection["complete_up_to"] == connection["newest_seen"] == "2026-11-04T00:00:00Z"
    assert connection["behind_hours"] == 0
    assert connection["windows"] == states(complete=4)
    assert connection["last_error"] is None
    for count in COUNTS:
        assert connection[count] == sum(window[count] for window in told["windows"])
    assert (connection["rejects"], connection["holds"], connection["refused"]) == (16, 16, 0)
    for window in told["windows"]:
        assert (window["rejects"], window["holds"], window["accounts"]) == (4, 4, 5)
        assert (window["state"], window["error"], window["parts"]) == ("complete", None, None)
    starts = [window["start"] for window in told["windows"]]
    assert starts == [f"2026-{day}T00:00:00Z" for day in ("11-03", "11-02", "11-01", "10-31")]
    assert told["next"] is None


def test_every_record_is_in_the_counts(troubled: Callers) -> None:
    (connection,) = troubled["admin"].get("/admin/windows").document["connections"]
    expected = len(troubled_records(FIRST_DAY, TODAY))
    assert connection["records"] == expected


def test_windows_may_be_those_of_a_state_or_a_connection(troubled: Callers) -> None:
    operator = troubled["admin"]
    everything = operator.get("/admin/windows").document
    assert operator.get("/admin/windows", connection="main").document == everything
    assert operator.get("/admin/windows", state="complete").document == everything
    for state in ("waiting", "collecting", "failed"):
        told = operator.get("/admin/windows", state=state).document
        assert (told["windows"], told["next"]) == ([], None)
        assert told["connections"] == everything["connections"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"state": "done"}, "state"),
        ({"state": ""}, "state"),
        ({"connection": "second"}, "connection"),
        ({"connection": "decisions#main"}, "connection"),
        ({"next": "second|2026-11-01T00:00:00Z"}, "next"),
        ({"next": ""}, "next"),
    ],
    ids=str,
)
def test_windows_nobody_can_be_told_of_are_refused(
    troubled: Callers, asked: dict[str, str], field: str
) -> None:
    answer = troubled["admin"].get("/admin/windows", **asked)
    assert (answer.status, set(answer.document["fields"])) == (400, {field})


def test_windows_have_pages_and_none_is_lost_between_them(cloud: Cloud) -> None:
    first = date(2026, 3, 20)
    with Simulator(today=TODAY, records=[]) as simulator:
        world = World(cloud, simulator, first)
        with serving(world):
            operator = Callers(world)["admin"]
            world.plan()
            days = (TODAY - first).days
            pages = list(window_pages(operator))
            assert [len(page["windows"]) for page in pages] == [100, 100, days - 200]
            starts = [window["start"] for page in pages for window in page["windows"]]
            assert starts == sorted(starts, reverse=True) and len(set(starts)) == days
            for page in pages:
                (connection,) = page["connections"]
                assert connection["windows"] == states(waiting=days)
                assert connection["behind_hours"] is None
            shown = [each for page in window_pages(operator, "failed") for each in page["windows"]]
            assert shown == []


def window_pages(operator: Caller, state: str = "waiting") -> Iterator[dict[str, Any]]:
    """Yield the list of windows, page by page."""
    asked = {"state": state}
    while True:
        page = operator.get("/admin/windows", **asked).document
        yield page
        if page["next"] is None:
            return
        asked = {"state": state, "next": page["next"]}


def test_the_windows_of_two_connections_come_one_behind_the_other(cloud: Cloud) -> None:
    first = TODAY - timedelta(days=80)
    with Simulator(today=TODAY, records=[]) as simulator:
        world = World(cloud, simulator, first)
        add_connection(world, "second", name="Second", aggregation_minutes=720)
        with serving(world):
            operator = Callers(world)["admin"]
            world.plan()
            world.wiring.plan("second", world.now)
            pages = list(window_pages(operator))
            shown = [(each["connection"], each["start"]) for p in pages for each in p["windows"]]
            assert len(shown) == len(set(shown)) == 80 + 160
            assert [name for name, _ in shown] == ["main"] * 80 + ["second"] * 160
            for name in ("main", "second"):
                starts = [start for of, start in shown if of == name]
                assert starts == sorted(starts, reverse=True)
            known = pages[0]["connections"]
            assert [(each["id"], each["name"]) for each in known] == [
                ("main", "Main"),
                ("second", "Second"),
            ]
            assert [each["aggregation_minutes"] for each in known] == [1440, 720]
            only = operator.get("/admin/windows", connection="second").document
            assert [each["id"] for each in only["connections"]] == ["second"]
            assert {each["connection"] for each in only["windows"]} == {"second"}


def add_connection(world: World, connection: str, **changed: object) -> None:
    """Let a world collect from the same CloudStack a second time, under another id."""
    ssm, path = world.cloud.client("ssm"), world.settings.connections_path
    for part, changes in (("endpoint", changed), ("keys", {})):
        known = ssm.get_parameter(Name=f"{path}/main/{part}", WithDecryption=True)
        value = json.dumps({**json.loads(known["Parameter"]["Value"]), **changes})
        kind = "String" if part == "endpoint" else "SecureString"
        ssm.put_parameter(Name=f"{path}/{connection}/{part}", Type=kind, Value=value)
    world.settings = replace(world.settings, connections=("main", connection))
    world.wiring = Wiring(world.settings, now=lambda: world.now)


def states(**counts: int) -> dict[str, int]:
    """Return how many windows there are in each state."""
    return {"waiting": 0, "collecting": 0, "complete": 0, "failed": 0, **counts}


def test_before_the_first_collection_there_is_nothing_to_tell(untouched: Callers) -> None:
    told = untouched["admin"].get("/admin/windows").document
    (connection,) = told["connections"]
    assert told["windows"] == []
    assert connection["complete_up_to"] is connection["newest_seen"] is None
    assert connection["behind_hours"] is connection["version"] is None
    assert connection["windows"] == states()
    for kind in ("rejects", "holds", "decisions"):
        assert untouched["admin"].get(f"/admin/{kind}").document == {kind: [], "next": None}


def test_a_connection_that_is_behind_says_by_how_much(untouched: Callers) -> None:
    world = untouched.world
    world.collect_all()
    world.advance(2)
    world.plan()
    # Sessions last for hours, and two days have passed.
    operator = Callers(world)["admin"]
    (connection,) = operator.get("/admin/windows").document["connections"]
    assert connection["behind_hours"] == 48
    assert connection["windows"] == states(complete=4, waiting=2)


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
    assert connection["windows"] == states(failed=1, waiting=3)
    assert connection["last_error"]["at"] == "2026-11-04T01:00:00Z"
    assert connection["last_error"]["message"] == "CloudStack did not answer"
    assert connection["last_error"]["window"] == "2026-10-31T00:00:00Z"
    failed = operator.get("/admin/windows", state="failed").document["windows"]
    assert [window["start"] for window in failed] == ["2026-10-31T00:00:00Z"]
    failed = [window for window in told["windows"] if window["state"] == "failed"]
    assert [window["error"] for window in failed] == [connection["last_error"]["message"]]

    world.now += timedelta(hours=1)
    world.plan()
    world.drain()
    (connection,) = operator.get("/admin/windows").document["connections"]
    assert connection["windows"] == states(complete=4)
    assert connection["last_error"] is None


def unanswered(message: WindowMessage, has_time: Callable[[], bool]) -> NoReturn:
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
    [
        {},
        {"run": ""},
        {"run": "replays"},
        {"run": "rate_usage"},
        {"run": 5},
        {"run": None},
        {"run": ["plan"]},
    ],
    ids=str,
)
def test_no_other_run_may_be_asked_for(
    billed: Callers, functions: Functions, content: object
) -> None:
    answer = billed["admin"].post("/admin/runs", content)
    assert (answer.status, set(answer.document["fields"])) == (400, {"run"})
    assert functions.invoked == []


def test_days_are_metered_anew_from_the_archive(billed: Callers, functions: Functions) -> None:
    world = billed.world
    before, asked = world.rows(), world.simulator.calls.get("listUsageRecords", 0)
    span = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-03T00:00:00Z"}
    answer = billed["admin"].post("/admin/runs", {"run": "replay", "connection": "main", **span})
    assert answer.status == 202
    assert answer.document == {"run": "replay", "state": "queued", "windows": 2}
    world.drain()
    assert world.rows() == before
    assert world.simulator.calls["listUsageRecords"] == asked
    assert functions.invoked == []


def test_a_replay_of_days_that_were_never_collected_is_of_no_window(billed: Callers) -> None:
    span = {"from": "2020-11-01T00:00:00Z", "to": "2020-11-03T00:00:00+02:00"}
    answer = billed["admin"].post("/admin/runs", {"run": "replay", "connection": "main", **span})
    assert (answer.status, answer.document["windows"]) == (202, 0)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"from": None}, "from"),
        ({"to": None}, "to"),
        ({"from": "2026-11-01"}, "from"),
        ({"from": "2026-11-01T00:00:00"}, "from"),
        ({"to": "2026-11-03T00:00:00.5Z"}, "to"),
        ({"to": "9999-12-31T00:00:00Z"}, "to"),
        ({"to": "2026-11-01T00:00:00Z"}, "to"),
        ({"to": "2026-10-01T00:00:00Z"}, "to"),
        ({"connection": "second"}, "connection"),
        ({"connection": ""}, "connection"),
        ({"connection": 5}, "connection"),
    ],
    ids=str,
)
def test_a_replay_of_nothing_is_refused_at_its_field(
    billed: Callers, changed: dict[str, object], field: str
) -> None:
    span = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-03T00:00:00Z"}
    asked = {"run": "replay", "connection": "main", **span, **changed}
    answer = billed["admin"].post("/admin/runs", asked)
    assert (answer.status, set(answer.document["fields"])) == (400, {field}), answer
