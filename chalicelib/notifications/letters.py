"""What all mails look like: a heading, sentences, figures, and where to read on."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from html import escape
from typing import Literal

import msgspec

from chalicelib.notifications.messages import Attachment, Message

Direction = Literal["ltr", "rtl"]
# A label and its value.
Figure = tuple[str, str]
_STYLE = "font-family:system-ui,Segoe UI,Arial,sans-serif;color:#1b2733;line-height:1.5"
_SIDES = {"ltr": ("left", "right"), "rtl": ("right", "left")}
# Spaces that keep an amount and its currency on one line stay; any other may be a line end.
_SPACES = re.compile("[^\\S\u00a0\u202f]+")
_ADDRESS = re.compile(r"https?://\S+")
_PADDING = {"ltr": "4px 24px 4px 0", "rtl": "4px 0 4px 24px"}


class Letter(msgspec.Struct, frozen=True):
    """What a mail says, the same to every recipient.

    Attributes:
        fact: what it tells of; with the recipient it makes the id of a message.
        sentences: paragraphs before the figures.
        closing: paragraphs behind the figures; the addresses in them are links.
        language: of its words.
    """

    fact: str
    subject: str
    figures: tuple[Figure, ...]
    closing: tuple[str, ...]
    sentences: tuple[str, ...] = ()
    language: str = "en"
    direction: Direction = "ltr"
    attachments: tuple[Attachment, ...] = ()


def messages_of(letter: Letter, recipients: Iterable[str]) -> list[Message]:
    """Return one message for each recipient.

    Each gets their own, so nobody sees the others' addresses and one bad address stops no other.
    """
    subject = _SPACES.sub(" ", letter.subject).strip()
    text, html = _text(letter, subject), _html(letter, subject)
    return [
        Message(
            _message_id(letter.fact, recipient), recipient, subject, text, html, letter.attachments
        )
        for recipient in recipients
    ]


def _text(letter: Letter, subject: str) -> str:
    width = max((len(label) for label, _ in letter.figures), default=0)
    figures = [f"{label + ':':<{width + 1}} {value}" for label, value in letter.figures]
    sentences = [line for sentence in letter.sentences for line in (sentence, "")]
    return "\n".join([subject, "", *sentences, *figures, "", *letter.closing, ""])


def _html(letter: Letter, subject: str) -> str:
    start, end = _SIDES[letter.direction]
    cells = "".join(
        f'<tr><th scope="row" align="{start}" style="padding:{_PADDING[letter.direction]};'
        f'font-weight:400">{escape(label)}</th><td align="{end}" style="padding:4px 0"><bdi>'
        f"{escape(value)}</bdi></td></tr>"
        for label, value in letter.figures
    )
    above = "".join(f"<p>{escape(sentence)}</p>" for sentence in letter.sentences)
    below = "".join(f"<p>{_linked(escape(paragraph))}</p>" for paragraph in letter.closing)
    return (
        f'<!doctype html><html lang="{letter.language}" dir="{letter.direction}"><head>'
        f'<meta charset="utf-8"><title>{escape(subject)}</title></head><body style="{_STYLE}">'
        f'<h1 style="font-size:20px">{escape(subject)}</h1>{above}'
        f'<table role="presentation" cellspacing="0" cellpadding="0">{cells}</table>'
        f"{below}</body></html>"
    )


def _linked(html: str) -> str:
    """Return a paragraph with its addresses as links."""
    return _ADDRESS.sub(r'<a href="\g<0>" style="color:#1b5fc1">\g<0></a>', html)


def _message_id(fact: str, recipient: str) -> str:
    return blake2b(f"{fact}/{recipient.casefold()}".encode(), digest_size=16).hexdigest()
