"""The windows table: what has been collected of each connection, and how far."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.metering.progress import ConnectionProgress, State, WindowProgress
from chalicelib.metering.windows import MeteredWindow, Window
from chalicelib.periods import Period, instant_text
from chalicelib.tables.attributes import (
    CountAttribute,
    Document,
    InstantAttribute,
    saved,
    updated,
)

_WINDOW = "window#"
_STATE = "state"


class WindowDocument(Document):
    """A window; pk is the connection, sk `window#<start>`."""

    class Meta:
        suffix = "windows"
        table_name = suffix

    end = InstantAttribute()
    state = UnicodeAttribute()
    digest = UnicodeAttribute(null=True)
    records = CountAttribute(default=0)
    copies = CountAttribute(default=0)
    rejects = CountAttribute(default=0)
    sub_accounts = CountAttribute(default=0)
    archived = UnicodeAttribute(default="[]")
    announced = UnicodeAttribute(null=True)
    error = UnicodeAttribute(null=True)
    error_at = InstantAttribute(null=True)


class ConnectionDocument(Document):
    """How far a connection is; pk is the connection, sk `state`."""

    class Meta:
        suffix = "windows"
        table_name = suffix

    complete_up_to = InstantAttribute(null=True)
    newest_seen = InstantAttribute(null=True)
    error = UnicodeAttribute(null=True)
    error_at = InstantAttribute(null=True)


class WindowsTable:
    """Windows by connection, and the state of each connection."""

    def connection(self, connection: str) -> ConnectionProgress:
        """Return how far a connection is; all None before its first collection."""
        try:
            found = ConnectionDocument.get(connection, _STATE, consistent_read=True)
        except DoesNotExist:
            return ConnectionProgress(connection)
        return ConnectionProgress(
            connection, found.complete_up_to, found.newest_seen, found.error, found.error_at
        )

    def window(self, window: Window) -> WindowProgress | None:
        """Return what is known of one window."""
        key = (window.connection, _sort_key(window.period.start))
        try:
            return _window_progress(WindowDocument.get(*key, consistent_read=True))
        except DoesNotExist:
            return None

    def windows(
        self, connection: str, *, since: datetime | None = None, newest_first: bool = False
    ) -> Iterator[WindowProgress]:
        """Yield the windows of a connection by their start."""
        first = _WINDOW if since is None else _sort_key(since)
        key = WindowDocument.sk.between(first, _WINDOW + "~")
        rows = WindowDocument.query(
            connection, key, consistent_read=True, scan_index_forward=not newest_first
        )
        return (_window_progress(row) for row in rows)

    def mark_waiting(self, window: Window) -> bool:
        """Record that a window is to be collected; tell whether that is news."""
        row = WindowDocument(
            window.connection,
            _sort_key(window.period.start),
            end=window.period.end,
            state="waiting",
        )
        return saved(row, WindowDocument.pk.does_not_exist())

    def mark_failed(self, window: Window, message: str, at: datetime) -> None:
        """Record why a window could not be collected; a complete one stays complete."""
        row = WindowDocument(window.connection, _sort_key(window.period.start))
        actions = [
            WindowDocument.end.set(window.period.end),
            WindowDocument.state.set("failed"),
            WindowDocument.error.set(message),
            WindowDocument.error_at.set(at),
        ]
        updated(row, actions, WindowDocument.state != "complete")
        self.note_error(window.connection, message, at)

    def mark_complete(self, window: Window, metered: MeteredWindow, pages: Sequence[str]) -> bool:
        """Record what a window held; tell whether that is news.

        Args:
            pages: digests of its pages, in order.
        """
        row = WindowDocument(
            window.connection,
            _sort_key(window.period.start),
            end=window.period.end,
            state="complete",
            digest=metered.digest,
            records=metered.records,
            copies=metered.copies,
            rejects=metered.rejected,
            sub_accounts=len(metered.usage),
            archived=json.dumps(list(pages)),
        )
        new = WindowDocument.pk.does_not_exist() | WindowDocument.digest.does_not_exist()
        return saved(row, new | (WindowDocument.digest != metered.digest))

    def mark_announced(self, window: Window, digest: str) -> None:
        """Record that ratings were asked for what the window held at `digest`."""
        row = WindowDocument(window.connection, _sort_key(window.period.start))
        actions = [WindowDocument.announced.set(digest)]
        updated(row, actions, WindowDocument.digest == digest)

    def advance(self, connection: str, first: datetime) -> datetime:
        """Return up to when `connection` has been collected without a gap, and record it.

        Args:
            first: start of the first window there is.
        """
        before = self.connection(connection).complete_up_to
        reached = before or first
        for progress in self.windows(connection, since=reached):
            period = progress.window.period
            if progress.state != "complete" or period.start > reached:
                break
            reached = max(reached, period.end)
        if reached != (before or first):
            stored = ConnectionDocument.complete_up_to
            behind = stored.does_not_exist() | (stored < reached)
            updated(ConnectionDocument(connection, _STATE), [stored.set(reached)], behind)
        return reached

    def note_newest(self, connection: str, at: datetime) -> None:
        """Record the end of CloudStack's newest usage job, and that CloudStack answers again."""
        row = ConnectionDocument(connection, _STATE)
        actions = [
            ConnectionDocument.newest_seen.set(at),
            ConnectionDocument.error.remove(),
            ConnectionDocument.error_at.remove(),
        ]
        stored = ConnectionDocument.newest_seen
        changed = stored.does_not_exist() | (stored != at) | ConnectionDocument.error.exists()
        updated(row, actions, changed)

    def note_error(self, connection: str, message: str, at: datetime) -> None:
        """Record the last thing that went wrong with a connection."""
        actions = [ConnectionDocument.error.set(message), ConnectionDocument.error_at.set(at)]
        updated(ConnectionDocument(connection, _STATE), actions, None)


def _sort_key(start: datetime) -> str:
    return _WINDOW + instant_text(start)


def _window_progress(row: WindowDocument) -> WindowProgress:
    start = datetime.fromisoformat(row.sk.removeprefix(_WINDOW))
    return WindowProgress(
        window=Window(row.pk, Period(start, row.end)),
        state=cast(State, row.state),
        digest=row.digest,
        records=row.records,
        copies=row.copies,
        rejects=row.rejects,
        sub_accounts=row.sub_accounts,
        archived=tuple(json.loads(row.archived)),
        announced=row.announced,
        error=row.error,
    )
