"""What payment gateways told that could not be posted: rows of the ledger table.

    UnpostedTable()
    .get(gateway, event_id) -> Unposted | None
    .all(gateway) -> list[Unposted]
    .keep(gateway, event, reason) -> bool
    .row_posted(gateway, event, kept=, at=) -> Write
    .mark_posted(unposted, at) -> bool
    .dismiss(unposted, dismissal) -> bool

No row is ever taken away: one that was posted, or dismissed, says so.
"""

from datetime import datetime

import msgspec
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action

from chalicelib.ledger.gateways import Dismissal, GatewayEvent, Unposted, UnpostedState
from chalicelib.tables.attributes import Change, Check, Write, updated
from chalicelib.tables.ledger_rows import UnpostedDocument

_UNPOSTED = "unposted#"
_OPEN: UnpostedState = "open"
_POSTED: UnpostedState = "posted"
_DISMISSED: UnpostedState = "dismissed"


class UnpostedTable:
    """Events by gateway, and what became of each."""

    def get(self, gateway: str, event_id: str) -> Unposted | None:
        """Return what is kept of an event, None where it never had to be."""
        try:
            row = UnpostedDocument.get(_UNPOSTED + gateway, event_id, consistent_read=True)
        except DoesNotExist:
            return None
        return _unposted(gateway, row)

    def all(self, gateway: str) -> list[Unposted]:
        """Return what is open and what was dismissed, newest first."""
        rows = UnpostedDocument.query(
            _UNPOSTED + gateway,
            filter_condition=UnpostedDocument.state != _POSTED,
            consistent_read=True,
        )
        found = [_unposted(gateway, row) for row in rows]
        return sorted(found, key=lambda each: (each.event.at, each.event.id), reverse=True)

    def keep(self, gateway: str, event: GatewayEvent, reason: str) -> bool:
        """Store that an event could not be posted, and why; tell whether it is open.

        Told again it is the same row, as it was told first, with the newest reason.
        """
        told = msgspec.json.encode(event, order="deterministic").decode()
        is_open = UnpostedDocument.state.does_not_exist() | (UnpostedDocument.state == _OPEN)
        actions: list[Action] = [
            UnpostedDocument.body.set(UnpostedDocument.body | told),
            UnpostedDocument.reason.set(reason),
            UnpostedDocument.state.set(_OPEN),
        ]
        return updated(UnpostedDocument(_UNPOSTED + gateway, event.id), actions, is_open)

    def row_posted(self, gateway: str, event: GatewayEvent, *, kept: bool, at: datetime) -> Write:
        """Return what belongs to the write that posts an event: it is not open any more.

        Args:
            kept: whether it was found here; if not, it must not be by then either.
        """
        row = UnpostedDocument(_UNPOSTED + gateway, event.id)
        if not kept:
            return Check(row, UnpostedDocument.pk.does_not_exist())
        return Change(row, _posted(at), UnpostedDocument.state == _OPEN)

    def mark_posted(self, unposted: Unposted, at: datetime) -> bool:
        """Store that an event was posted; tell whether it was open."""
        row = UnpostedDocument(_UNPOSTED + unposted.gateway, unposted.event.id)
        return updated(row, _posted(at), UnpostedDocument.state == _OPEN)

    def dismiss(self, unposted: Unposted, dismissal: Dismissal) -> bool:
        """Store that an event is not to be posted; tell whether it was open."""
        actions: list[Action] = [
            UnpostedDocument.state.set(_DISMISSED),
            UnpostedDocument.ended_at.set(dismissal.at),
            UnpostedDocument.dismissed_by.set(dismissal.by),
            UnpostedDocument.dismissed_because.set(dismissal.reason),
        ]
        row = UnpostedDocument(_UNPOSTED + unposted.gateway, unposted.event.id)
        return updated(row, actions, UnpostedDocument.state == _OPEN)


def _posted(at: datetime) -> list[Action]:
    return [UnpostedDocument.state.set(_POSTED), UnpostedDocument.ended_at.set(at)]


def _unposted(gateway: str, row: UnpostedDocument) -> Unposted:
    dismissed = None
    if row.state == _DISMISSED:
        dismissed = Dismissal(row.dismissed_by or "", row.ended_at, row.dismissed_because or "")
    return Unposted(
        gateway=gateway,
        event=msgspec.json.decode(row.body, type=GatewayEvent),
        reason=row.reason,
        state=msgspec.convert(row.state, UnpostedState),
        dismissed=dismissed,
    )
