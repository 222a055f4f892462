"""The CloudStack installations, each asked with its own keys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chalicelib.cloudstack.client import CloudStackClient
from chalicelib.cloudstack.control import AccountControl
from chalicelib.cloudstack.source import CloudStackSource
from chalicelib.delivery.parameters import Parameters
from chalicelib.errors import CloudStackRefused


class CloudStackSources:
    """Lends the source of each connection, and the control of its accounts.

    Args:
        pause: waits that many seconds before CloudStack is asked again.
    """

    def __init__(self, parameters: Parameters, pause: Callable[[float], None]) -> None:
        self._parameters = parameters
        self._pause = pause
        self._lent: dict[str, tuple[CloudStackSource, AccountControl]] = {}

    @contextmanager
    def source(self, connection: str) -> Iterator[CloudStackSource]:
        """Lend the source of a connection; one whose keys are refused is built anew next time."""
        with self._lending(connection) as (source, _):
            yield source

    @contextmanager
    def control(self, connection: str) -> Iterator[AccountControl]:
        """Lend what locks and disables the accounts of a connection; built anew as the source."""
        with self._lending(connection) as (_, control):
            yield control

    @contextmanager
    def _lending(self, connection: str) -> Iterator[tuple[CloudStackSource, AccountControl]]:
        if connection not in self._lent:
            self._lent[connection] = self._built(connection)
        try:
            yield self._lent[connection]
        except CloudStackRefused:
            self._lent.pop(connection, None)
            raise

    def _built(self, connection: str) -> tuple[CloudStackSource, AccountControl]:
        endpoint = self._parameters.endpoint(connection)
        client = CloudStackClient(
            endpoint.endpoint,
            self._parameters.keys(connection),
            signature_method=endpoint.signature,
            page_size=endpoint.page_size,
            pause=self._pause,
        )
        source = CloudStackSource(client, connection, tags=endpoint.tags)
        return source, AccountControl(client, self._pause)
