"""The windows table: what has been collected of each connection, and how far."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.metering.progress import (
    ConnectionProgress,
    State,
    Window,
    WindowProgress,
)
from chalicelib.periods import Period, instant_text
from chalicelib.tables.attributes import (
    CountAttribute,
    Document,
    InstantAttribute,
    digests_packed,
    digests_unpacked,
    saved,
    updated,
)

_WINDOW = "window#"
_STATE = "state"
_CHANGING = "changing"


class WindowDocument(Document):
    """A window; pk is the connection, sk `window#<start>`."""

    class Meta:
        suffix = "windows"
        table_name = suffix

    end = InstantAttribute()
    state = UnicodeAttribute()
    digest = UnicodeAttribute(null=True)
    answered = CountAttribute(default=0)
    records = CountAttribute(default=0)
    copies = CountAttribute(default=0)
    rejects = CountAttribute(default=0)
    holds = CountAttribute(default=0)
    refused = CountAttribute(default=0)
    lost = CountAttribute(default=0)
    sub_accounts = CountAttribute(default=0)
    pages = CountAttribute(default=0)
    archived = BinaryAttribute(legacy_encoding=False, default=b"")
    announced = UnicodeAttribute(null=True)
    parts = CountAttribute(default=0)
    parts_done = CountAttribute(default=0)
    error = UnicodeAttribute(null=True)
    error_at = InstantAttribute(null=True)


class ConnectionDocument(Document):
    """How far a connection is; pk is the connection, sk `state`."""

    class Meta:
        suffix = "windows"
        table_name = suffix

    complete_up_to = InstantAttribute(null=True)
    newest_seen = InstantAttribute(null=True)
    version = UnicodeAttribute(null=True)
    error = UnicodeAttribute(null=True)
    error_at = InstantAttribute(null=True)
    error_window = InstantAttribute(null=True)


class WindowsTable:
    """Windows by connection, and the state of each connection."""

    def connection(self, connection: str) -> ConnectionProgress:
        """Return how far a connection is; all None before its first collection."""
        try:
            found = ConnectionDocument.get(connection, _STATE, consistent_read=True)
        except DoesNotExist:
            return ConnectionProgress(connection)
        return ConnectionProgress(
            connection,
            found.complete_up_to,
            found.newest_seen,
            found.version,
            found.error,
            found.error_at,
            found.error_window,
        )

    def window(self, window: Window) -> WindowProgress | None:
        """Return what is known of one window."""
        key = (window.connection, _sort_key(window.period.start))
        try:
            return _window_progress(WindowDocument.get(*key, consistent_read=True))
        except DoesNotExist:
            return None

    def windows(
        self,
        connection: str,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        newest_first: bool = False,
    ) -> Iterator[WindowProgress]:
        """Yield the windows of a connection that start from `since` on and before `before`."""
        first = _WINDOW if since is None else _sort_key(since)
        last = _WINDOW + "~" if before is None else _sort_key(before)
        rows = WindowDocument.query(
            connection,
            WindowDocument.sk.between(first, last),
            consistent_read=True,
            scan_index_forward=not newest_first,
        )
        return (_window_progress(row) for row in rows if row.sk != last)

    def mark_waiting(self, window: Window) -> bool:
        """Record that a window is to be collected; tell whether that is news."""
        row = _window_row(window, state="waiting")
        return saved(row, WindowDocument.pk.does_not_exist())

    def mark_failed(self, window: Window, message: str, at: datetime) -> None:
        """Record why a window could not be collected; a complete one stays complete."""
        actions = [
            WindowDocument.end.set(window.period.end),
            WindowDocument.state.set("failed"),
            WindowDocument.error.set(message),
            WindowDocument.error_at.set(at),
        ]
        row = WindowDocument(window.connection, _sort_key(window.period.start))
        updated(row, actions, WindowDocument.state != "complete")
        self.note_error(window.connection, message, at, window.period.start)

    def mark_complete(self, progress: WindowProgress) -> None:
        """Record what a window held, and that nothing of it is left to be read."""
        row = _window_row(
            progress.window,
            state="complete",
            digest=progress.digest,
            answered=progress.answered,
            records=progress.records,
            copies=progress.copies,
            rejects=progress.rejects,
            holds=progress.holds,
            refused=progress.refused,
            lost=progress.lost,
            sub_accounts=progress.sub_accounts,
            pages=progress.pages,
            archived=digests_packed(progress.archived),
            announced=progress.announced,
        )
        row.save()

    def mark_announced(self, window: Window, digest: str) -> None:
        """Record that ratings were asked for what the window held at `digest`."""
        row = WindowDocument(window.connection, _sort_key(window.period.start))
        actions = [WindowDocument.announced.set(digest)]
        updated(row, actions, WindowDocument.digest == digest)

    def mark_changing(self, window: Window) -> None:
        """Record that usage of a complete window is about to change, and ratings to be owed."""
        row = WindowDocument(window.connection, _sort_key(window.period.start))
        updated(row, [WindowDocument.announced.set(_CHANGING)], WindowDocument.announced.exists())

    def note_parts(self, window: Window, parts: int, done: int) -> None:
        """Record in how many parts a window is read, and how many of them have been."""
        row = WindowDocument(window.connection, _sort_key(window.period.start))
        actions = [
            WindowDocument.end.set(window.period.end),
            WindowDocument.state.set("collecting"),
            WindowDocument.parts.set(parts),
            WindowDocument.parts_done.set(done),
            WindowDocument.error.remove(),
            WindowDocument.error_at.remove(),
        ]
        same = (
            (WindowDocument.state == "collecting")
            & (WindowDocument.parts == parts)
            & (WindowDocument.parts_done == done)
        )
        updated(row, actions, WindowDocument.parts.does_not_exist() | ~same)

    def advance(self, connection: str, first: datetime) -> datetime:
        """Return up to when `connection` has been collected without a gap, and record it.

        Args:
            first: start of the first window there is.
        """
        before = self.connection(connection).complete_up_to
        reached = before or first
        for progress in self.windows(connection, since=reached):
            period = progress.window.period
            if progress.digest is None or period.start > reached:
                break
            reached = max(reached, period.end)
        if reached != (before or first):
            stored = ConnectionDocument.complete_up_to
            behind = stored.does_not_exist() | (stored < reached)
            updated(ConnectionDocument(connection, _STATE), [stored.set(reached)], behind)
        return reached

    def note_newest(self, connection: str, at: datetime, version: str | None) -> None:
        """Record the end of CloudStack's newest usage job, and that CloudStack answers again."""
        row = ConnectionDocument(connection, _STATE)
        actions = [
            ConnectionDocument.newest_seen.set(at),
            ConnectionDocument.error.remove(),
            ConnectionDocument.error_at.remove(),
            ConnectionDocument.error_window.remove(),
        ]
        stored, told = ConnectionDocument.newest_seen, ConnectionDocument.version
        changed = stored.does_not_exist() | (stored != at) | ConnectionDocument.error.exists()
        if version is not None:
            actions.append(told.set(version))
            changed = changed | told.does_not_exist() | (told != version)
        updated(row, actions, changed)

    def note_error(
        self, connection: str, message: str, at: datetime, window: datetime | None = None
    ) -> None:
        """Record the last thing that went wrong with a connection."""
        where = ConnectionDocument.error_window
        actions = [
            ConnectionDocument.error.set(message),
            ConnectionDocument.error_at.set(at),
            where.remove() if window is None else where.set(window),
        ]
        updated(ConnectionDocument(connection, _STATE), actions, None)


def _sort_key(start: datetime) -> str:
    return _WINDOW + instant_text(start)


def _window_row(window: Window, **attributes: Any) -> WindowDocument:
    start = _sort_key(window.period.start)
    return WindowDocument(window.connection, start, end=window.period.end, **attributes)


def _window_progress(row: WindowDocument) -> WindowProgress:
    start = datetime.fromisoformat(row.sk.removeprefix(_WINDOW))
    return WindowProgress(
        window=Window(row.pk, Period(start, row.end)),
        state=cast(State, row.state),
        digest=row.digest,
        answered=row.answered,
        records=row.records,
        copies=row.copies,
        rejects=row.rejects,
        holds=row.holds,
        refused=row.refused,
        lost=row.lost,
        sub_accounts=row.sub_accounts,
        pages=row.pages,
        archived=digests_unpacked(row.archived),
        announced=row.announced,
        parts=row.parts,
        parts_done=row.parts_done,
        error=row.error,
    )
