"""The mail about a crossed threshold."""

from hashlib import blake2b
from html import escape

from chalicelib.accounts import BillingAccount
from chalicelib.budgets.alerts import Alert
from chalicelib.budgets.budgets import status
from chalicelib.notifications.formats import amount_text, local_time_text, month_text
from chalicelib.notifications.messages import Message
from chalicelib.periods import BillingPeriod

_STYLE = "font-family:system-ui,Segoe UI,Arial,sans-serif;color:#1b2733;line-height:1.5"


def alert_messages(alert: Alert, account: BillingAccount, site_url: str) -> list[Message]:
    """Return one message for each recipient of the alert's budget.

    Each gets their own, so nobody sees the others' addresses and one bad address stops no other.
    """
    subject = _subject(alert, account)
    rows = _rows(alert, account)
    text, html = _text(subject, rows, site_url), _html(subject, rows, site_url)
    return [
        Message(_message_id(alert, recipient), recipient, subject, text, html)
        for recipient in alert.budget.recipients
    ]


def _subject(alert: Alert, account: BillingAccount) -> str:
    language, name = account.terms.language, " ".join(account.name.split())
    budget = amount_text(alert.budget.amount, language)
    period = BillingPeriod(alert.spend.period, account.terms.time_zone)
    month = month_text(period, language)
    return f"{name}: {alert.threshold:f} % of the {budget} budget for {month} is spent"


def _rows(alert: Alert, account: BillingAccount) -> list[tuple[str, str]]:
    """Return the figures of the mail, (label, value)."""
    language, zone = account.terms.language, account.terms.time_zone
    spend = alert.spend
    against = status(alert.budget, spend.amount)
    expected = (
        amount_text(spend.forecast, language)
        if spend.forecast
        else "not enough data yet: three days of usage are needed"
    )
    figures = [
        ("Account", account.name),
        ("Month", month_text(BillingPeriod(spend.period, zone), language)),
        ("Spent so far, before tax", amount_text(spend.amount, language)),
        ("Budget", amount_text(alert.budget.amount, language)),
        ("Spent of the budget", f"{against.percent:f} %"),
        ("Threshold crossed", f"{alert.threshold:f} %"),
        ("Forecast for the month", expected),
    ]
    figures += [(name, amount_text(amount, language)) for name, amount in spend.top]
    return [*figures, ("Usage counted until", local_time_text(spend.as_of, zone, language))]


def _text(subject: str, rows: list[tuple[str, str]], site_url: str) -> str:
    width = max(len(label) for label, _ in rows)
    lines = [f"{label + ':':<{width + 1}} {value}" for label, value in rows]
    return "\n".join([subject, "", *lines, "", *_closing(site_url), ""])


def _html(subject: str, rows: list[tuple[str, str]], site_url: str) -> str:
    cells = "".join(
        f'<tr><th scope="row" align="left" style="padding:4px 24px 4px 0;font-weight:400">'
        f'{escape(label)}</th><td align="right" style="padding:4px 0"><bdi>{escape(value)}</bdi>'
        "</td></tr>"
        for label, value in rows
    )
    link, stop = (escape(line) for line in _closing(site_url))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(subject)}'
        f'</title></head><body style="{_STYLE}"><h1 style="font-size:20px">{escape(subject)}</h1>'
        f'<table role="presentation" cellspacing="0" cellpadding="0">{cells}</table>'
        f"<p>{link}</p><p>{stop}</p></body></html>"
    )


def _closing(site_url: str) -> tuple[str, str]:
    return (
        f"See the details: {site_url}",
        f"To stop these mails, edit or remove the budget alert on {site_url}",
    )


def _message_id(alert: Alert, recipient: str) -> str:
    return blake2b(
        f"{alert.account}/{alert.id}/{recipient.casefold()}".encode(), digest_size=16
    ).hexdigest()
