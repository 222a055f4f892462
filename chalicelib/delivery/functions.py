"""Other functions of this deployment, on Lambda."""

from typing import Any

from chalicelib.delivery.failures import unavailable


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
                FunctionName=f"{self._prefix}-{name}", InvocationType="Event", Payload=b"{}"
            )
