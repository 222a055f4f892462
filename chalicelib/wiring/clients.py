"""AWS as the adapters take it: one client of each service, and the queues."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.delivery.queues import Queue


@cache
def client(service: str) -> Any:
    """Return the boto3 client of a service."""
    # Some functions need none in a cold start.
    import boto3  # noqa: PLC0415

    return boto3.client(service)


def queue(url: str) -> "Queue":
    """Return the queue at a URL."""
    from chalicelib.delivery.queues import Queue  # noqa: PLC0415

    return Queue(client("sqs"), url)
