"""AWS that does not answer, told in our own words."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable


@contextmanager
def unavailable(service: str) -> Iterator[None]:
    """Turn whatever AWS fails with inside of the block into Unavailable."""
    try:
        yield
    except ClientError as error:
        raise Unavailable(f"{service} refused: {error.response['Error']['Code']}") from None
    except BotoCoreError as error:
        raise Unavailable(f"{service} did not answer ({type(error).__name__})") from None
