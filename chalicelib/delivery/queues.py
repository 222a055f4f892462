"""The queues between the runs, on SQS."""

from collections.abc import Sequence
from typing import Any

import msgspec

from chalicelib.delivery.failures import unavailable
from chalicelib.errors import Unavailable

_MESSAGES_A_CALL = 10


class Queue:
    """A queue of JSON messages.

    Args:
        client: boto3 SQS client.
    """

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put_all(self, messages: Sequence[object]) -> None:
        """Queue every message.

        Raises:
            Unavailable: SQS did not take all of them; queue all of them again.
        """
        for first in range(0, len(messages), _MESSAGES_A_CALL):
            entries = [
                {"Id": str(number), "MessageBody": msgspec.json.encode(message).decode()}
                for number, message in enumerate(messages[first : first + _MESSAGES_A_CALL])
            ]
            with unavailable("SQS"):
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            if answer.get("Failed"):
                raise Unavailable(f"SQS did not take {len(answer['Failed'])} messages")

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Let a received message come again after that many seconds."""
        with unavailable("SQS"):
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
            )
