"""Connections to CloudStack, as parameters of SSM.

Each has an `endpoint`, which the API needs for sign-ins, and `keys`, which only collecting reads.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any

import msgspec

from chalicelib.delivery.failures import unavailable
from chalicelib.errors import Unavailable

_MISSING = "ParameterNotFound"


class Endpoint(msgspec.Struct, frozen=True):
    """Where a CloudStack installation is.

    Attributes:
        endpoint: URL of its API, ending in `/client/api`.
        name: how people call it.
        collect_from: first local day whose usage is collected.
        time_zone: its `usage.aggregation.timezone`.
        signature: `HmacSHA1` or `HmacSHA512`.
        aggregation_minutes: its `usage.stats.job.aggregation.range`: 1440 for days, 60 for hours.
        tags: whether the tags of resources are read with their usage; CloudStack then reads all
            tags there are for every page.
        page_size: at most its `default.page.size`.
    """

    endpoint: str
    collect_from: date
    name: str = "CloudStack"
    time_zone: str = "UTC"
    signature: str = "HmacSHA1"
    aggregation_minutes: Annotated[int, msgspec.Meta(ge=1)] = 1440
    tags: bool = True
    page_size: Annotated[int, msgspec.Meta(ge=1)] = 500

    @property
    def aggregation(self) -> timedelta:
        """How long the records of a usage job are at most."""
        return timedelta(minutes=self.aggregation_minutes)


class _Keys(msgspec.Struct, frozen=True):
    api_key: str
    secret_key: str


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key pair of CloudStack; its text form hides the secret."""

    api_key: str
    secret_key: str = field(repr=False)


class Parameters:
    """Reads connections below `path`.

    Args:
        client: boto3 SSM client.
        path: such as `/stacktally/prod/connections`.
    """

    def __init__(self, client: Any, path: str) -> None:
        self._client = client
        self._path = path

    def endpoint(self, connection: str) -> Endpoint:
        """Return where `connection` is."""
        return msgspec.json.decode(self._value(f"{connection}/endpoint"), type=Endpoint)

    def keys(self, connection: str) -> KeyPair:
        """Return the key pair that `connection` is asked with."""
        keys = msgspec.json.decode(self._value(f"{connection}/keys"), type=_Keys)
        return KeyPair(keys.api_key, keys.secret_key)

    def _value(self, name: str) -> str:
        try:
            with unavailable("SSM"):
                answer = self._client.get_parameter(
                    Name=f"{self._path}/{name}", WithDecryption=True
                )
        except Unavailable as error:
            if _MISSING in str(error):
                raise Unavailable("CloudStack is not connected yet; run make connect") from None
            raise
        return str(answer["Parameter"]["Value"])
