"""A message ready to be sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one recipient.

    Attributes:
        id: derived from what it tells and whom; the key of its row in the outbox.
    """

    id: str
    recipient: str
    subject: str
    text: str
    html: str
