"""What the benchmarks count: batches of inserts, which go past botocore's hooks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session

from benchmarks.metering import METERED
from chalicelib.metering.usage import PackedUsage
from chalicelib.metering.windows import Window
from chalicelib.periods import Period
from chalicelib.tables.wire import Wire
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from tests.world import TODAY, World

WINDOW = Window(
    "main", Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
)


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> Iterator[World]:
    with Simulator(today=TODAY, records=[]) as simulator:
        yield World(cloud, simulator, date(2026, 11, 1))


@pytest.fixture(autouse=True)
def from_zero() -> None:
    METERED.reset()


def packed(size: int) -> PackedUsage:
    return PackedUsage(body=bytes(size), digest="d" * 32, records=1, rejects={}, holds={})


def test_inserts_take_the_units_of_their_size_and_refused_ones_too(world: World) -> None:
    usage, table = world.wiring.usage, f"{world.prefix}-usage"
    with METERED.on():
        assert usage.put_new(WINDOW, {"a": packed(100), "b": packed(1500)}) == []
    assert METERED.calls == {"dynamodb.BatchExecuteStatement": 1}
    assert METERED.written == {table: 2} and METERED.write_units == {table: 1 + 2}
    with METERED.on():
        assert usage.put_new(WINDOW, {"b": packed(1500), "c": packed(100)}) == ["b"]
    assert METERED.calls == {"dynamodb.BatchExecuteStatement": 2}
    assert METERED.written == {table: 3} and METERED.write_units == {table: 3 + 2 + 1}


def test_an_insert_counts_as_a_put_of_the_same_item(world: World) -> None:
    usage, table = world.wiring.usage, f"{world.prefix}-usage"
    with METERED.on():
        usage.put(WINDOW, "put", packed(5100), seen=None)
    put = METERED.write_units[table]
    METERED.reset()
    with METERED.on():
        usage.put_new(WINDOW, {"ins": packed(5100)})
    assert METERED.write_units[table] == put == 6


def test_inserts_that_were_throttled_take_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, sent = URLLib3Session.send, []

    def send(session: URLLib3Session, request: object) -> object:
        sent.append(request)
        if len(sent) == 1:
            raise ConnectionClosedError(endpoint_url="http://nowhere")
        answer = real(session, request)
        if len(sent) == 2:
            answer.status_code = 503
        if len(sent) == 3:
            throttled = b'{"Responses": [{"Error": {"Code": "ThrottlingError"}}]}'
            answer._content = throttled
        return answer

    monkeypatch.setattr(URLLib3Session, "send", send)
    client, table = world.cloud.client("dynamodb"), f"{world.prefix}-usage"
    with METERED.on():
        Wire(client, lambda seconds: None).insert_all(
            table, [{"pk": {"S": "throttled"}, "sk": {"S": "a"}}]
        )
    assert len(sent) == 4
    assert METERED.calls["dynamodb.BatchExecuteStatement"] == 3
    assert METERED.written == {table: 0} and METERED.write_units == {table: 1}


def test_the_session_is_left_as_it_was_found() -> None:
    before = URLLib3Session.send
    with METERED.on():
        assert URLLib3Session.send is not before
    assert URLLib3Session.send is before
