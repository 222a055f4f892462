"""The parts of large windows, in the windows table: how far each range of pages has been read."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.metering.progress import PartProgress, Window
from chalicelib.periods import Period, instant_text
from chalicelib.tables.attributes import (
    CountAttribute,
    Document,
    InstantAttribute,
    digests_packed,
    digests_unpacked,
    saved,
)

_PART = "part#"


class PartDocument(Document):
    """A range of pages being read; pk is the connection, sk `part#<window start>#<number>`."""

    class Meta:
        suffix = "windows"
        table_name = suffix

    end = InstantAttribute()
    first_page = CountAttribute()
    last_page = CountAttribute(null=True)
    next_page = CountAttribute()
    rows = CountAttribute(default=0)
    archived = BinaryAttribute(legacy_encoding=False, default=b"")
    done = UnicodeAttribute(null=True)


class PartsTable:
    """Parts of windows that are being read."""

    def of(self, window: Window) -> list[PartProgress]:
        """Return how far each part of a window is, in order."""
        rows = PartDocument.query(
            window.connection, PartDocument.sk.startswith(_prefix(window)), consistent_read=True
        )
        return [_progress(row) for row in rows]

    def get(self, window: Window, number: int) -> PartProgress | None:
        """Return how far one part is; None where no such part is being read."""
        try:
            row = PartDocument.get(window.connection, _key(window, number), consistent_read=True)
        except DoesNotExist:
            return None
        return _progress(row)

    def begin(self, parts: Sequence[PartProgress]) -> None:
        """Record what is to be read; parts that have begun are left as they are."""
        for part in parts:
            saved(_row(part), PartDocument.pk.does_not_exist())

    def save(self, part: PartProgress) -> bool:
        """Record how far a part is; tell whether nobody else was further."""
        behind = PartDocument.pk.exists() & (PartDocument.next_page <= part.next_page)
        return saved(_row(part), behind & PartDocument.done.does_not_exist())

    def end(self, window: Window) -> None:
        """Forget the parts of a window: it has been metered."""
        for part in self.of(window):
            PartDocument(window.connection, _key(window, part.number)).delete()


def _prefix(window: Window) -> str:
    return f"{_PART}{instant_text(window.period.start)}#"


def _key(window: Window, number: int) -> str:
    return f"{_prefix(window)}{number:05}"


def _row(part: PartProgress) -> PartDocument:
    return PartDocument(
        part.window.connection,
        _key(part.window, part.number),
        end=part.window.period.end,
        first_page=part.first_page,
        last_page=part.last_page,
        next_page=part.next_page,
        rows=part.rows,
        archived=digests_packed(part.archived),
        done="yes" if part.is_done else None,
    )


def _progress(row: PartDocument) -> PartProgress:
    start, number = row.sk.removeprefix(_PART).split("#")
    return PartProgress(
        window=Window(row.pk, Period(datetime.fromisoformat(start), row.end)),
        number=int(number),
        first_page=row.first_page,
        last_page=row.last_page,
        next_page=row.next_page,
        rows=row.rows,
        archived=digests_unpacked(row.archived),
        is_done=row.done is not None,
    )
