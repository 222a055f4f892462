"""What a person may choose for `make run`: the environment first, then the file .env."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from deployment.connections import Connection
from deployment.errors import DeploymentFailed
from deployment.packaging import PROJECT
from local.errors import LocalCloudFailed

CLOUDSTACK = ("CLOUDSTACK_ENDPOINT", "CLOUDSTACK_API_KEY", "CLOUDSTACK_SECRET_KEY")
DEFAULT_PORT = 8000
# The id that the template's parameter Connections names by default.
CONNECTION = "main"
HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run.

    Attributes:
        port: of the one origin on loopback; 0 for a free one.
        fresh: forget what earlier runs left.
        folder: where logs and state are kept.
        cloudstack: a CloudStack to bill; None for the simulator.
    """

    port: int = DEFAULT_PORT
    fresh: bool = False
    folder: Path = PROJECT / ".local"
    cloudstack: Connection | None = None

    @property
    def state_folder(self) -> Path:
        """Where the cloud's state is; each CloudStack has its own."""
        if self.cloudstack is None:
            return self.folder / "sample"
        digest = hashlib.sha256(self.cloudstack.endpoint.encode()).hexdigest()
        return self.folder / f"own-{digest[:8]}"


def read_settings(environment: Mapping[str, str], folder: Path = PROJECT) -> Settings:
    """Return the settings of `environment`, completed from `folder`/.env.

    Raises:
        LocalCloudFailed: a value makes no sense.
    """
    file = folder / ".env"
    # make passes on as empty what was not given, and that must not hide what .env says.
    given_now = {name: value for name, value in environment.items() if value}
    values = (read_env_file(file.read_text()) if file.exists() else {}) | given_now
    given = values.get("PORT") or str(DEFAULT_PORT)
    if not given.isdecimal() or int(given) > HIGHEST_PORT:
        raise LocalCloudFailed(f"PORT must be a number up to {HIGHEST_PORT}, not {given!r}")
    settings = Settings(int(given), values.get("FRESH", "0") not in ("", "0"))
    return replace(settings, cloudstack=_own_cloudstack(values))


def read_env_file(text: str) -> dict[str, str]:
    """Return the values of a .env file.

    >>> read_env_file("# keys\\nexport PORT=9000\\nNAME='a b'\\n")
    {'PORT': '9000', 'NAME': 'a b'}
    """
    values = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            values[name.strip()] = value.strip().strip("\"'")
    return values


def first_day_to_collect(today: date) -> date:
    """Return a day from which the two months before this one are complete in every time zone.

    >>> first_day_to_collect(date(2026, 11, 23))
    datetime.date(2026, 8, 31)
    """
    return month_before(today, 2) - timedelta(days=1)


def month_before(today: date, months: int) -> date:
    """Return the first day of the month that many months before the one of `today`.

    >>> month_before(date(2026, 2, 10), 3)
    datetime.date(2025, 11, 1)
    """
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)


def process_environment() -> dict[str, str]:
    """Return what a child process needs of ours: no credentials, no settings."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _own_cloudstack(values: Mapping[str, str]) -> Connection | None:
    given = [name for name in CLOUDSTACK if values.get(name)]
    if not given:
        return None
    missing = ", ".join(name for name in CLOUDSTACK if name not in given)
    if missing:
        raise LocalCloudFailed(f"{given[0]} is set but {missing} is not; set all three or none")
    endpoint, api_key, secret_key = (values[name] for name in CLOUDSTACK)
    if not endpoint.startswith(("http://", "https://")):
        raise LocalCloudFailed("CLOUDSTACK_ENDPOINT must be a URL that ends in /client/api")
    try:
        return Connection(
            id=CONNECTION,
            name=values.get("CLOUDSTACK_NAME") or "CloudStack",
            endpoint=endpoint,
            collect_from=first_day_to_collect(datetime.now(UTC).date()).isoformat(),
            time_zone=values.get("CLOUDSTACK_TIME_ZONE") or "UTC",
            signature=values.get("CLOUDSTACK_SIGNATURE") or "HmacSHA1",
            aggregation_minutes=_whole(values, "CLOUDSTACK_AGGREGATION", 1440),
            tags=values.get("CLOUDSTACK_TAGS", "on") != "off",
            page_size=_whole(values, "CLOUDSTACK_PAGE_SIZE", 500),
            api_key=api_key,
            secret_key=secret_key,
        )
    except DeploymentFailed as error:
        raise LocalCloudFailed(f"CloudStack cannot be connected: {error}") from None


def _whole(values: Mapping[str, str], name: str, default: int) -> int:
    given = values.get(name) or str(default)
    if not given.isdecimal():
        raise LocalCloudFailed(f"{name} must be a whole number, not {given!r}")
    return int(given)
