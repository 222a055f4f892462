"""Other functions of this deployment, on Lambda."""

import json
from typing import Any

from chalicelib.delivery.failures import unavailable

# Functions on a schedule read an event of EventBridge, all of these fields.
_BY_HAND: dict[str, object] = {
    "version": "0",
    "id": "by-hand",
    "detail-type": "Started by hand",
    "source": "stacktally",
    "account": "",
    "time": "",
    "region": "",
    "resources": [],
    "detail": {},
}


class Functions:
    """Starts functions by their name in app.py.

    Args:
        client: boto3 Lambda client.
        prefix: of their deployed names.
    """

    def __init__(self, client: Any, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def start(self, name: str) -> None:
        """Have a function run, without waiting for it.

        Raises:
            Unavailable: Lambda did not take the call.
        """
        with unavailable("Lambda"):
            self._client.invoke(
                FunctionName=f"{self._prefix}-{name}",
                InvocationType="Event",
                Payload=json.dumps(_BY_HAND).encode(),
            )
