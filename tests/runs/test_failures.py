"""CloudStack down, slow, refusing or talking nonsense: said, retried, nothing lost."""

from datetime import timedelta

import pytest

from chalicelib.entrypoints import triggers
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from tests.world import TODAY, World


@pytest.fixture
def world(cloud: Cloud, simulator: Simulator) -> World:
    return World(cloud, simulator, TODAY - timedelta(days=1))


def collect_once(world: World) -> dict:  # type: ignore[type-arg]
    """Take one message off the queue as Lambda does, and leave it in flight."""
    answer = world.cloud.client("sqs").receive_message(QueueUrl=world.settings.windows_queue_url)
    (message,) = answer["Messages"]
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "3"},
    }
    return triggers.collect_records(world.wiring, [record])


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("down", "CloudStack did not answer"),
        ("401", "CloudStack answered 401"),
        ("530", "CloudStack answered 530"),
        ("429", "CloudStack answered 429"),
        ("503", "CloudStack answered 503"),
        ("nonsense", "CloudStack sent no page of usage records"),
        ("cut", "CloudStack did not answer"),
    ],
)
def test_a_window_that_cannot_be_read_fails_aloud_and_comes_again(
    world: World, kind: str, said: str
) -> None:
    world.plan()
    world.simulator.faults.add(kind, times=None, command="listUsageRecords")
    answer = collect_once(world)
    assert len(answer["batchItemFailures"]) == 1
    (progress,) = world.wiring.windows.windows("main")
    assert progress.state == "failed" and said in (progress.error or "")
    assert said in (world.wiring.windows.connection("main").error or "")
    assert not list(key for key in world.rows() if key.startswith("usage/"))

    world.simulator.faults.clear()
    world.collect_all()
    (progress,) = world.wiring.windows.windows("main")
    assert (progress.state, progress.error) == ("complete", None)
    assert world.wiring.windows.connection("main").error is None


@pytest.mark.parametrize("kind", ["down", "530", "nonsense", "cut", "429"])
def test_a_short_fault_is_waited_out_longer_each_time(world: World, kind: str) -> None:
    world.plan()
    world.simulator.faults.add(kind, times=2, command="listUsageRecords")
    world.drain()
    (progress,) = world.wiring.windows.windows("main")
    assert progress.state == "complete" and progress.records > 300
    assert len(world.paused) == 2 and world.paused[1] > world.paused[0]


def test_wrong_keys_are_not_tried_again_at_once(world: World) -> None:
    world.plan()
    world.simulator.faults.add("401", times=1, command="listUsageRecords")
    collect_once(world)
    assert world.paused == []


def test_a_page_that_breaks_off_late_stores_nothing_of_the_window(
    cloud: Cloud,
) -> None:
    with Simulator(today=TODAY, records_per_day=1200, accounts=3) as simulator:
        world = World(cloud, simulator, TODAY - timedelta(days=1))
        world.plan()
        simulator.faults.add("cut", times=None, command="listUsageRecords", after=2)
        collect_once(world)
        assert not list(key for key in world.rows() if key.startswith("usage/"))
        simulator.faults.clear()
        world.collect_all()
        (progress,) = world.wiring.windows.windows("main")
        assert (progress.records, progress.pages, len(progress.archived)) == (1200, 3, 1)


def test_planning_while_cloudstack_is_down_is_said_and_planned_again(world: World) -> None:
    world.simulator.faults.add("down", times=None)
    triggers.plan_connections(world.wiring)
    progress = world.wiring.windows.connection("main")
    assert "CloudStack did not answer" in (progress.error or "")
    assert progress.error_at == world.now
    world.simulator.faults.clear()
    world.collect_all()
    assert world.wiring.windows.connection("main").error is None


def test_no_secret_reaches_a_log_or_a_table(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.simulator.faults.add("401", times=1, command="listUsageRecords")
    world.plan()
    collect_once(world)
    world.plan()
    world.drain()
    everything = capsys.readouterr().out + str(world.rows())
    assert world.simulator.secret_key not in everything
    assert world.simulator.api_key not in everything


def test_one_bad_message_does_not_stop_the_others(world: World) -> None:
    world.collect_all()
    account = world.wiring.accounts.all()[0].id
    bodies = ["{}", "nonsense", f'{{"account":"{account}","period":"2026-11"}}']
    bodies.append(f'{{"account":"{account}","period":"2026-99"}}')
    bodies.append('{"account":"unknown","period":"2026-11"}')
    records = [{"messageId": str(n), "body": body} for n, body in enumerate(bodies)]
    answer = triggers.rate_records(world.wiring, records)
    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    assert failed == {"0", "1", "3", "4"}


def test_a_defect_of_ours_is_told_in_full_and_stops_no_other_message(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.plan()
    world.drain()

    def defect(account: str, period: str, now: object) -> None:
        raise ZeroDivisionError(f"{account} {period}")

    monkeypatch.setattr(world.wiring, "rater", lambda expected: defect)
    records = [{"messageId": "1", "body": '{"account":"a","period":"2026-11"}'}]
    answer = triggers.rate_records(world.wiring, records)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_new_keys_are_taken_up_without_a_deployment(cloud: Cloud) -> None:
    with Simulator(today=TODAY, records=[]) as simulator:
        world = World(cloud, simulator, TODAY - timedelta(days=1))
        ssm = cloud.client("ssm")
        name = f"/{world.prefix}/connections/main/keys"
        right = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        wrong = '{"api_key":"old","secret_key":"old"}'
        ssm.put_parameter(Name=name, Type="SecureString", Value=wrong, Overwrite=True)
        triggers.plan_connections(world.wiring)
        assert "401" in (world.wiring.windows.connection("main").error or "")
        ssm.put_parameter(Name=name, Type="SecureString", Value=right, Overwrite=True)
        triggers.plan_connections(world.wiring)
        assert world.wiring.windows.connection("main").error is None


def test_without_a_connection_the_run_says_what_to_do(world: World) -> None:
    world.cloud.client("ssm").delete_parameter(Name=f"/{world.prefix}/connections/main/endpoint")
    triggers.plan_connections(world.wiring)
    assert "run make connect" in (world.wiring.windows.connection("main").error or "")
