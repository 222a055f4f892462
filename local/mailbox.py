"""Mails that SES took, kept over a restart, and a page to read them on."""

import json
import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from local.cloud import Cloud

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 8px;
  padding: 1rem 1.25rem; margin: 1rem 0 }
h2 { margin: 0; font-size: 1.1rem; overflow-wrap: anywhere }
p { margin: .25rem 0; overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }
iframe { width: 100%; height: 26rem; border: 0; background: #fff; border-radius: 4px }
summary { cursor: pointer; margin: .5rem 0 }
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as SES took it.

    Attributes:
        sent_at: seconds since 1970.
        html: empty when the mail has none.
    """

    id: str
    sent_at: float
    sender: str
    subject: str
    text: str
    html: str
    to: list[str] = field(default_factory=list)


class Mailbox:
    """Every mail that was ever sent from this state folder.

    The emulator forgets mails when it stops, so each is written to `file` when first seen.
    """

    def __init__(self, cloud: Cloud, file: Path) -> None:
        self._cloud = cloud
        self._file = file
        self._lock = threading.Lock()

    def mails(self) -> list[Mail]:
        """Return all mails, newest first."""
        with self._lock:
            kept = _read(self._file)
            known = {mail.id for mail in kept}
            new = [mail for mail in map(_mail, self._cloud.sent_mails()) if mail.id not in known]
            if new:
                # The line end comes first: a line that a crash cut off spoils only itself.
                with self._file.open("a") as file:
                    file.writelines("\n" + json.dumps(asdict(mail)) for mail in new)
        return sorted(kept + new, key=lambda mail: mail.sent_at, reverse=True)


def mail_page(mails: list[Mail]) -> str:
    """Return the page that lists `mails`; everything in them is escaped."""
    articles = "".join(map(_article, mails)) or "<p>No mail has been sent yet.</p>"
    count = f"{len(mails)} sent, newest first." if mails else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>Mail that was sent</title><link rel="stylesheet" href="/mail/style.css"></head>'
        f"<body><h1>Mail that was sent</h1><p>{count}</p><main>{articles}</main>"
        "</body></html>"
    )


def _article(mail: Mail) -> str:
    sent_at = datetime.fromtimestamp(mail.sent_at, UTC)
    html = (
        f'<details><summary>As HTML</summary><iframe sandbox title="{escape(mail.subject)}"'
        f' src="/mail/{escape(mail.id)}/html" loading="lazy"></iframe></details>'
    )
    return (
        f"<article><h2>{escape(mail.subject)}</h2><p>To {escape(', '.join(mail.to))}</p>"
        f"<p>From {escape(mail.sender)}, <time>{sent_at:%Y-%m-%d %H:%M:%S} UTC</time></p>"
        f"<pre>{escape(mail.text)}</pre>{html if mail.html else ''}</article>"
    )


def _mail(message: dict[str, object]) -> Mail:
    addresses = message["To"]
    return Mail(
        id=str(message["MessageId"]).partition("@")[0],
        sent_at=float(str(message["Timestamp"])),
        sender=str(message["Source"]),
        subject=str(message["Subject"]),
        text=str(message["BodyText"] or ""),
        html=str(message["BodyHtml"] or ""),
        to=[str(address) for address in addresses] if isinstance(addresses, list) else [],
    )


def _read(file: Path) -> list[Mail]:
    """Return the mails of `file`, without lines that a crash cut off."""
    if not file.exists():
        return []
    mails = []
    for line in file.read_text().splitlines():
        try:
            mails.append(Mail(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return mails
