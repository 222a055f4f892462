"""Which CloudStack a stage collects from: two parameters, of which one is secret."""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from deployment.errors import DeploymentFailed

SIGNATURES = ("HmacSHA1", "HmacSHA512")
MINUTES_OF_DAY = 1440
# It is part of keys in the tables and of the parameters' paths.
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_URL = re.compile(r"https?://\S+/client/api")


@dataclass(frozen=True, slots=True)
class Connection:
    """A CloudStack installation and the key pair the billing service has there.

    Attributes:
        id: short name of the connection, part of the parameters' path.
        name: how people call it.
        endpoint: the URL that ends in /client/api.
        collect_from: the first day to collect, YYYY-MM-DD.
        time_zone: the zone of the usage server's aggregation days.
        signature: HmacSHA1, or HmacSHA512 where the installation wants it.
        aggregation_minutes: its `usage.stats.job.aggregation.range`: 1440 for days, 60 for hours.
        tags: whether the tags of resources are read with their usage.
        page_size: at most its `default.page.size`.

    Raises:
        DeploymentFailed: a value makes no sense.
    """

    id: str
    name: str
    endpoint: str
    collect_from: str
    api_key: str
    secret_key: str
    time_zone: str = "UTC"
    signature: str = "HmacSHA1"
    aggregation_minutes: int = MINUTES_OF_DAY
    tags: bool = True
    page_size: int = 500

    def __post_init__(self) -> None:
        """Refuse what nothing could be collected with."""
        checks = (
            (_ID.fullmatch(self.id), f"its id is not made of a-z, 0-9 and dashes: {self.id!r}"),
            (self.name.strip(), "it has no name"),
            (_URL.fullmatch(self.endpoint), f"no URL that ends in /client/api: {self.endpoint!r}"),
            (_is_day(self.collect_from), f"no day YYYY-MM-DD: {self.collect_from!r}"),
            (_is_zone(self.time_zone), f"unknown time zone {self.time_zone!r}"),
            (self.signature in SIGNATURES, f"unknown signature {self.signature!r}"),
            (
                1 <= self.aggregation_minutes <= MINUTES_OF_DAY,
                f"no 1 to {MINUTES_OF_DAY} minutes of aggregation: {self.aggregation_minutes!r}",
            ),
            (self.page_size > 0, f"no page size: {self.page_size!r}"),
            (self.api_key.strip() and self.secret_key.strip(), "a key is empty"),
        )
        for is_right, otherwise in checks:
            if not is_right:
                raise DeploymentFailed(otherwise)


def write_connection(ssm: Any, stage: str, connection: Connection) -> None:
    """Store the connection for `stage`; the key pair as a SecureString."""
    path = f"/stacktally/{stage}/connections/{connection.id}"
    open_part = {
        "endpoint": connection.endpoint,
        "name": connection.name,
        "collect_from": connection.collect_from,
        "time_zone": connection.time_zone,
        "signature": connection.signature,
        "aggregation_minutes": connection.aggregation_minutes,
        "tags": connection.tags,
        "page_size": connection.page_size,
    }
    secret_part = {"api_key": connection.api_key, "secret_key": connection.secret_key}
    # The keys go first: a connection without them would be a failed run.
    ssm.put_parameter(
        Name=f"{path}/keys", Type="SecureString", Value=json.dumps(secret_part), Overwrite=True
    )
    ssm.put_parameter(
        Name=f"{path}/endpoint", Type="String", Value=json.dumps(open_part), Overwrite=True
    )


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
