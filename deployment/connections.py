"""Which CloudStack a stage collects from: two parameters, of which one is secret."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Connection:
    """A CloudStack installation and the key pair the billing service has there.

    Attributes:
        id: short name of the connection, part of the parameters' path.
        endpoint: the URL that ends in /client/api.
        collect_from: the first day to collect, YYYY-MM-DD.
        time_zone: the zone of the usage server's aggregation days.
        signature: HmacSHA1, or HmacSHA512 where the installation wants it.
    """

    id: str
    name: str
    endpoint: str
    collect_from: str
    api_key: str
    secret_key: str
    time_zone: str = "UTC"
    signature: str = "HmacSHA1"


def write_connection(ssm: Any, stage: str, connection: Connection) -> None:
    """Store the connection for `stage`; the key pair as a SecureString."""
    path = f"/stacktally/{stage}/connections/{connection.id}"
    open_part = {
        "endpoint": connection.endpoint,
        "name": connection.name,
        "collect_from": connection.collect_from,
        "time_zone": connection.time_zone,
        "signature": connection.signature,
    }
    secret_part = {"api_key": connection.api_key, "secret_key": connection.secret_key}
    # The keys go first: a connection without them would be a failed run.
    ssm.put_parameter(
        Name=f"{path}/keys", Type="SecureString", Value=json.dumps(secret_part), Overwrite=True
    )
    ssm.put_parameter(
        Name=f"{path}/endpoint", Type="String", Value=json.dumps(open_part), Overwrite=True
    )
