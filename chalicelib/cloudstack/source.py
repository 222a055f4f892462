"""One CloudStack installation as billing sees it: its accounts, its usage, how far it is."""

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.accounts import SubAccount, domain_path
from chalicelib.cloudstack.client import CloudStackClient
from chalicelib.cloudstack.quota import quota_tariffs
from chalicelib.cloudstack.usage import UsageQuery
from chalicelib.errors import CloudStackFailed, CloudStackRefused, CloudStackUnavailable
from chalicelib.metering.catalogue import Catalogue, Kind, Named, Offered
from chalicelib.metering.pages import UsagePage
from chalicelib.metering.records import instant
from chalicelib.periods import Period
from chalicelib.rating.quota_tariffs import QuotaTariff

# What lists the things that usage records give only ids of. The filter `all` of templates is the
# root admin's; without it nothing at all is listed.
_NAMED_BY: tuple[tuple[str, Kind, Offered, dict[str, str]], ...] = (
    ("listZones", "zone", "", {}),
    ("listServiceOfferings", "offering", "machines", {}),
    ("listDiskOfferings", "offering", "volumes", {}),
    ("listNetworkOfferings", "offering", "networks", {}),
    ("listTemplates", "template", "", {"templatefilter": "all"}),
)
_SIZE = ("cpunumber", "cpuspeed", "memory")


class CloudStackSource:
    """Reads one CloudStack installation with the operator's keys."""

    def __init__(self, client: CloudStackClient, connection: str, *, tags: bool = True) -> None:
        self._client = client
        self._connection = connection
        self._tags = tags

    def _query(self, period: Period) -> UsageQuery:
        return self._client.usage(period, tags=self._tags)

    def usage_pages(
        self, period: Period, first: int = 1, last: int | None = None
    ) -> Generator[UsagePage]:
        """Yield the pages of usage records inside `period`, from number `first` to `last`."""
        return self._query(period).pages(first, last)

    def usage_count(self, period: Period) -> int | None:
        """Return how many usage records lie inside `period`; None where CloudStack cannot tell.

        Versions 4.13 and 4.14 count the rows of the answer instead (CloudStack PR 4193), and any
        version fails when it cannot show the row that it is asked for with the count.
        """
        try:
            counted = self._query(period).count()
        except CloudStackFailed:
            return None
        return counted if counted > 1 else None

    def version(self) -> str | None:
        """Return the version CloudStack says it is; None where it will not tell."""
        try:
            body = self._client.call("listCapabilities")
            answer = msgspec.json.decode(body, type=dict[str, dict[str, dict[str, Any]]])
            return str(answer["listcapabilitiesresponse"]["capability"]["cloudstackversion"])
        except (CloudStackRefused, msgspec.DecodeError, KeyError):
            return None

    def newest_usage(self) -> datetime | None:
        """Return the end of the last period that CloudStack's usage job has covered.

        None where CloudStack will not tell: before 4.17, or without the permission.
        """
        try:
            body = self._client.call("listUsageServerMetrics")
        except CloudStackRefused:
            return None
        try:
            answer = msgspec.json.decode(body, type=dict[str, dict[str, Any]])
            metrics = answer["listusageservermetricsresponse"]["usageMetrics"]
            return instant(str(metrics["lastsuccessfuljob"])) + timedelta(seconds=1)
        except (msgspec.DecodeError, KeyError, TypeError, ValueError):
            raise CloudStackUnavailable("CloudStack did not tell how far its usage is") from None

    def sub_accounts(self) -> list[SubAccount]:
        """Return every account and project of the installation."""
        paths = {
            row["id"]: domain_path(str(row.get("path", "")))
            for row in self._client.list("listDomains", listall="true")
        }
        accounts = self._client.list("listAccounts", listall="true")
        projects = self._client.list("listProjects", listall="true")
        return [_account(row, self._connection, paths) for row in accounts] + [
            _project(row, self._connection, paths) for row in projects
        ]

    def catalogue(self) -> Catalogue:
        """Return the names of the offerings, zones and templates that CloudStack lists.

        A name is nice to have, so a command it refuses is skipped, and one that fails ends it:
        what has been listed until then is returned.
        """
        found: dict[str, Named] = {}
        for command, kind, offered, params in _NAMED_BY:
            try:
                found.update(_named(kind, offered, self._client.list(command, **params)))
            except CloudStackRefused:
                continue
            except CloudStackUnavailable:
                break
        return Catalogue(found)

    def quota_tariffs(self) -> list[QuotaTariff] | None:
        """Return the tariffs of the Quota plugin; None where CloudStack will not tell.

        It is switched off, the key may not list them, or CloudStack fails at it: nothing that
        collecting usage has to stop for.
        """
        try:
            return quota_tariffs(self._client)
        except (CloudStackRefused, CloudStackUnavailable):
            return None


def _named(kind: Kind, offered: Offered, rows: list[dict[str, Any]]) -> Iterator[tuple[str, Named]]:
    for row in rows:
        if "id" in row and "name" in row:
            size = _size(row) if offered == "machines" else None
            named = Named(kind, str(row["name"]), _storage_tags(kind, row), offered, size)
            yield str(row["id"]), named


def _size(row: dict[str, Any]) -> tuple[int, int, int] | None:
    """Return the size that an offering gives its machines; None where they choose their own."""
    told = [row.get(name) for name in _SIZE]
    vcpus, mhz, memory = (each if type(each) is int and each > 0 else 0 for each in told)
    return (vcpus, mhz, memory) if vcpus and mhz and memory else None


def _storage_tags(kind: Kind, row: dict[str, Any]) -> tuple[str, ...]:
    """Return the storage tags of an offering, which CloudStack writes with commas between them.

    A disk offering calls them `tags`, a service offering `storagetags` or, long ago, `tags` too.
    """
    told = row.get("storagetags", row.get("tags"))
    if kind != "offering" or not isinstance(told, str):
        return ()
    return tuple(sorted(filter(None, (tag.strip() for tag in told.split(",")))))


def _account(row: dict[str, Any], connection: str, paths: dict[str, str]) -> SubAccount:
    return SubAccount(
        id=str(row["id"]),
        connection=connection,
        kind="account",
        name=str(row["name"]),
        domain=paths.get(row.get("domainid", ""), "/"),
        state=str(row.get("state", "unknown")).lower(),
    )


def _project(row: dict[str, Any], connection: str, paths: dict[str, str]) -> SubAccount:
    owners = [str(owner.get("account", "")) for owner in row.get("owner", [])]
    return SubAccount(
        id=str(row["id"]),
        connection=connection,
        kind="project",
        name=str(row["name"]),
        domain=paths.get(row.get("domainid", ""), "/"),
        state=str(row.get("state", "unknown")).lower(),
        owner=next((owner for owner in owners if owner), ""),
    )
