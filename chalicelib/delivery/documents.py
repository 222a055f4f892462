"""The document store: what people and machines read of issued documents, on S3."""

from typing import Any

from botocore.exceptions import ClientError

from chalicelib.delivery.failures import unavailable
from chalicelib.errors import NotFound

# Whoever may not list the bucket would be told 403 of what is not there; all who read may.
_MISSING = ("NoSuchKey", "404")
# S3 answers so when the object is there, or is just being written by another.
_THERE = ("PreconditionFailed", "ConditionalRequestConflict")


class DocumentStore:
    """Files that are written once and never change.

    Args:
        client: boto3 S3 client.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put_new(self, key: str, body: bytes, media_type: str) -> None:
        """Store a file, unless there is one of that key already: that one stays.

        Raises:
            Unavailable: S3 did not take it.
        """
        with unavailable("S3"):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    ContentType=media_type,
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in _THERE:
                    raise

    def get(self, key: str) -> bytes:
        """Return a file.

        Raises:
            NotFound: it has not been made yet.
            Unavailable: S3 did not answer.
        """
        with unavailable("S3"):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] in _MISSING:
                    raise NotFound(f"there is no file {key}") from None
                raise
            return bytes(answer["Body"].read())

    def exists(self, key: str) -> bool:
        """Tell whether there is a file of that key.

        Raises:
            Unavailable: S3 did not answer.
        """
        with unavailable("S3"):
            try:
                self._client.head_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] in _MISSING:
                    return False
                raise
        return True
