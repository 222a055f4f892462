"""A message ready to be sent."""

from dataclasses import dataclass

import msgspec


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with a message.

    Attributes:
        name: what the reader sees.
        key: where it is in the document store, once it has been made.
        media_type: such as `application/pdf`.
    """

    name: str
    key: str
    media_type: str


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
    attachments: tuple[Attachment, ...] = ()
