"""The archive: every page as CloudStack sent it, compressed, on S3."""

import zlib
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.delivery.failures import unavailable
from chalicelib.errors import NotFound
from chalicelib.metering.progress import Window
from chalicelib.periods import Period

# Level 1 costs half of level 6 and keeps nine tenths of its gain.
_LEVEL = 1
_GZIP = 31
_MISSING = ("NoSuchKey", "404", "AccessDenied")


class Archive:
    """Raw pages in bundles under keys made of their content.

    A bundle is a gzip file of several members, one for each page: `zcat` shows them all.

    Args:
        client: boto3 S3 client.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, window: Window, pages: Sequence[bytes]) -> str:
        """Store a bundle; return its digest. The same pages again are the same object.

        Raises:
            Unavailable: S3 did not take it.
        """
        digest = blake2b(digest_size=16)
        for page in pages:
            digest.update(page)
        body = b"".join(map(_compressed, pages))
        with unavailable("S3"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=_key(window, digest.hexdigest()),
                Body=body,
                ContentType="application/json",
                ContentEncoding="gzip",
            )
        return digest.hexdigest()

    def pages(self, window: Window, digest: str) -> Iterator[bytes]:
        """Yield the pages of a bundle, in order.

        Raises:
            NotFound: the archive keeps it no longer.
            Unavailable: S3 did not answer.
        """
        with unavailable("S3"):
            body = self._read(_key(window, digest))
        while body:
            member = zlib.decompressobj(_GZIP)
            yield member.decompress(body)
            body = member.unused_data

    def _read(self, key: str) -> bytes:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                raise NotFound(f"the archive no longer has {key}") from None
            raise
        return bytes(answer["Body"].read())


def _compressed(page: bytes) -> bytes:
    """Return one gzip member; it holds no time, so that equal pages are equal bytes."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(page) + packer.flush()


def _key(window: Window, digest: str) -> str:
    return f"{_folder(window.connection, window.period)}{digest}.json.gz"


def _folder(connection: str, period: Period) -> str:
    return f"raw/{connection}/{period.start:%Y-%m-%dT%H%MZ}/"
