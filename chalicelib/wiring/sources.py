"""The CloudStack installations, each asked with its own keys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chalicelib.cloudstack.client import CloudStackClient
from chalicelib.cloudstack.source import CloudStackSource
from chalicelib.delivery.parameters import Parameters
from chalicelib.errors import CloudStackRefused


class CloudStackSources:
    """Lends the source of each connection.

    Args:
        pause: waits that many seconds before CloudStack is asked again.
    """

    def __init__(self, parameters: Parameters, pause: Callable[[float], None]) -> None:
        self._parameters = parameters
        self._pause = pause
        self._sources: dict[str, CloudStackSource] = {}

    @contextmanager
    def source(self, connection: str) -> Iterator[CloudStackSource]:
        """Lend the source of a connection; one whose keys are refused is built anew next time."""
        if connection not in self._sources:
            self._sources[connection] = self._built(connection)
        try:
            yield self._sources[connection]
        except CloudStackRefused:
            del self._sources[connection]
            raise

    def _built(self, connection: str) -> CloudStackSource:
        endpoint = self._parameters.endpoint(connection)
        client = CloudStackClient(
            endpoint.endpoint,
            self._parameters.keys(connection),
            signature_method=endpoint.signature,
            page_size=endpoint.page_size,
            pause=self._pause,
        )
        return CloudStackSource(client, connection, tags=endpoint.tags)
