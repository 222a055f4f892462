"""Mail through SES."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import InvalidInput, NotFound, Unavailable
from chalicelib.notifications.messages import Message

# What SES answers when this very message can never be sent (SESv2 SendEmail, Errors).
_FINAL = {"MessageRejected", "BadRequestException"}


class Files(Protocol):
    """Where files to attach are kept."""

    def get(self, key: str) -> bytes:
        """Return a file."""
        ...


class Mail:
    """Sends messages through SES.

    Args:
        client: boto3 SESv2 client.
        sender: a verified address.
        files: the document store.
    """

    def __init__(self, client: Any, sender: str, files: Files) -> None:
        self._client = client
        self._sender = sender
        self._files = files

    def send(self, message: Message) -> None:
        """Hand a message to SES.

        Raises:
            InvalidInput: SES will never take it.
            Unavailable: SES did not take it this time, or a file is not there yet.
        """
        files = [self._file(attachment.key) for attachment in message.attachments]
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [message.recipient]},
                Content={"Raw": {"Data": mime(message, self._sender, files)}},
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            reason = f"SES refused the mail: {code}"
            if code in _FINAL:
                raise InvalidInput(reason) from None
            raise Unavailable(reason) from None
        except BotoCoreError as error:
            raise Unavailable(f"SES did not answer ({type(error).__name__})") from None

    def _file(self, key: str) -> bytes:
        try:
            return self._files.get(key)
        except NotFound:
            raise Unavailable(f"a file to attach has not been made yet: {key}") from None


def mime(message: Message, sender: str, files: Sequence[bytes] = ()) -> bytes:
    """Return a message as MIME, text and HTML; equal messages give equal bytes.

    Args:
        files: its attachments, in their order.

    SES has no idempotency token and sets its own Message-ID, so the id of the message travels in
    a header of ours, by which a repeated mail can be told.
    """
    mail = EmailMessage(policy=SMTP.clone(max_line_length=200))
    mail["From"] = Address("StackTally", addr_spec=sender)
    mail["To"] = Address(addr_spec=message.recipient)
    mail["Subject"] = message.subject
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-StackTally-Notification"] = message.id
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"stacktally-{message.id}")
    for attachment, content in zip(message.attachments, files, strict=True):
        main, _, sub = attachment.media_type.partition("/")
        mail.add_attachment(content, main, sub, filename=attachment.name)
    if files:
        mail.set_boundary(f"stacktally-files-{message.id}")
    return mail.as_bytes()
