"""Finds out which windows of a connection are to be collected, and asks for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.metering.progress import Window, WindowProgress
from chalicelib.periods import Period, local_day, time_zone_named
from chalicelib.runs.decide import carry_out
from chalicelib.runs.messages import WindowMessage
from chalicelib.runs.ports import (
    Accounts,
    Catalogues,
    Queue,
    QuotaPlans,
    Reviews,
    UsageSource,
    Windows,
)

# CloudStack's usage job runs at 00:15 and takes a while. Where it does not tell how far it is,
# a day is taken for complete that long after its end.
_USUAL_LAG = timedelta(hours=6)
_DAY = timedelta(days=1)
_SHORTEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What of a connection is collected.

    Attributes:
        collect_from: first local day.
        time_zone: in which CloudStack's usage days begin (`usage.aggregation.timezone`).
        aggregation: how long the records of a usage job are (`usage.stats.job.aggregation.range`).
        late_days: complete windows of so many days are looked at again, once a day.
    """

    connection: str
    collect_from: date
    time_zone: str
    aggregation: timedelta
    late_days: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What was asked for.

    Attributes:
        new: windows never collected yet.
        again: complete windows to be looked at for late usage records.
    """

    accounts_changed: int
    new: int
    again: int


def plan_collection(
    schedule: Schedule,
    *,
    source: UsageSource,
    accounts: Accounts,
    catalogues: Catalogues,
    quota_tariffs: QuotaPlans,
    windows: Windows,
    reviews: Reviews,
    queue: Queue,
    now: datetime,
) -> Planned:
    """Queue every window that is due; return how many.

    Safe to repeat: a window that is queued twice is collected twice, with the same result. What
    CloudStack's newest job covers is noted last, so a run that dies is planned again.

    Raises:
        Unavailable: CloudStack does not answer; nothing was queued.
    """
    changed = accounts.remember(source.sub_accounts())
    newest = source.newest_usage() or now - _USUAL_LAG
    before = windows.connection(schedule.connection)
    known = {each.window: each for each in windows.windows(schedule.connection)}
    all_windows = list(_windows(schedule, newest))
    new = [window for window in all_windows if not _complete(known.get(window))]
    again: list[Window] = []
    if _is_another_day(before.newest_seen, newest, schedule):
        recent = newest - timedelta(days=schedule.late_days)
        again = [
            window
            for window in all_windows
            if _complete(known.get(window)) and window.period.end > recent
        ]
    for window in new:
        if window not in known:
            windows.mark_waiting(window)
    queue.put_all([WindowMessage.of(window) for window in new + again])
    for decision in reviews.not_carried_out(schedule.connection):
        carry_out(decision, reviews=reviews, windows=windows, queue=queue)
    if before.newest_seen != newest:
        # Once per usage job is often enough, and by now everything that matters is queued.
        catalogues.remember(schedule.connection, source.catalogue())
        tariffs = source.quota_tariffs()
        if tariffs is not None:
            quota_tariffs.remember(schedule.connection, tariffs, now)
    windows.note_newest(schedule.connection, newest, source.version())
    return Planned(changed, len(new), len(again))


def _windows(schedule: Schedule, newest: datetime) -> Iterator[Window]:
    """Yield every whole window from the first day to collect up to `newest`.

    A window is a local day; or where CloudStack's usage job covers less at a time, and a day is
    so many jobs, what one job covers, so that usage shows as soon as it has been measured.
    """
    zone = time_zone_named(schedule.time_zone)
    day, step = schedule.collect_from, schedule.aggregation
    divides = _SHORTEST <= step < _DAY and _DAY % step == timedelta(0)
    while True:
        bounds = Period(local_day(day, zone), local_day(day + _DAY, zone))
        steps = (bounds.start + number * step for number in range(1, 2 * (_DAY // step)))
        for period in bounds.split(steps) if divides else [bounds]:
            if period.end > newest:
                return
            yield Window(schedule.connection, period)
        day += _DAY


def _is_another_day(before: datetime | None, newest: datetime, schedule: Schedule) -> bool:
    """Tell whether usage has been measured into another day since the plan before.

    Late usage records are looked for once a day: hourly, so many windows would be asked for that
    CloudStack has little time left for anything else.
    """
    zone = time_zone_named(schedule.time_zone)
    return before is None or before.astimezone(zone).date() != newest.astimezone(zone).date()


def _complete(progress: WindowProgress | None) -> bool:
    return progress is not None and progress.state == "complete"
