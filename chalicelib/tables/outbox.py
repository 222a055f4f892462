"""The outbox table: every message to be sent, from the fact it tells of until it is sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.notifications.messages import Attachment, Message
from chalicelib.tables.attributes import CountAttribute, Document, InstantAttribute, Put, updated

_MAIL, _OPEN = "mail", "yes"
# How long one sender has a message to itself; longer than the sending function may run.
_CLAIM = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)
_MOST_ATTEMPTS = 16


class OpenIndex(GlobalSecondaryIndex["OutboxDocument"]):  # type: ignore[no-untyped-call]
    """The messages not yet sent, by when they are due."""

    class Meta:
        index_name = "open"
        projection = KeysOnlyProjection()

    open = UnicodeAttribute(hash_key=True)
    due_at = InstantAttribute(range_key=True)


class OutboxDocument(Document):
    """A message; pk is its id, sk `mail`.

    `open` is there until it is sent or given up. `attachments` is JSON, absent for none.
    """

    class Meta:
        suffix = "outbox"
        table_name = suffix

    recipient = UnicodeAttribute()
    subject = UnicodeAttribute()
    text = UnicodeAttribute()
    html = UnicodeAttribute()
    attachments = UnicodeAttribute(null=True)
    created_at = InstantAttribute()
    due_at = InstantAttribute()
    open = UnicodeAttribute(null=True)
    attempts = CountAttribute(default=0)
    sent_at = InstantAttribute(null=True)
    error = UnicodeAttribute(null=True)
    by_due = OpenIndex()


def outbox_row(message: Message, at: datetime, due_at: datetime | None = None) -> OutboxDocument:
    """Return the row that makes `message` be sent.

    Args:
        at: when what it tells of happened.
        due_at: when it may leave; None for at once.
    """
    attached = message.attachments
    return OutboxDocument(
        message.id,
        _MAIL,
        recipient=message.recipient,
        subject=message.subject,
        text=message.text,
        html=message.html,
        attachments=msgspec.json.encode(attached).decode() if attached else None,
        created_at=at,
        due_at=due_at or at,
        open=_OPEN,
    )


class OutboxTable:
    """Messages to be sent."""

    def due(self, now: datetime, limit: int) -> Iterator[str]:
        """Yield the ids of messages that are due, the longest waiting first."""
        rows = OutboxDocument.by_due.query(_OPEN, OutboxDocument.due_at <= now, limit=limit)
        return (row.pk for row in rows)

    def rows(self, messages: Sequence[Message], at: datetime, due_at: datetime) -> list[Put]:
        """Return the rows that make messages be sent, to be written with what they tell of.

        Args:
            due_at: when they may leave.
        """
        return [Put(outbox_row(message, at, due_at)) for message in messages]

    def claim(self, message_id: str, now: datetime) -> Message | None:
        """Return a message that is now this caller's to send, or None when it is not due."""
        free = OutboxDocument.open.exists() & (OutboxDocument.due_at <= now)
        actions = [
            OutboxDocument.due_at.set(now + _CLAIM),
            OutboxDocument.attempts.set(OutboxDocument.attempts + 1),
        ]
        row = OutboxDocument(message_id, _MAIL)
        if not updated(row, actions, free):
            return None
        attached = msgspec.json.decode(row.attachments or "[]", type=tuple[Attachment, ...])
        return Message(row.pk, row.recipient, row.subject, row.text, row.html, attached)

    def mark_sent(self, message_id: str, now: datetime) -> None:
        """Record that a message was sent."""
        actions = [
            OutboxDocument.sent_at.set(now),
            OutboxDocument.open.remove(),
            OutboxDocument.error.remove(),
        ]
        updated(OutboxDocument(message_id, _MAIL), actions, OutboxDocument.open.exists())

    def mark_failed(self, message_id: str, reason: str, now: datetime, *, final: bool) -> None:
        """Record why a message was not sent, and when to try again; never, if `final`."""
        try:
            row = OutboxDocument.get(message_id, _MAIL, consistent_read=True)
        except DoesNotExist:
            return
        actions: list[Action] = [OutboxDocument.error.set(reason)]
        if final or row.attempts >= _MOST_ATTEMPTS:
            actions.append(OutboxDocument.open.remove())
        else:
            pause = min(timedelta(minutes=2**row.attempts), _LONGEST_PAUSE)
            actions.append(OutboxDocument.due_at.set(now + pause))
        updated(row, actions, OutboxDocument.open.exists())
