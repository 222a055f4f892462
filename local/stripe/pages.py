"""The page to pay on, and the merchant's list of payments."""

from collections.abc import Callable, Sequence
from html import escape

from local.stripe.sessions import Session

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
main, article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
  border-radius: 8px; padding: 1rem 1.25rem; margin: 1rem 0; overflow-wrap: anywhere }
p { margin: .25rem 0 }
.amount { font-size: 2rem; font-weight: 600 }
button { font: inherit; padding: .5rem 1rem; border-radius: 6px; cursor: pointer }
form { display: inline-block; margin: .5rem .5rem 0 0 }
"""


def pay_page(session: Session, amount: str) -> str:
    """Return the page on which `session` is paid."""
    asked = session.asked
    if session.status != "open":
        return _page(
            "Nothing to pay", f"<main><p>This page is {escape(session.status)}.</p></main>"
        )
    return _page(
        "Pay",
        f'<main><p>{escape(asked.name)}</p><p class="amount">{escape(amount)}</p>'
        f"<p>{escape(asked.email)}</p>{_button('pay', session, 'Pay')}"
        f"{_button('pay-later', session, 'Pay by a bank that takes days')}"
        f'<p><a href="{escape(asked.cancel_url)}">Back without paying</a></p></main>'
        "<p>This is play money: a stand-in for Stripe on your machine.</p>",
    )


def dashboard(sessions: Sequence[Session], text: Callable[[int, Session], str]) -> str:
    """Return the list of payments, with what a merchant or a bank can do about each."""
    articles = "".join(_article(session, text) for session in sessions)
    return _page("Payments", articles or "<p>Nobody has paid anything yet.</p>")


def _article(session: Session, text: Callable[[int, Session], str]) -> str:
    left = session.asked.amount - session.refunded
    buttons = ""
    if session.paid == "pending":
        buttons = _button("arrive", session, "Let it arrive") + _button("fail", session, "Fail")
    if session.paid == "paid" and left:
        buttons = _button("refund", session, f"Refund {text(left, session)}", left)
    told = "".join(f"<p>{escape(each)}</p>" for each in session.told)
    return (
        f"<article><p>{escape(session.asked.name)}: {escape(text(session.asked.amount, session))},"
        f" {escape(session.status)}, {escape(session.paid)}</p>"
        f"<p>{escape(session.intent)}</p>{told}{buttons}</article>"
    )


def _button(what: str, session: Session, words: str, amount: int = 0) -> str:
    field = f'<input type="hidden" name="amount" value="{amount}">' if amount else ""
    return (
        f'<form method="post" action="/do/{what}/{escape(session.id)}">{field}'
        f"<button>{escape(words)}</button></form>"
    )


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="stylesheet" href="/style.css"></head>'
        f"<body><h1>{title}</h1>{content}</body></html>"
    )
