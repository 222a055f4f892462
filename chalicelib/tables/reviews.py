"""The rejects table: usage records set aside, grouped by reason, and what was decided of them."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import cast

from pynamodb.attributes import UnicodeAttribute

from chalicelib.metering.progress import Window
from chalicelib.metering.reviews import Decision, Reason, ReviewGroup, Verdict
from chalicelib.periods import Period, instant_text
from chalicelib.tables.attributes import CountAttribute, Document, InstantAttribute

_DECISIONS = "decisions#"


class ReviewDocument(Document):
    """Records set aside in one window; pk is the connection, sk `<window start>#<digest>`."""

    class Meta:
        suffix = "rejects"
        table_name = suffix

    usage_type = CountAttribute(null=True)
    owner = UnicodeAttribute()
    account = UnicodeAttribute()
    reason = UnicodeAttribute()
    verdict = UnicodeAttribute(null=True)
    records = CountAttribute()
    window_end = InstantAttribute()
    samples = UnicodeAttribute()


class DecisionDocument(Document):
    """A decision; pk is `decisions#<connection>`, sk its id, which begins with its instant."""

    class Meta:
        suffix = "rejects"
        table_name = suffix

    usage_type = CountAttribute(null=True)
    reason = UnicodeAttribute()
    start = InstantAttribute()
    end = InstantAttribute()
    verdict = UnicodeAttribute()
    by = UnicodeAttribute()
    at = InstantAttribute()
    note = UnicodeAttribute(default="")
    announced = UnicodeAttribute(null=True)


class ReviewsTable:
    """Rejects, holds and decisions, by connection."""

    def replace(
        self, window: Window, groups: Sequence[ReviewGroup], *, shows_less: bool = False
    ) -> int:
        """Make `groups` what was set aside in `window`; return how many rows that changed.

        Args:
            shows_less: CloudStack shows fewer records than it did: what is not among them any
                more has not been decided by that, and stays.
        """
        prefix = instant_text(window.period.start) + "#"
        wanted = {row.sk: row for row in (_row(window, group) for group in groups)}
        key = ReviewDocument.sk.startswith(prefix)
        rows = ReviewDocument.query(window.connection, key, consistent_read=True)
        stored = {row.sk: row for row in rows}
        changed = 0
        for sort_key, row in stored.items():
            if sort_key not in wanted and not shows_less:
                row.delete()
                changed += 1
        for sort_key, row in wanted.items():
            known = stored.get(sort_key)
            if known is not None and shows_less and known.records > row.records:
                continue
            if known is None or known.serialize() != row.serialize():
                row.save()
                changed += 1
        return changed

    def of(self, connection: str) -> Iterator[tuple[Window, ReviewGroup]]:
        """Yield everything set aside in a connection, newest windows first."""
        for row in ReviewDocument.query(connection, scan_index_forward=False):
            start = datetime.fromisoformat(row.sk.partition("#")[0])
            yield _window(row, start), _group(row)

    def decide(self, decision: Decision) -> None:
        """Record a decision."""
        DecisionDocument(
            _DECISIONS + decision.connection,
            decision.id,
            usage_type=decision.usage_type,
            reason=decision.reason.value,
            start=decision.start,
            end=decision.end,
            verdict=decision.verdict,
            by=decision.by,
            at=decision.at,
            note=decision.note,
        ).save()

    def mark_carried_out(self, decision: Decision) -> None:
        """Record that the windows a decision is about have been asked for."""
        row = DecisionDocument(_DECISIONS + decision.connection, decision.id)
        row.update(actions=[DecisionDocument.announced.set("yes")])

    def decisions(self, connection: str) -> list[Decision]:
        """Return every decision about a connection, newest first."""
        return [_decision(connection, row) for row in self._decisions(connection)]

    def decisions_on(self, window: Window) -> list[Decision]:
        """Return the decisions that hold for a window."""
        start = window.period.start
        return [
            each for each in self.decisions(window.connection) if each.start <= start < each.end
        ]

    def not_carried_out(self, connection: str) -> list[Decision]:
        """Return the decisions whose windows have not been asked for: somebody died between."""
        return [
            _decision(connection, row)
            for row in self._decisions(connection)
            if row.announced is None
        ]

    def _decisions(self, connection: str) -> Iterator[DecisionDocument]:
        return iter(
            DecisionDocument.query(
                _DECISIONS + connection, consistent_read=True, scan_index_forward=False
            )
        )


def _row(window: Window, group: ReviewGroup) -> ReviewDocument:
    named = json.dumps([group.usage_type, group.owner, group.reason.value])
    digest = blake2b(named.encode(), digest_size=8).hexdigest()
    return ReviewDocument(
        window.connection,
        f"{instant_text(window.period.start)}#{digest}",
        usage_type=group.usage_type,
        owner=group.owner,
        account=group.account,
        reason=group.reason.value,
        verdict=group.verdict,
        records=group.count,
        window_end=window.period.end,
        samples=json.dumps(group.samples),
    )


def _window(row: ReviewDocument, start: datetime) -> Window:
    return Window(row.pk, Period(start, row.window_end))


def _group(row: ReviewDocument) -> ReviewGroup:
    return ReviewGroup(
        usage_type=row.usage_type,
        owner=row.owner,
        account=row.account,
        reason=Reason(row.reason),
        verdict=cast(Verdict | None, row.verdict),
        count=row.records,
        samples=json.loads(row.samples),
    )


def _decision(connection: str, row: DecisionDocument) -> Decision:
    return Decision(
        connection=connection,
        usage_type=row.usage_type,
        reason=Reason(row.reason),
        start=row.start,
        end=row.end,
        verdict=cast(Verdict, row.verdict),
        by=row.by,
        at=row.at,
        note=row.note,
    )
