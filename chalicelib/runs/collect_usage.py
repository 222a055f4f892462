"""Reads one window of usage from CloudStack and stores what each sub account used in it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from chalicelib.metering.progress import WindowProgress
from chalicelib.metering.windows import MeteredWindow, Window, WindowMeter
from chalicelib.periods import Period, periods_touched
from chalicelib.runs.messages import RatingMessage
from chalicelib.runs.ports import Accounts, Archive, Queue, Rejects, Usage, UsageSource, Windows


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection did.

    Attributes:
        records: rows read; rejects and copies are among them.
        written: rows of the usage and rejects tables that changed.
        ratings: ratings asked for.
    """

    records: int
    rejects: int
    copies: int
    pages: int
    written: int
    ratings: int


def collect_usage(
    window: Window,
    *,
    first: datetime,
    source: UsageSource,
    archive: Archive,
    usage: Usage,
    rejects: Rejects,
    accounts: Accounts,
    windows: Windows,
    ratings: Queue,
) -> Collected:
    """Collect `window`; return what was read and written.

    Safe to repeat, and to stop anywhere: everything stored is made of what CloudStack sent and
    nothing else, so a second run writes the same or nothing. Ratings are asked for until that
    is noted, so none is lost.

    Args:
        first: start of the first window of the connection.

    Raises:
        Unavailable: CloudStack or a queue failed; nothing is lost, run it again.
    """
    before = windows.window(window)
    if before is not None and _is_unchanged(before, source):
        return Collected(before.records, before.rejects, before.copies, 0, 0, 0)
    archived = set(before.archived) if before else set()
    meter, pages = WindowMeter(window), []
    for page in source.usage_pages(window.period):
        digest = blake2b(page.body, digest_size=16).hexdigest()
        if digest not in archived:
            archive.put(window, digest, page.body)
        pages.append(digest)
        meter.add(page.rows)
        for row in page.unreadable:
            meter.add_unreadable(row)
    metered = meter.metered()
    written = 0
    if before is None or before.digest != metered.digest:
        accounts.remember(metered.sub_accounts, only_unknown=True)
        written = _store(window, metered, usage) + rejects.replace(window, metered.rejects)
        windows.mark_complete(window, metered, pages)
    asked = 0
    if before is None or before.announced != metered.digest:
        reached = windows.advance(window.connection, first)
        asked = _ask_for_ratings(window, reached, accounts, ratings)
        windows.mark_announced(window, metered.digest)
    return Collected(metered.records, metered.rejected, metered.copies, len(pages), written, asked)


def _is_unchanged(before: WindowProgress, source: UsageSource) -> bool:
    """Tell whether a window that was settled has as many records as it had.

    CloudStack only ever appends to a past window, so a late record shows in the count, and a
    second look at a day without any costs one row instead of all of them.
    """
    settled = before.digest is not None and before.announced == before.digest
    return settled and source.usage_count(before.window.period) == before.records


def _store(window: Window, metered: MeteredWindow, usage: Usage) -> int:
    """Store the usage that differs from what is stored; return of how many sub accounts."""
    stored = usage.digests(window, list(metered.usage))
    return sum(
        usage.put(window, sub_account, packed)
        for sub_account, packed in metered.usage.items()
        if stored.get(sub_account) != packed.digest
    )


def _ask_for_ratings(window: Window, reached: datetime, accounts: Accounts, ratings: Queue) -> int:
    """Queue a rating for every period that this window, or a gap it closed, reaches into.

    Accounts without usage in the window are rated too: their figures are now as of later.
    """
    span = Period(window.period.start, max(window.period.end, reached))
    messages = [
        RatingMessage(account.id, period.id)
        for account in accounts.all()
        if window.connection in account.connections
        for period in periods_touched(span, account.terms.time_zone)
    ]
    ratings.put_all(messages)
    return len(messages)
