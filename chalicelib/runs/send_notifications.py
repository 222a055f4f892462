"""Sends the messages of the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.errors import InvalidInput, Unavailable
from chalicelib.runs.ports import Mail, Outbox


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sending did.

    Attributes:
        skipped: messages that were sent already, or are another sender's now.
        failed: messages that will be tried again, or never where the address is refused.
    """

    sent: int
    skipped: int
    failed: int


def send_notifications(
    message_ids: Iterable[str], *, outbox: Outbox, mail: Mail, now: datetime
) -> Sent:
    """Send those messages that are due; return how many.

    Safe to repeat: a message is claimed, sent, and marked. If the run dies between sending and
    marking, the message is sent again after its claim has run out: SES offers nothing to tell,
    and a mail twice is better than none.
    """
    sent = skipped = failed = 0
    for message_id in message_ids:
        message = outbox.claim(message_id, now)
        if message is None:
            skipped += 1
            continue
        try:
            mail.send(message)
        except (InvalidInput, Unavailable) as error:
            outbox.mark_failed(message_id, str(error), now, final=isinstance(error, InvalidInput))
            failed += 1
            continue
        outbox.mark_sent(message_id, now)
        sent += 1
    return Sent(sent, skipped, failed)


def sweep_notifications(*, outbox: Outbox, mail: Mail, now: datetime, limit: int) -> Sent:
    """Send what was left: messages whose trigger was lost, whose sender died, or that failed."""
    return send_notifications(list(outbox.due(now, limit)), outbox=outbox, mail=mail, now=now)
