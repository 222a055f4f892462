"""The archive: every page as CloudStack sent it, compressed, on S3."""

import gzip
from typing import Any

from chalicelib.metering.windows import Window
from chalicelib.periods import Period

# Level 1 costs half of level 6 and keeps nine tenths of its gain.
_LEVEL = 1


class Archive:
    """Raw pages under keys made of their content.

    Args:
        client: boto3 S3 client.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, window: Window, digest: str, body: bytes) -> str:
        """Store a page under its digest; return its key. The same page again is the same object."""
        key = f"{_folder(window.connection, window.period)}{digest}.json.gz"
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=gzip.compress(body, _LEVEL, mtime=0),
            ContentType="application/json",
            ContentEncoding="gzip",
        )
        return key


def _folder(connection: str, period: Period) -> str:
    return f"raw/{connection}/{period.start:%Y-%m-%dT%H%MZ}/"
