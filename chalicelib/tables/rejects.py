"""The rejects table: usage records that could not be billed, grouped by reason."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b

from pynamodb.attributes import UnicodeAttribute

from chalicelib.metering.windows import RejectGroup, Window
from chalicelib.periods import instant_text
from chalicelib.tables.attributes import CountAttribute, Document


class RejectDocument(Document):
    """A group of rejects; pk is the connection, sk `<window start>#<digest>`."""

    class Meta:
        suffix = "rejects"
        table_name = suffix

    usage_type = CountAttribute(null=True)
    owner = UnicodeAttribute()
    account = UnicodeAttribute()
    reason = UnicodeAttribute()
    records = CountAttribute()
    samples = UnicodeAttribute()


class RejectsTable:
    """Rejects by connection and window."""

    def replace(self, window: Window, groups: Sequence[RejectGroup]) -> int:
        """Make `groups` the rejects of `window`; return how many rows that changed."""
        start = instant_text(window.period.start)
        wanted = {row.sk: row for row in (_row(window, group) for group in groups)}
        key = RejectDocument.sk.startswith(start + "#")
        stored = {row.sk: row for row in RejectDocument.query(window.connection, key)}
        changed = 0
        for sort_key, row in stored.items():
            if sort_key not in wanted:
                row.delete()
                changed += 1
        for sort_key, row in wanted.items():
            if sort_key not in stored or stored[sort_key].attribute_values != row.attribute_values:
                row.save()
                changed += 1
        return changed

    def newest(self, connection: str, limit: int) -> Iterator[tuple[datetime, RejectGroup]]:
        """Yield the groups of the newest windows, each with its window's start."""
        for row in RejectDocument.query(connection, scan_index_forward=False, limit=limit):
            start = datetime.fromisoformat(row.sk.partition("#")[0])
            yield (
                start,
                RejectGroup(
                    usage_type=row.usage_type,
                    owner=row.owner,
                    account=row.account,
                    reason=row.reason,
                    count=row.records,
                    samples=json.loads(row.samples),
                ),
            )


def _row(window: Window, group: RejectGroup) -> RejectDocument:
    named = json.dumps([group.usage_type, group.owner, group.reason])
    digest = blake2b(named.encode(), digest_size=8).hexdigest()
    return RejectDocument(
        window.connection,
        f"{instant_text(window.period.start)}#{digest}",
        usage_type=group.usage_type,
        owner=group.owner,
        account=group.account,
        reason=group.reason,
        records=group.count,
        samples=json.dumps(group.samples),
    )
