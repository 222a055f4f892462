"""Inserts in batches: what was new, what is tried again, what is told when it does not work."""

import json
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.httpsession import URLLib3Session

from chalicelib.errors import Unavailable
from chalicelib.tables.signing import Signer
from chalicelib.tables.wire import Item, Wire
from local.cloud import Cloud

TRIES = 10
TARGET = "DynamoDB_20120810.BatchExecuteStatement"
_names = count()
Send = Callable[[Any], AWSResponse]
# Answers a request in place of DynamoDB, or sends it on.
Reply = Callable[[Send, Any], AWSResponse]


@pytest.fixture
def table(cloud: Cloud) -> str:
    name = f"wire{next(_names)}"
    cloud.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def wire(cloud: Cloud, pauses: list[float]) -> Wire:
    return Wire(boto3.client("dynamodb"), pauses.append)


def item(number: int, **others: Any) -> Item:
    return {"pk": {"S": f"key {number}"}, "sk": {"S": "a"}, **others}


def stored(cloud: Cloud, table: str) -> dict[str, dict[str, Any]]:
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return {each["pk"]["S"]: each for page in pages for each in page["Items"]}


def through(send: Send, request: Any) -> AWSResponse:
    return send(request)


def lost_on_the_way_back(send: Send, request: Any) -> AWSResponse:
    send(request)
    raise ConnectionClosedError(endpoint_url=request.url)


def failing(error: Exception) -> Reply:
    def reply(send: Send, request: Any) -> AWSResponse:
        raise error

    return reply


class Received:
    """What urllib3 would have received."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self) -> list[bytes]:
        return [self.body]


def answering(status: int, body: Any) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def reply(send: Send, request: Any) -> AWSResponse:
        return AWSResponse(request.url, status, {}, Received(content))

    return reply


def refusing(status: int, code: str) -> Reply:
    kind = f"com.amazonaws.dynamodb.v20120810#{code}"
    return answering(status, {"__type": kind, "message": "no"})


def statement_errors(*codes: str) -> Reply:
    errors = [{"Error": {"Code": code, "Message": "no"}} if code else {} for code in codes]
    return answering(200, {"Responses": errors})


@contextmanager
def replies(*script: Reply, then: Reply = through) -> Iterator[list[Any]]:
    """Reply to each request of the block in turn; yields the requests."""
    requests: list[Any] = []
    real = URLLib3Session.send

    def send(session: URLLib3Session, request: Any) -> AWSResponse:
        requests.append(request)
        reply = script[len(requests) - 1] if len(requests) <= len(script) else then
        return reply(lambda sent: real(session, sent), request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(URLLib3Session, "send", send)
        yield requests


def keys_in(request: Any) -> list[str]:
    return [each["Parameters"][0]["S"] for each in json.loads(request.body)["Statements"]]


@pytest.mark.parametrize("token", [None, "a/token+of=a-role"])
@pytest.mark.parametrize(
    "url",
    [
        "https://dynamodb.eu-central-1.amazonaws.com",
        "https://dynamodb.eu-central-1.amazonaws.com:443/",
        "http://127.0.0.1:4566",
    ],
)
def test_signatures_are_those_of_botocore(url: str, token: str | None) -> None:
    credentials = ReadOnlyCredentials("AKIDEXAMPLE", "a secret/+", token, None)
    signer = Signer(url, "eu-central-1", TARGET)
    for body in (b"", b'{"Statements": []}', bytes(range(256)) * 99):
        named = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": TARGET}
        theirs = AWSRequest("POST", url, named, body)
        SigV4Auth(credentials, "dynamodb", "eu-central-1").add_auth(theirs)
        at = datetime.fromisoformat(theirs.headers["X-Amz-Date"])
        assert signer.headers(body, credentials, at) == dict(theirs.headers)


def test_a_key_made_of_a_secret_is_for_that_secret_and_day_only() -> None:
    signer = Signer("http://here", "eu-central-1", TARGET)
    moments = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 1, 2, 1)]
    secrets = ["one", "two", "two", "one"]
    for at, secret in zip(moments, secrets, strict=True):
        credentials = ReadOnlyCredentials("id", secret, None, None)
        fresh = Signer("http://here", "eu-central-1", TARGET).headers(b"", credentials, at)
        assert signer.headers(b"", credentials, at) == fresh


def test_new_keys_are_inserted_and_others_left_alone(cloud: Cloud, table: str, wire: Wire) -> None:
    assert wire.insert_all(table, []) == []
    first = [item(number, body={"S": "first"}) for number in (1, 3)]
    assert wire.insert_all(table, first) == [True, True]
    second = [item(number, body={"S": "second"}) for number in (0, 1, 2, 3)]
    assert wire.insert_all(table, second) == [True, False, True, False]
    bodies = [stored(cloud, table)[f"key {number}"]["body"]["S"] for number in range(4)]
    assert bodies == ["second", "first", "second", "first"]
    assert wire.insert_all(table, second) == [False] * 4


def test_items_come_back_as_they_went_in(cloud: Cloud, table: str, wire: Wire) -> None:
    items = [
        item(0, body={"B": bytes(range(256))}, records={"N": "3"}),
        item(1, body={"B": b""}, rejects={"S": '{"it\'s \\"so\\"": 1, "é?": 2}'}),
        item(2, done={"BOOL": True}, none={"NULL": True}),
        item(3, many={"L": [{"S": "a"}, {"M": {"b": {"N": "1.5"}}}]}),
    ]
    assert wire.insert_all(table, items) == [True] * 4
    assert [stored(cloud, table)[f"key {number}"] for number in range(4)] == items


def test_a_request_has_at_most_25_items(cloud: Cloud, table: str, wire: Wire) -> None:
    with replies() as requests:
        assert wire.insert_all(table, [item(number) for number in range(60)]) == [True] * 60
    assert [len(keys_in(request)) for request in requests] == [25, 25, 10]
    assert len(stored(cloud, table)) == 60
    with replies() as requests:
        told = wire.insert_all(table, [item(number) for number in range(55, 105)])
    assert told == [False] * 5 + [True] * 45
    assert len(requests) == 2


def test_a_request_has_at_most_three_megabytes(cloud: Cloud, table: str, wire: Wire) -> None:
    large = [item(number, body={"B": bytes([number]) * 350_000}) for number in range(12)]
    with replies() as requests:
        assert wire.insert_all(table, large) == [True] * 12
    assert max(len(request.body) for request in requests) <= 3_001_000
    assert len(requests) == 2
    assert stored(cloud, table)["key 11"] == large[11]


def test_of_two_writers_of_a_key_one_wins(cloud: Cloud, table: str) -> None:
    start = threading.Barrier(2)

    def write(name: str) -> list[bool]:
        wire = Wire(boto3.client("dynamodb"))
        items = [item(number, by={"S": name}) for number in range(200)]
        start.wait()
        return wire.insert_all(table, items)

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(write, ["one", "two"])
    winners = ["one" if is_new else "two" for is_new in one]
    assert [not is_new for is_new in one] == two
    found = stored(cloud, table)
    assert [found[f"key {number}"]["by"]["S"] for number in range(200)] == winners


URL = "http://nowhere"
PASSING: list[Reply] = [
    failing(EndpointConnectionError(endpoint_url=URL, error="no route")),
    failing(ConnectTimeoutError(endpoint_url=URL, error="too long")),
    failing(ReadTimeoutError(endpoint_url=URL, error="too long")),
    failing(ConnectionClosedError(endpoint_url=URL)),
    refusing(500, "InternalServerError"),
    answering(503, b"<html>Service Unavailable</html>"),
    refusing(400, "ProvisionedThroughputExceededException"),
    refusing(400, "ThrottlingException"),
    refusing(400, "RequestLimitExceeded"),
    answering(200, b'{"Responses": [{}'),
    answering(200, {"Responses": []}),
]


@pytest.mark.parametrize("trouble", PASSING)
def test_what_passes_is_tried_again(
    cloud: Cloud, table: str, wire: Wire, pauses: list[float], trouble: Reply
) -> None:
    with replies(trouble, trouble) as requests:
        assert wire.insert_all(table, [item(0), item(1)]) == [True, True]
    assert len(requests) == 3 and len(stored(cloud, table)) == 2
    assert len(pauses) == 2 and 0 <= pauses[0] <= 0.1 and 0 <= pauses[1] <= 0.2


@pytest.mark.parametrize("trouble", PASSING)
def test_what_does_not_pass_is_told_in_the_end(
    cloud: Cloud, table: str, wire: Wire, pauses: list[float], trouble: Reply
) -> None:
    with (
        replies(then=trouble) as requests,
        pytest.raises(Unavailable, match="DynamoDB took not all in 10 tries: "),
    ):
        wire.insert_all(table, [item(0)])
    assert len(requests) == TRIES and len(pauses) == TRIES - 1 and max(pauses) <= 5
    assert stored(cloud, table) == {}


def test_an_answer_lost_leaves_one_item_and_is_no_error(
    cloud: Cloud, table: str, wire: Wire
) -> None:
    with replies(lost_on_the_way_back):
        assert wire.insert_all(table, [item(0)]) == [False]
    assert list(stored(cloud, table)) == ["key 0"]


@pytest.mark.parametrize(
    "code",
    [
        "ProvisionedThroughputExceeded",
        "ThrottlingError",
        "RequestLimitExceeded",
        "InternalServerError",
        "TransactionConflict",
    ],
)
def test_only_statements_that_were_throttled_are_sent_again(
    cloud: Cloud, table: str, wire: Wire, code: str
) -> None:
    with replies(statement_errors(code, "", "DuplicateItem", code)) as requests:
        told = wire.insert_all(table, [item(number) for number in range(4)])
    assert told == [True, True, False, True]
    assert [keys_in(request) for request in requests][1:] == [["key 0", "key 3"]]
    assert set(stored(cloud, table)) == {"key 0", "key 3"}


def test_statements_throttled_for_good_are_told(table: str, wire: Wire) -> None:
    throttled = statement_errors("ThrottlingError")
    with (
        replies(then=throttled) as requests,
        pytest.raises(Unavailable, match="10 tries: ThrottlingError"),
    ):
        wire.insert_all(table, [item(0)])
    assert len(requests) == TRIES


def test_a_statement_refused_is_told_once_the_others_are_stored(
    cloud: Cloud, table: str, wire: Wire
) -> None:
    without_key = {"sk": {"S": "a"}}
    with pytest.raises(Unavailable, match="DynamoDB refused: ValidationError"):
        wire.insert_all(table, [item(0), without_key, item(1)])
    assert set(stored(cloud, table)) == {"key 0", "key 1"}
    with replies(statement_errors("ThrottlingError", "AccessDenied")) as requests:
        with pytest.raises(Unavailable, match="DynamoDB refused: AccessDenied"):
            wire.insert_all(table, [item(2), item(3)])
        assert len(requests) == 2
    assert set(stored(cloud, table)) == {"key 0", "key 1", "key 2"}


def test_a_table_that_is_not_there_is_told(wire: Wire) -> None:
    with pytest.raises(Unavailable, match="DynamoDB refused: ResourceNotFound"):
        wire.insert_all("nowhere", [item(0)])


def test_a_request_refused_is_not_sent_again(table: str, wire: Wire) -> None:
    with replies(then=refusing(400, "AccessDeniedException")) as requests:
        with pytest.raises(Unavailable, match="DynamoDB refused: AccessDenied"):
            wire.insert_all(table, [item(number) for number in range(60)])
        assert len(requests) == 1


def test_a_wrong_secret_is_refused(cloud: Cloud, table: str) -> None:
    client = boto3.client("dynamodb", aws_access_key_id="AKIAUNKNOWN", aws_secret_access_key="no")
    with pytest.raises(Unavailable, match="DynamoDB refused: "):
        Wire(client).insert_all(table, [item(0)])
    assert stored(cloud, table) == {}


class Rotating:
    """Credentials that are other ones each time."""

    def __init__(self) -> None:
        self._number = count()

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        number = next(self._number)
        return ReadOnlyCredentials(f"ID{number}", f"secret {number}", f"token-{number}", None)


class Without:
    """Credentials that cannot be had."""

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        raise NoCredentialsError


def test_every_request_is_signed_with_the_credentials_of_its_moment(table: str) -> None:
    client = boto3.client("dynamodb")
    client._request_signer._credentials = Rotating()
    ten = answering(200, {"Responses": [{}] * 10})
    with replies(refusing(500, "InternalServerError"), ten) as requests:
        Wire(client, lambda seconds: None).insert_all(table, [item(n) for n in range(10)])
    for number, request in enumerate(requests):
        assert f"Credential=ID{number}/" in request.headers["Authorization"]
        assert request.headers["X-Amz-Security-Token"] == f"token-{number}"


@pytest.mark.parametrize("credentials", [None, Without()])
def test_missing_credentials_are_told(table: str, credentials: Without | None) -> None:
    client = boto3.client("dynamodb")
    client._request_signer._credentials = credentials
    with replies() as requests, pytest.raises(Unavailable, match="no credentials"):
        Wire(client).insert_all(table, [item(0)])
    assert requests == []


def test_errors_hold_nothing_of_secrets_or_items(table: str) -> None:
    secrets = ("SECRETKEY", "SECRETTOKEN", "private")
    client = boto3.client(
        "dynamodb",
        aws_access_key_id="ID",
        aws_secret_access_key="SECRETKEY",
        aws_session_token="SECRETTOKEN",
    )
    said = "SECRETKEY SECRETTOKEN private"
    for trouble in (
        *PASSING,
        refusing(400, said),
        statement_errors(said),
        answering(400, {"__type": "AccessDeniedException", "message": said}),
        answering(400, said.encode()),
    ):
        with replies(then=trouble), pytest.raises(Unavailable) as caught:
            Wire(client, lambda seconds: None).insert_all(table, [item(0, body={"S": "private"})])
        lines = traceback.format_exception_only(caught.value)
        assert not [line for line in lines for secret in secrets if secret in line]
        # What it was made of may hold more, and does not show.
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
