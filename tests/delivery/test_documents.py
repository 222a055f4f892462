"""The document store: files that are written once."""

from datetime import date

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.delivery.documents import DocumentStore
from chalicelib.errors import NotFound, Unavailable
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from tests.world import TODAY, World

KEY = "documents/acme/d1/INV-2026-00001.pdf"


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> World:
    with Simulator(today=TODAY, records=[]) as simulator:
        return World(cloud, simulator, date(2026, 11, 1))


@pytest.fixture(scope="module")
def store(world: World) -> DocumentStore:
    return DocumentStore(world.cloud.client("s3"), world.settings.documents_bucket)


def test_a_file_comes_back_as_it_was_first_written(world: World, store: DocumentStore) -> None:
    assert not store.exists(KEY)
    with pytest.raises(NotFound, match=KEY):
        store.get(KEY)
    store.put_new(KEY, b"%PDF-1.7 \x00\xff", "application/pdf")
    store.put_new(KEY, b"another", "text/plain")
    assert store.exists(KEY) and store.get(KEY) == b"%PDF-1.7 \x00\xff"
    kept = world.cloud.client("s3").head_object(Bucket=world.settings.documents_bucket, Key=KEY)
    assert kept["ContentType"] == "application/pdf"


class FailingClient:
    """An S3 that fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def put_object(self, **request: object) -> None:
        raise self.error

    get_object = head_object = put_object


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "SlowDown"}}, "GetObject"),
        ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject"),
        EndpointConnectionError(endpoint_url="http://nowhere"),
    ],
)
def test_a_store_that_does_not_answer_is_unavailable(error: Exception) -> None:
    store = DocumentStore(FailingClient(error), "bucket")
    for call in (
        lambda: store.get(KEY),
        lambda: store.exists(KEY),
        lambda: store.put_new(KEY, b"", "text/plain"),
    ):
        with pytest.raises(Unavailable, match="S3"):
            call()


def test_a_file_that_another_is_just_writing_is_left_to_them() -> None:
    error = ClientError({"Error": {"Code": "ConditionalRequestConflict"}}, "PutObject")
    DocumentStore(FailingClient(error), "bucket").put_new(KEY, b"", "text/plain")
