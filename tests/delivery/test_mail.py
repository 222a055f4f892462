"""Mail: what SES is handed, and what comes of its answers."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.delivery.mail import Mail, mime
from chalicelib.errors import InvalidInput, NotFound, Unavailable
from chalicelib.notifications.messages import Attachment, Message

SENDER = "billing@stacktally.example"
PLAIN = Message("m-1", "a@globex.example", "Hello", "text", "<p>html</p>")
FILES = {
    "documents/a/d/INV-1.pdf": b"%PDF-1.7 \x00\xff\r\n",
    "documents/a/d/INV-1.ubl.xml": "<Invoice>Zürich</Invoice>".encode(),
}
ATTACHED = Message(
    "m-2",
    "a@globex.example",
    "Invoice",
    "text",
    "<p>html</p>",
    (
        Attachment("INV-1.pdf", "documents/a/d/INV-1.pdf", "application/pdf"),
        Attachment("Rechnung März.xml", "documents/a/d/INV-1.ubl.xml", "application/xml"),
    ),
)


class Store:
    """A document store that holds these files."""

    def get(self, key: str) -> bytes:
        if key not in FILES:
            raise NotFound(f"there is no file {key}")
        return FILES[key]


class Ses:
    """Keeps what it is handed, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.taken: list[dict[str, Any]] = []

    def send_email(self, **request: Any) -> None:
        if self.error is not None:
            raise self.error
        self.taken.append(request)


def sent(message: Message) -> EmailMessage:
    """Return a message as SES got it."""
    ses = Ses()
    Mail(ses, SENDER, Store()).send(message)
    (request,) = ses.taken
    assert request["Destination"] == {"ToAddresses": [message.recipient]}
    parsed = message_from_bytes(request["Content"]["Raw"]["Data"], policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_files_arrive_with_their_names_as_they_are() -> None:
    parsed = sent(ATTACHED)
    assert parsed.get_content_type() == "multipart/mixed"
    files = list(parsed.iter_attachments())
    assert [file.get_filename() for file in files] == ["INV-1.pdf", "Rechnung März.xml"]
    assert [file.get_content_type() for file in files] == ["application/pdf", "application/xml"]
    assert [file.get_payload(decode=True) for file in files] == list(FILES.values())
    body = parsed.get_body(("html",))
    assert body is not None and body.get_content().strip() == "<p>html</p>"


def test_without_files_there_is_text_and_html_only() -> None:
    parts = [part.get_content_type() for part in sent(PLAIN).walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]


def test_the_same_message_is_the_same_bytes() -> None:
    files = list(FILES.values())
    assert mime(ATTACHED, SENDER, files) == mime(ATTACHED, SENDER, files)


def test_a_file_that_is_not_there_yet_lets_the_mail_wait() -> None:
    ses = Ses()
    waiting = Message(
        "m-3",
        "a@b.example",
        "s",
        "t",
        "h",
        (Attachment("x.pdf", "documents/x", "application/pdf"),),
    )
    with pytest.raises(Unavailable, match="not been made yet: documents/x"):
        Mail(ses, SENDER, Store()).send(waiting)
    assert ses.taken == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ClientError({"Error": {"Code": "MessageRejected"}}, "SendEmail"), InvalidInput),
        (ClientError({"Error": {"Code": "TooManyRequestsException"}}, "SendEmail"), Unavailable),
        (EndpointConnectionError(endpoint_url="http://nowhere"), Unavailable),
    ],
)
def test_what_ses_refuses_for_good_is_not_tried_again(
    error: Exception, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match="SES"):
        Mail(Ses(error), SENDER, Store()).send(PLAIN)
