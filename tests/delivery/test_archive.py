"""The archive: every page as CloudStack sent it, in bundles, on S3."""

import gzip
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.delivery.archive import Archive
from chalicelib.errors import NotFound, Unavailable
from chalicelib.metering.windows import Window
from chalicelib.periods import Period
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from tests.world import TODAY, World

START = datetime(2026, 11, 10, tzinfo=UTC)
WINDOW = Window("main", Period(START, START + timedelta(days=1)))
PAGES = [b'{"listusagerecordsresponse":{"count":501}}', b"", b'{"name":"Z\xc3\xbcrich"}', b"<html>"]


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> World:
    with Simulator(today=TODAY, records=[]) as simulator:
        return World(cloud, simulator, date(2026, 11, 1))


@pytest.fixture(scope="module")
def archive(world: World) -> Archive:
    return Archive(world.cloud.client("s3"), world.settings.archive_bucket)


def keys(world: World) -> list[str]:
    answer = world.cloud.client("s3").list_objects_v2(Bucket=world.settings.archive_bucket)
    return [each["Key"] for each in answer.get("Contents", [])]


@pytest.mark.parametrize("pages", [PAGES[:1], PAGES, PAGES * 4, []])
def test_a_bundle_comes_back_page_by_page(archive: Archive, pages: list[bytes]) -> None:
    digest = archive.put(WINDOW, pages)
    assert list(archive.pages(WINDOW, digest)) == pages


def test_the_same_pages_are_the_same_object(world: World, archive: Archive) -> None:
    digest = archive.put(WINDOW, PAGES)
    before, body = keys(world), stored(world, digest)
    assert archive.put(WINDOW, PAGES) == digest
    assert keys(world) == before and stored(world, digest) == body
    assert f"raw/main/2026-11-10T0000Z/{digest}.json.gz" in before
    others = {archive.put(WINDOW, PAGES[::-1]), archive.put(WINDOW, PAGES[:2])}
    assert len(others - {digest}) == 2


def stored(world: World, digest: str) -> Any:
    answer = world.cloud.client("s3").get_object(
        Bucket=world.settings.archive_bucket, Key=f"raw/main/2026-11-10T0000Z/{digest}.json.gz"
    )
    assert (answer["ContentType"], answer["ContentEncoding"]) == ("application/json", "gzip")
    return answer["Body"].read()


def test_anybody_can_unpack_a_bundle(world: World, archive: Archive) -> None:
    digest = archive.put(WINDOW, PAGES)
    assert gzip.decompress(stored(world, digest)) == b"".join(PAGES)


def test_windows_and_connections_are_kept_apart(archive: Archive) -> None:
    digest = archive.put(WINDOW, PAGES)
    hour = Window("main", Period(START + timedelta(hours=1), START + timedelta(hours=2)))
    for other in (hour, Window("second", WINDOW.period)):
        with pytest.raises(NotFound):
            list(archive.pages(other, digest))


def test_what_the_archive_no_longer_has_is_not_found(world: World, archive: Archive) -> None:
    with pytest.raises(NotFound, match="the archive no longer has raw/main/2026-11-10T0000Z/"):
        list(archive.pages(WINDOW, "00" * 16))
    digest = archive.put(WINDOW, [b"gone"])
    key = f"raw/main/2026-11-10T0000Z/{digest}.json.gz"
    world.cloud.client("s3").delete_object(Bucket=world.settings.archive_bucket, Key=key)
    with pytest.raises(NotFound):
        list(archive.pages(WINDOW, digest))


class FailingClient:
    """An S3 that fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def put_object(self, **request: object) -> None:
        raise self.error

    def get_object(self, **request: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "SlowDown"}}, "GetObject"),
        EndpointConnectionError(endpoint_url="http://nowhere"),
    ],
)
def test_an_archive_that_does_not_answer_is_unavailable(error: Exception) -> None:
    archive = Archive(FailingClient(error), "bucket")
    with pytest.raises(Unavailable, match="S3"):
        list(archive.pages(WINDOW, "00" * 16))
    with pytest.raises(Unavailable, match="S3"):
        archive.put(WINDOW, PAGES)


@given(st.lists(st.binary(max_size=300), max_size=5))
@settings(max_examples=15, deadline=None)
def test_whatever_is_put_comes_back(archive: Archive, pages: list[bytes]) -> None:
    assert list(archive.pages(WINDOW, archive.put(WINDOW, pages))) == pages
