"""Collecting, with everything it needs from the wiring."""

from collections.abc import Callable
from datetime import UTC, datetime

from chalicelib.delivery.archive import Archive
from chalicelib.delivery.parameters import Endpoint
from chalicelib.periods import local_day, time_zone_named
from chalicelib.runs.collect_usage import collect_part, collect_usage, replay
from chalicelib.runs.collection import Collected, Collection
from chalicelib.runs.messages import WindowMessage
from chalicelib.runs.plan_collection import Planned, Schedule, plan_collection
from chalicelib.wiring import Wiring


def plan(wired: Wiring, connection: str, now: datetime) -> Planned:
    """Plan the collection of one connection."""
    endpoint = wired.parameters.endpoint(connection)
    schedule = Schedule(
        connection,
        endpoint.collect_from,
        endpoint.time_zone,
        endpoint.aggregation,
        wired.settings.late_days,
    )
    with wired.cloudstack.source(connection) as source:
        return plan_collection(
            schedule,
            source=source,
            accounts=wired.accounts,
            catalogues=wired.catalogues,
            quota_tariffs=wired.quota_tariffs,
            windows=wired.windows,
            reviews=wired.reviews,
            queue=wired.windows_queue,
            now=now,
        )


def collect(
    wired: Wiring, message: WindowMessage, archive: Archive, has_time: Callable[[], bool]
) -> Collected:
    """Collect one window, one part of it, or meter it anew from the archive."""
    window = message.window
    endpoint = wired.parameters.endpoint(window.connection)
    with wired.cloudstack.source(window.connection) as source:
        collection = Collection(
            first=_first_instant(endpoint),
            aggregation=endpoint.aggregation,
            source=source,
            archive=archive,
            usage=wired.usage,
            reviews=wired.reviews,
            accounts=wired.accounts,
            windows=wired.windows,
            parts=wired.parts,
            queue=wired.windows_queue,
            ratings=wired.accounts_queue,
            has_time=has_time,
        )
        if message.part is not None:
            return collect_part(window, message.part, collection)
        return (replay if message.replay else collect_usage)(window, collection)


def _first_instant(endpoint: Endpoint) -> datetime:
    return local_day(endpoint.collect_from, time_zone_named(endpoint.time_zone)).astimezone(UTC)
